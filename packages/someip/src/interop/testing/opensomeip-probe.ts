import { execFile, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { systemClock } from '@opensovd/base/node'
import { SD_GROUP, startApplication } from './loopback.ts'
import { ENDS } from './two-namespaces.ts'

/**
 * On a host that has a cable to another one: uses a service that opensomeip offers there, or has it use ours. Arguments:
 * the role of opensomeip, and the program that runs Python. Prints JSON.
 */

const [SERVICE, INSTANCE, METHOD, EVENTGROUP] = [0x1234, 0x5678, 0x0421, 0x4465]
const [SD_PORT, PORT] = [30_490, 30_509]
const LIMIT_MS = 20_000

const [role = '', python = ''] = process.argv.slice(2)
const signal = AbortSignal.timeout(LIMIT_MS)
const place = { host: ENDS.there, port: PORT, sd_address: SD_GROUP, sd_port: SD_PORT }
const asked = { role, ...place, service: SERVICE, instance: INSTANCE, method: METHOD, eventgroup: EVENTGROUP }
const script = new URL('../opensomeip_peer.py', import.meta.url).pathname
const [enter = '', ...there] = (process.env.THERE ?? '').split(' ')
const command = [...there, python, script, JSON.stringify(asked)]
process.stdout.write(JSON.stringify(role === 'client' ? await beUsed() : await useTheirs()))

async function beUsed(): Promise<object> {
  const services = [{ service: `${SERVICE}`, instance: `${INSTANCE}`, unreliable: `${PORT}` }]
  await using server = await startApplication(ENDS.here, SD_PORT, { services })
  const service = await server.offerService({
    ...{ serviceId: SERVICE, instanceId: INSTANCE, majorVersion: 1 },
    methods: { [METHOD]: ({ payload }) => payload.toReversed() },
    events: [{ eventId: 0x8778, eventgroupIds: [EVENTGROUP] }],
  })
  const subscribers: string[] = []
  service.onSubscriber(({ peer, isSubscribed }) => isSubscribed && subscribers.push(peer))
  const { stdout } = await promisify(execFile)(enter, command, { signal })
  return { theirs: JSON.parse(stdout), subscribers }
}

async function useTheirs(): Promise<object> {
  await using client = await startApplication(ENDS.here, SD_PORT)
  const proxy = client.requestService({ serviceId: SERVICE, instanceId: INSTANCE, majorVersion: 1 })
  const subscription = proxy.subscribe({ eventgroupId: EVENTGROUP, reliability: 'unreliable' }, signal)
  const peer = spawn(enter, command, { stdio: ['pipe', 'pipe', 'inherit'], signal })
  const printed = text(peer.stdout)
  await proxy.whenAvailable(signal)
  const { payload } = await proxy.call(METHOD, fromHex('010203'), { signal })
  while (subscription.state !== 'acknowledged') await systemClock.sleep(10, signal)
  peer.stdin.end()
  while (proxy.isAvailable) await systemClock.sleep(10, signal)
  return { theirs: JSON.parse(await printed), response: toHex(payload) }
}
