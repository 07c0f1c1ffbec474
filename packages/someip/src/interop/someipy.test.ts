import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { systemClock } from '@opensovd/base/node'
import { missingModules, runPython, startPython } from './testing/judge.ts'
import { AT_ONCE, freePort, SD_GROUP, startApplication } from './testing/loopback.ts'

const [OURS, THEIRS] = ['127.0.0.1', '127.0.0.2'] as const
const SERVICE = { serviceId: 0x1234, instanceId: 0x5678 } as const
const [METHOD, EVENTGROUP, EVENT] = [0x0421, 0x4465, 0x8778]
const LIMIT_MS = 20_000
const PEER = new URL('./someipy_peer.py', import.meta.url)

const skip = missingModules('someipy')

async function peerArguments(role: 'client' | 'server', protocol: 'UDP' | 'TCP', sdPort: number): Promise<string> {
  const place = { host: THEIRS, port: await freePort(THEIRS), sd_address: SD_GROUP, sd_port: sdPort }
  const ids = { service: SERVICE.serviceId, instance: SERVICE.instanceId, method: METHOD }
  return JSON.stringify({ role, protocol, ...place, ...ids, eventgroup: EVENTGROUP, event: EVENT })
}

for (const { protocol, port } of [
  { protocol: 'UDP', port: (number: number) => ({ unreliable: `${number}` }) },
  { protocol: 'TCP', port: (number: number) => ({ reliable: { port: `${number}` } }) },
] as const) {
  test(`someipy finds our service, calls it over ${protocol} and gets its field`, { skip }, async () => {
    const sdPort = await freePort()
    const service = { service: `${SERVICE.serviceId}`, instance: `${SERVICE.instanceId}` }
    // someipy reads only the first message of a datagram: the answer and the event must not share one.
    const sections = { ...AT_ONCE, services: [{ ...service, ...port(await freePort()) }] }
    await using server = await startApplication(OURS, sdPort, sections)
    const offered = await server.offerService({
      ...SERVICE,
      majorVersion: 1,
      events: [{ eventId: EVENT, eventgroupIds: [EVENTGROUP], kind: 'field', initialValue: fromHex('cafe') }],
      methods: {
        [METHOD]: ({ payload }) => {
          offered.notify(EVENT, fromHex('beef'))
          return payload.toReversed()
        },
      },
    })
    const answer = await runPython(PEER, await peerArguments('client', protocol, sdPort))
    const events = [
      [EVENT, 'cafe'],
      [EVENT, 'beef'],
    ]
    assert.deepEqual(answer, { response: '030201', returnCode: 0, events })
  })

  test(`we find services of someipy, call one over ${protocol}, get events of the other and notice their end`, {
    skip,
  }, async () => {
    const sdPort = await freePort()
    const signal = AbortSignal.timeout(LIMIT_MS)
    await using client = await startApplication(OURS, sdPort)
    const proxy = client.requestService({ ...SERVICE, majorVersion: 1 })
    const reliability = protocol === 'TCP' ? 'reliable' : 'unreliable'
    const withEvents = client.requestService({ ...SERVICE, serviceId: SERVICE.serviceId + 1, majorVersion: 1 })
    const subscription = withEvents.subscribe({ eventgroupId: EVENTGROUP, reliability }, signal)
    const peer = startPython(PEER, await peerArguments('server', protocol, sdPort))
    try {
      await proxy.whenAvailable(signal)
      assert.equal(toHex((await proxy.call(METHOD, fromHex('010203'), { signal })).payload), '030201')
      for await (const { eventId, payload } of subscription) {
        assert.deepEqual([subscription.state, eventId, toHex(payload)], ['acknowledged', EVENT, 'cafe'])
        break
      }
      peer.stdin.end()
      while (proxy.isAvailable || withEvents.isAvailable) await systemClock.sleep(10, signal)
    } finally {
      peer.kill()
    }
  })
}
