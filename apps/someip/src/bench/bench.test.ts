import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort, SomeIpProcess } from '../testing/someip-process.ts'

const QUICK = { initial_delay_max: '10', repetitions_base_delay: '50', ttl: '3', cyclic_offer_delay: '500' }

/** Configuration files of the service on 127.0.0.1 and of the client on 127.0.0.2. */
async function configure(transport: 'udp' | 'tcp') {
  const folder = await mkdtemp(join(tmpdir(), 'someip-'))
  const port = await freePort()
  const ports = transport === 'udp' ? { unreliable: `${port}` } : { reliable: { port: `${port}` } }
  const discovery = { multicast: '224.244.224.245', port: `${await freePort()}`, ...QUICK }
  const files = { service: join(folder, 'service.json'), client: join(folder, 'client.json') }
  const common = { netmask: '255.0.0.0', 'service-discovery': discovery }
  const services = [{ service: '0x1234', instance: '0x5678', ...ports }]
  await writeFile(files.service, JSON.stringify({ unicast: '127.0.0.1', ...common, services }))
  await writeFile(files.client, JSON.stringify({ unicast: '127.0.0.2', ...common }))
  return { ...files, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`measures latency, throughput and events over ${transport}`, async () => {
    await using files = await configure(transport)
    await using service = new SomeIpProcess(['bench', 'service', transport], files.service)
    await service.line(/^ready$/)
    for (const [kind, count, extra] of [
      ['lat', '20', []],
      ['win', '40', ['4']],
      ['ev', '30', ['100']],
    ] as const) {
      const args = ['bench', 'client', kind, transport, count, '32', ...extra, '--json']
      await using client = new SomeIpProcess(args, files.client)
      const { p50, perSecond, seconds, ...found } = JSON.parse(await client.line(/^{/))
      delete found.p90
      delete found.p99
      assert.deepEqual(found, { kind, transport, count: Number(count), bytes: 32, received: Number(count), lost: 0 })
      assert.equal(p50 !== undefined, kind !== 'ev')
      assert.ok(perSecond > 0 && seconds > 0)
      assert.equal(await client.ended(), 0)
    }
    assert.equal(await service.interrupt(), 0)
  })
}

test('refuses what is no measurement', async () => {
  await using files = await configure('udp')
  await using client = new SomeIpProcess(['bench', 'client', 'fast', 'udp', '1', '1'], files.client)
  await client.line(/lat, win or ev|Allowed choices/)
  assert.equal(await client.ended(), 1)
})
