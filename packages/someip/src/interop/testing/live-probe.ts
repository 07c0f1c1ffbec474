import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fromHex } from '@opensovd/base/bytes'
import { systemClock } from '@opensovd/base/node'
import { startApplication } from './loopback.ts'

/**
 * Lets two applications talk over the loopback interface, which nobody else may use, while tshark writes what passes to
 * the file that is the argument: they find each other, subscribe over both transports, call over both, in segments too,
 * and are refused.
 */

const SERVICE = { serviceId: 0x1234, instanceId: 0x5678 } as const
const [SERVER, CLIENT] = ['127.0.0.1', '127.0.0.2'] as const
const SD_PORT = 30_490
const PORTS = { unreliable: '30509', reliable: { port: '30510' } }
const TP = { 'client-to-service': ['0x0421'], 'service-to-client': ['0x0421', '0x8779'] }
const MULTICAST = { address: '224.225.226.233', port: '30511' }
const LARGE = Uint8Array.from({ length: 5000 }, (_, index) => index & 0xff)
const LIMIT_MS = 15_000
/** Time in which what was sent reaches the file. */
const SETTLE_MS = 500
/** Time in which the client looks for the service before it is there. */
const FIND_MS = 50

const signal = AbortSignal.timeout(LIMIT_MS)
const tshark = spawn('tshark', ['-q', '-n', '-i', 'lo', '-w', process.argv[2] ?? ''], {
  stdio: ['ignore', 'ignore', 'pipe'],
})
for await (const line of createInterface(tshark.stderr)) if (line.startsWith('Capturing on')) break
await systemClock.sleep(SETTLE_MS, signal)
await talk()
await systemClock.sleep(SETTLE_MS, signal)
tshark.kill('SIGINT')
await once(tshark, 'exit')

async function talk(): Promise<void> {
  const ids = { service: '0x1234', instance: '0x5678', 'someip-tp': TP }
  const eventgroup = { eventgroup: '0x0003', events: ['0x877b'], multicast: MULTICAST, threshold: '1' }
  const services = [{ ...ids, ...PORTS, eventgroups: [eventgroup] }]
  await using client = await startApplication(CLIENT, SD_PORT, { services: [{ ...ids, unicast: SERVER }] })
  const proxy = client.requestService(SERVICE)
  await systemClock.sleep(FIND_MS, signal)
  await using server = await startApplication(SERVER, SD_PORT, { services })
  const service = await server.offerService({
    ...SERVICE,
    methods: { 1057: ({ payload }) => payload },
    events: [
      { eventId: 0x8778, eventgroupIds: [1], kind: 'field', reliability: 'reliable', initialValue: fromHex('cafe') },
      { eventId: 0x8779, eventgroupIds: [2], reliability: 'unreliable' },
      { eventId: 0x877b, reliability: 'unreliable' },
    ],
  })
  const groups = [
    { eventgroupId: 1, fields: [0x8778], reliability: 'reliable' },
    { eventgroupId: 2, events: [0x8779], reliability: 'unreliable' },
    { eventgroupId: 3, events: [0x877b], reliability: 'unreliable' },
  ] as const
  const subscriptions = groups.map((group) => proxy.subscribe(group, signal))
  const [field, ...events] = subscriptions.map((subscription) => subscription[Symbol.asyncIterator]())
  await proxy.whenAvailable(signal)
  await field?.next()
  for (const transport of ['reliable', 'unreliable'] as const) {
    await proxy.call(0x0421, fromHex('010203'), { transport, signal })
    await proxy.call(0x0421, LARGE, { transport, signal })
    await proxy.call(0x0001, LARGE.subarray(0, 8), { transport, signal }).catch(() => {})
  }
  proxy.send(0x0421, fromHex('04'))
  service.notify(0x8779, LARGE)
  service.notify(0x877b, fromHex('beef'))
  for (const event of events) await event.next()
}
