import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort, SomeIpProcess } from '../testing/someip-process.ts'

const QUICK = { initial_delay_max: '10', repetitions_base_delay: '50', ttl: '3', cyclic_offer_delay: '500' }

/** Configuration files of a service on 127.0.0.1 and of a client on 127.0.0.2. */
async function configure(service: string, instance: string, transport: 'udp' | 'tcp') {
  const folder = await mkdtemp(join(tmpdir(), 'someip-'))
  const port = await freePort()
  const ports = transport === 'udp' ? { unreliable: `${port}` } : { reliable: { port: `${port}` } }
  const discovery = { multicast: '224.244.224.245', port: `${await freePort()}`, ...QUICK }
  const files = { service: join(folder, 'service.json'), client: join(folder, 'client.json') }
  const common = { netmask: '255.0.0.0', 'service-discovery': discovery }
  const services = [{ service, instance, ...ports }]
  await writeFile(files.service, JSON.stringify({ unicast: '127.0.0.1', ...common, services }))
  await writeFile(files.client, JSON.stringify({ unicast: '127.0.0.2', ...common }))
  return { ...files, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`request gets the 120 bytes of response over ${transport}, and both stop at SIGINT`, async () => {
    await using files = await configure('0x1234', '0x5678', transport)
    await using service = new SomeIpProcess(['sample', 'response'], files.service)
    await using client = new SomeIpProcess(['sample', 'request', `--${transport}`, '--cycle', '50'], files.client)
    const payload = Array.from({ length: 120 }, (_, index) => index.toString(16).padStart(2, '0')).join('')
    await client.line(new RegExp(`Received a response to Client/Session \\[0100/0002\\]: \\(120\\) ${payload}`))
    await service.line(/Received a message with Client\/Session \[0100\/0002\]/)
    assert.equal(await service.interrupt(), 0)
    await client.line(/Service \[1234.5678\] is NOT available/)
    assert.equal(await client.interrupt(), 0)
  })

  test(`subscribe gets the values of notify over ${transport}, gets one itself and sets one`, async () => {
    await using files = await configure('0x1234', '0x5678', transport)
    await using service = new SomeIpProcess(['sample', 'notify', '--cycle', '100'], files.service)
    await using client = new SomeIpProcess(['sample', 'subscribe', `--${transport}`], files.client)
    await client.line(/notification for Event \[1234.5678.8778\] = \(3\) 000102$/)
    await client.line(/response of \[0001\] = \(/)
    await client.line(/response of \[0002\] = \(11\) 4243444546474849505152$/)
    await client.line(/notification for Event \[1234.5678.8778\] = \(11\) 4243444546474849505152$/)
    assert.equal(await client.interrupt(), 0)
    assert.equal(await service.interrupt(), 0)
  })
}

test('the hello world service greets, and ends by itself', async () => {
  await using files = await configure('0x1111', '0x2222', 'udp')
  await using service = new SomeIpProcess(['sample', 'hello-world-service'], files.service)
  await using client = new SomeIpProcess(['sample', 'hello-world-client'], files.client)
  await client.line(/^Received: Hello World$/)
  assert.equal(await client.ended(), 0)
  assert.equal(await service.ended(), 0)
})
