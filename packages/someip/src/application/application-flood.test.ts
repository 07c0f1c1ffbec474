import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { SERVICE, serviceSection, TwoHosts } from './testing/two-hosts.ts'

const SERVER = '10.77.0.1'
const PORT = 30509

/** Reproducible numbers below `bound`. */
function numbers(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (state * 48271) % 2147483647
    return state % bound
  }
}

test('goes on serving, and writes little, while forged and broken datagrams pour in on all its ports', async () => {
  const net = new TwoHosts()
  const lines: string[] = []
  const log = { ...silentLogger, warn: (line: string) => void lines.push(line), child: () => log }
  await using server = await net.start(SERVER, serviceSection({ unreliable: `${PORT}` }), { log })
  await server.offerService({ ...SERVICE, methods: { 1: ({ payload }) => payload } })
  await using client = await net.start('10.77.0.2')
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  const next = numbers(7)
  for (let count = 0; count < 2000; count++) {
    const bytes = Uint8Array.from({ length: next(64) }, () => next(256))
    // Half of them look like messages of the service, or of service discovery.
    if (next(2) === 0) bytes.set(fromHex(next(2) === 0 ? '12340001 00000008' : 'ffff8100').subarray(0, bytes.length))
    const from = { address: `10.77.0.${3 + next(200)}`, port: 1024 + next(60_000) }
    net.hosts.datagrams.inject({ from, to: { address: SERVER, port: next(2) === 0 ? PORT : 30490 }, bytes })
  }
  await net.advance(10)
  assert.ok(lines.length > 0 && lines.length <= 20, `${lines.length} lines`)
  assert.equal(toHex((await net.during(proxy.call(1, fromHex('aa')))).payload), 'aa')
})

test('takes responses and events from nobody but the service', async () => {
  const net = new TwoHosts()
  await using server = await net.start(SERVER, serviceSection({ unreliable: `${PORT}` }))
  await server.offerService({ ...SERVICE, methods: { 1: () => new Promise(() => {}) } })
  await using client = await net.start('10.77.0.2')
  const proxy = client.requestService(SERVICE)
  const seen: string[] = []
  proxy.subscribe({ eventgroupId: 1, onNotification: ({ payload }) => seen.push(toHex(payload)) })
  await net.during(proxy.whenAvailable())
  const call = assert.rejects(proxy.call(1, fromHex(''), { timeoutMs: 500 }), { code: 'SOMEIP_TIMEOUT' })
  await net.advance(1)
  const to = net.hosts.datagrams.sent.find(({ to: { port } }) => port === PORT)?.from
  assert.ok(to !== undefined)
  const forged = { address: '10.77.0.66', port: PORT }
  net.hosts.datagrams.inject({ from: forged, to, bytes: fromHex('12340001 00000009 01000001 01008000 ff') })
  net.hosts.datagrams.inject({ from: forged, to, bytes: fromHex('12348001 00000009 00000001 01000200 ff') })
  await net.advance(500)
  await call
  assert.deepEqual(seen, [])
})
