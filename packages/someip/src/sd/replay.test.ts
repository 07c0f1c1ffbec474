import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@opensovd/base/bytes'
import { type CapturedMessage, readCapturedMessages } from '../wire/testing/capture.ts'
import type { ServiceOffer } from './server/service-offer.ts'
import { EVENTGROUP, SERVICE } from './testing/entries.ts'
import { GROUP, HERE, SD_PORT, type SdHost, THERE, World } from './testing/world.ts'

// Both ends of the captures are vsomeip. One end is replaced by our service discovery, which gets what vsomeip got, and
// must send what vsomeip sent, byte for byte and in the same order, within a few milliseconds of the time it was sent.
const TOLERANCE_MS = 12
const INITIAL_DELAY_MS = 14

const isSd = (message: CapturedMessage) => message.service === 'ffff' && message.method === '8100'

interface Sent {
  readonly timeMs: number
  readonly to: string
  readonly hex: string
}

function sentInCapture(name: string, address: string): readonly Sent[] {
  return readCapturedMessages(name)
    .filter((message) => isSd(message) && message.src.startsWith(`${address}:`))
    .map(({ t, dst, hex }) => ({ timeMs: t * 1000, to: dst, hex }))
}

async function feed(world: World, messages: readonly Sent[], from: string, to: string): Promise<void> {
  for (const message of messages) {
    await world.clock.advance(Math.max(0, message.timeMs - world.clock.monotonic()))
    const [address = ''] = message.to.split(':')
    if (address !== GROUP && address !== to) continue
    const target = { address, port: SD_PORT }
    world.network.inject({ from: { address: from, port: SD_PORT }, to: target, bytes: fromHex(message.hex) })
    await world.clock.advance(0)
  }
}

function assertSent(world: World, address: string, expected: readonly Sent[]): void {
  const sent = world.network.sent.filter(({ from }) => from.address === address)
  const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  assert.deepEqual(
    sent.map(({ to, bytes }) => `${to.address}:${to.port} ${toHex(bytes)}`),
    expected.map(({ to, hex }) => `${to} ${hex}`),
  )
  for (const [index, { timeMs }] of sent.entries()) {
    const expectedMs = expected[index]?.timeMs ?? Number.NaN
    assert.ok(Math.abs(timeMs - expectedMs) <= TOLERANCE_MS, `message ${index} at ${timeMs}, ${expectedMs} expected`)
  }
}

const udpService: ServiceOffer = {
  ...SERVICE,
  unreliablePort: 30_509,
  eventgroups: [{ eventgroupId: EVENTGROUP, reliability: 'unreliable' }],
}
const tcpService: ServiceOffer = {
  ...SERVICE,
  reliablePort: 30_510,
  eventgroups: [{ eventgroupId: EVENTGROUP, reliability: 'reliable' }],
}
const multicast = { address: '224.225.226.233', port: 32_344, threshold: 1 }
const e2e = { ...udpService, majorVersion: 1 }
const services: [capture: string, service: ServiceOffer][] = [
  ['udp_reqres', udpService],
  ['tcp_reqres', tcpService],
  ['udp_notify', udpService],
  ['tcp_notify', tcpService],
  ['magic_cookies', tcpService],
  ['tp_udp', e2e],
  ['mc_notify', { ...udpService, eventgroups: [{ eventgroupId: EVENTGROUP, reliability: 'unreliable', multicast }] }],
  ['e2e_CRC8', e2e],
  ['e2e_CRC32', e2e],
  ['e2e_P07', e2e],
  ['e2e_P04', { ...e2e, instanceId: 1 }],
  ['e2e_P05', { ...e2e, instanceId: 1 }],
]
for (const [capture, service] of services) {
  test(`sends as a service what vsomeip sent in capture ${capture}`, async () => {
    const expected = sentInCapture(capture, HERE)
    const first = expected[0]?.timeMs ?? assert.fail()
    const stop = expected.at(-1)?.timeMs ?? assert.fail()
    const world = new World()
    const parameters = { initialDelayMinMs: INITIAL_DELAY_MS, initialDelayMaxMs: INITIAL_DELAY_MS }
    const { discovery } = world.host(HERE, { parameters })
    discovery.offer(service)
    world.clock.after(first - INITIAL_DELAY_MS, () => discovery.start())
    world.clock.after(stop, () => discovery.stopOffer(service.serviceId, service.instanceId))
    await feed(world, sentInCapture(capture, THERE), THERE, HERE)
    await world.clock.advance(Math.max(0, stop - world.clock.monotonic()))
    assertSent(world, HERE, expected)
    await discovery.close()
  })
}

interface CapturedClient {
  readonly capture: string
  /** Where it listens for events; absent: it does not subscribe. */
  readonly port?: number
  readonly isReliable?: boolean
  readonly instanceId?: number
  readonly majorVersion?: number
  readonly minorVersion?: number
  /** It ended without a word: what came later was not heard. */
  readonly isLost?: boolean
}

function replaceClient(host: SdHost, client: CapturedClient): void {
  const { instanceId = SERVICE.instanceId, majorVersion } = client
  const ids = { serviceId: SERVICE.serviceId, instanceId }
  host.ports = client.isReliable ? { reliable: client.port } : { unreliable: client.port }
  host.discovery.request({
    ...ids,
    ...(majorVersion === undefined ? {} : { majorVersion }),
    ...(client.minorVersion === undefined ? {} : { minorVersion: client.minorVersion }),
  })
  if (client.port === undefined) return
  const reliability = client.isReliable ? 'reliable' : 'unreliable'
  host.discovery.subscribe({ ...ids, eventgroupId: EVENTGROUP, majorVersion: majorVersion ?? 0, reliability })
}

const version = { majorVersion: 1, minorVersion: 0 }
const clients: CapturedClient[] = [
  { capture: 'udp_reqres' },
  { capture: 'tcp_reqres' },
  { capture: 'udp_notify', port: 0xa3e5 },
  { capture: 'tcp_notify', port: 0xa711, isReliable: true },
  { capture: 'magic_cookies' },
  { capture: 'tp_udp', ...version },
  { capture: 'mc_notify', port: 0x8027 },
  { capture: 'e2e_CRC8', port: 0xe9b8, ...version },
  { capture: 'e2e_CRC32', port: 0xd0be, ...version },
  { capture: 'e2e_P07', port: 0xd2fe, ...version },
  { capture: 'e2e_P04', port: 0xa609, instanceId: 1, ...version },
  { capture: 'e2e_P05', port: 0xe3fc, instanceId: 1, isLost: true, ...version },
]
for (const client of clients) {
  test(`sends as a client what vsomeip sent in capture ${client.capture}`, async () => {
    const expected = sentInCapture(client.capture, THERE)
    const world = new World()
    // The first message of each capture is the client's first Find, so that its initial delay is over at time 0.
    const host = world.host(THERE, { parameters: { initialDelayMinMs: 0, initialDelayMaxMs: 0 } })
    replaceClient(host, client)
    host.discovery.start()
    await world.clock.advance(0)
    const isUnsubscribed = expected.at(-1)?.hex.slice(2 * 33, 2 * 36) === '000000'
    const { serviceId } = SERVICE
    const ids = { serviceId, instanceId: client.instanceId ?? SERVICE.instanceId, eventgroupId: EVENTGROUP }
    if (isUnsubscribed) world.clock.after(expected.at(-1)?.timeMs ?? 0, () => host.discovery.unsubscribe(ids))
    const heard = sentInCapture(client.capture, HERE)
    const end = client.isLost ? (expected.at(-1)?.timeMs ?? 0) + 100 : Number.POSITIVE_INFINITY
    await feed(
      world,
      heard.filter(({ timeMs }) => timeMs < end),
      HERE,
      THERE,
    )
    assertSent(world, THERE, expected)
  })
}
