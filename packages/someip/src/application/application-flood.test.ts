import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Logger, silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { endpointAddress } from '../endpoint/endpoint-address.ts'
import type { EntryGroup } from '../sd/sender.ts'
import { packEntries } from '../sd/wire/message.ts'
import { SERVICE, serviceSection, TwoHosts } from './testing/two-hosts.ts'

const SERVER = '10.77.0.1'
const PORT = 30509
const ANY_VERSION = { majorVersion: 0xff, minorVersion: 0xffff_ffff, ttlSeconds: 3, options: [] }

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

/** Counts the lines above debug. */
function countingLog() {
  const lines: string[] = []
  const line = (text: string) => void lines.push(text)
  const log: Logger = { debug: () => {}, info: line, warn: line, error: line, child: () => log }
  return { log, lines }
}

/** A segment of a request for method 1, from a client and session of its own, that is never completed. */
function segment(index: number, offset: number): Uint8Array {
  const bytes = new Uint8Array(16 + 4 + 1392)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0x1234_0001)
  view.setUint32(4, bytes.length - 8)
  view.setUint32(8, index)
  view.setUint32(12, 0x0100_2000)
  view.setUint32(16, offset | 1)
  return bytes
}

test('survives bombs of segments: keeps little, writes little, and puts the segments of others together', async () => {
  const net = new TwoHosts()
  const { log, lines } = countingLog()
  const tp = { 'client-to-service': ['0x0001'], 'service-to-client': ['0x0001'] }
  const sections = serviceSection({ unreliable: `${PORT}` }, { 'someip-tp': tp })
  await using server = await net.start(SERVER, sections, { log })
  await server.offerService({ ...SERVICE, methods: { 1: ({ payload }) => payload } })
  const segmented = serviceSection({ unreliable: `${PORT}` }, { 'someip-tp': tp, unicast: SERVER })
  await using client = await net.start('10.77.0.2', segmented)
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  const timers = net.clock.pending
  lines.length = 0
  const heapBytes = process.memoryUsage().arrayBuffers
  for (let index = 0; index < 20_000; index++) {
    const from = { address: `10.77.0.${3 + (index % 200)}`, port: 40_000 + (index % 97) }
    // Scattered over the largest payload, which is 10 MiB: each claims memory for what lies before it.
    const offset = (index % 7) * 1_392_000
    net.hosts.datagrams.inject({ from, to: { address: SERVER, port: PORT }, bytes: segment(index, offset) })
    if (index % 1000 === 999) await net.advance(1)
  }
  assert.ok(process.memoryUsage().arrayBuffers - heapBytes < 128 * 2 ** 20)
  assert.ok(lines.length <= 20, `${lines.length} lines`)
  const large = new Uint8Array(5000).fill(7)
  assert.deepEqual((await net.during(proxy.call(1, large))).payload, large)
  await net.advance(10_000)
  assert.ok(net.clock.pending <= timers + 1, `${net.clock.pending} timers`)
})

test('keeps no connection of the former lives of a host that reboots every 100 ms, and serves others meanwhile', async () => {
  const net = new TwoHosts()
  const { log, lines } = countingLog()
  await using server = await net.start(SERVER, serviceSection({ reliable: { port: '30510' } }), { log })
  await server.offerService({ ...SERVICE, methods: { 1: ({ payload }) => payload } })
  await using client = await net.start('10.77.0.2')
  const proxy = client.requestService(SERVICE)
  await net.during(proxy.whenAvailable())
  lines.length = 0
  const restless = net.hosts.host('10.77.0.66')
  let open = 0
  for (let life = 0; life < 600; life++) {
    const handler = { data: () => {}, drained: () => {}, closed: () => void open-- }
    await net.during(restless.connectTcp({ remote: endpointAddress(SERVER, 30_510) }, handler), 0)
    open++
    const [message] = packEntries([[{ type: 'find', serviceId: 1, instanceId: 1, ...ANY_VERSION }]])
    const bytes = message?.encode(1, { reboot: true, unicast: true }) ?? assert.fail('no message')
    const [from, to] = ['10.77.0.66', '224.244.224.245'].map((address) => ({ address, port: 30_490 }))
    net.hosts.datagrams.inject({ from: from ?? assert.fail(), to: to ?? assert.fail(), bytes })
    await net.advance(100)
  }
  assert.ok(open <= 2, `${open} connections`)
  assert.ok(lines.length <= 65, `${lines.length} lines in 60 s`)
  assert.equal(toHex((await net.during(proxy.call(1, fromHex('aa')))).payload), 'aa')
})

test('goes on, and writes little, while thousands of forged hosts offer, subscribe and look for services', async () => {
  const net = new TwoHosts()
  const { log, lines } = countingLog()
  await using server = await net.start(SERVER, serviceSection({ unreliable: `${PORT}` }), { log })
  const service = await server.offerService({ ...SERVICE, events: [{ eventId: 0x8778, eventgroupIds: [1] }] })
  await using client = await net.start('10.77.0.2')
  const seen: string[] = []
  const onNotification = ({ payload }: { payload: Uint8Array }) => void seen.push(toHex(payload))
  client.requestService(SERVICE).subscribe({ eventgroupId: 1, onNotification })
  await net.advance(1000)
  lines.length = 0
  for (let index = 0; index < 10_000; index++) {
    const from = { address: `10.77.0.${3 + (index % 250)}`, port: 30_490 }
    const endpoint = { kind: 'endpoint', address: from.address, protocol: 0x11, port: 1 + index } as const
    const ids = { serviceId: index, instanceId: 1, ...ANY_VERSION }
    const group = { eventgroupId: 1, counter: 0, isInitialDataRequested: false }
    const subscribe = { type: 'subscribe', ...SERVICE, ...group, majorVersion: 0, ttlSeconds: 3 } as const
    const offer = { type: 'offer', ...ids, majorVersion: 1, minorVersion: 0 } as const
    const entries = [
      { ...offer, options: [endpoint] },
      { ...subscribe, options: [endpoint] },
      { type: 'find', ...ids },
    ]
    for (const message of packEntries([entries as EntryGroup])) {
      const bytes = message.encode(1 + (index % 3), { reboot: true, unicast: true })
      net.hosts.datagrams.inject({ from, to: { address: SERVER, port: 30_490 }, bytes })
    }
    if (index % 100 === 99) await net.advance(1)
  }
  assert.ok(lines.length <= 20, `${lines.length} lines`)
  assert.ok(server.offeredServices('others').length <= 4096)
  service.notify(0x8778, fromHex('aa'))
  await net.advance(1)
  assert.deepEqual(seen, ['aa'])
})
