import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@opensovd/base/bytes'
import type { EventDefinition } from '../events/event-definition.ts'
import type { Targets } from '../events/targets.ts'
import { E2eGuards } from './e2e-guards.ts'
import { EventSource, type Place } from './event-source.ts'
import { SomeIpError } from './someip-error.ts'
import { RecordingPort } from './testing/recording-port.ts'
import { serviceBench } from './testing/service-bench.ts'

const EVENT: EventDefinition = {
  eventId: 0x8778,
  eventgroupIds: [0x4465],
  kind: 'event',
  reliability: 'unknown',
  cycleMs: 0,
  changeResetsCycle: false,
  updateOnChange: true,
}
const UDP: Place = { address: '10.77.0.2', port: 41957 }
const TCP: Place = { address: '10.77.0.2', port: 5000 }
// As vsomeip 3.7.4 sent it.
const FIRST = '12348778000000090000000101000200'

function source(configuration: object = {}, countsSessions = true, majorVersion = 0) {
  const { clock, limitedLog, outbox, departures } = serviceBench()
  const udp = new RecordingPort('unreliable')
  const tcp = new RecordingPort('reliable')
  const targets: { now: Targets<Place> } = { now: { reliable: [], unreliable: [UDP], multicast: undefined } }
  const enabled = { enabled: true, protections: [] }
  const events = new EventSource({
    ids: { serviceId: 0x1234, instanceId: 0x5678, majorVersion, minorVersion: 0 },
    ...{ clock, limitedLog, outbox, departures, countsSessions },
    guards: new E2eGuards({ ...enabled, ...configuration }, 0x1234, 1),
    targetsOf: () => targets.now,
    portOf: (transport) => (transport === 'reliable' ? tcp : udp),
  })
  return { clock, events, udp, tcp, targets }
}

test('sends an event with the client id 0 and sessions of its own', () => {
  const { events, udp } = source()
  events.add(EVENT)
  events.notify(0x8778, fromHex('00'), false)
  events.notify(0x8778, fromHex('00'), false)
  assert.deepEqual(udp.sent, [
    { hex: `${FIRST}00`, to: '10.77.0.2:41957' },
    { hex: '1234877800000009000000020100020000', to: '10.77.0.2:41957' },
  ])
})

test('sends session 0 where sessions are not counted', () => {
  const { events, udp } = source({}, false)
  events.add(EVENT)
  events.notify(0x8778, fromHex('00'), false)
  assert.deepEqual(udp.hex, ['1234877800000009000000000100020000'])
})

test('follows its subscribers', () => {
  const { events, udp, tcp, targets } = source()
  events.add(EVENT)
  targets.now = { reliable: [], unreliable: [], multicast: undefined }
  events.notify(0x8778, fromHex('00'), false)
  assert.deepEqual([udp.sent, tcp.sent], [[], []])
  const multicast = { address: '224.225.226.233', port: 32344 }
  targets.now = { reliable: [TCP], unreliable: [], multicast }
  events.notify(0x8778, fromHex('00'), false)
  assert.deepEqual(udp.sent, [{ hex: `${FIRST}00`, to: '224.225.226.233:32344' }])
  assert.deepEqual(tcp.sent, [{ hex: `${FIRST}00`, to: '10.77.0.2:5000' }])
})

test('sends the values of the fields of a group to a new subscriber, to nobody else', () => {
  const { events, udp, targets } = source()
  targets.now = { reliable: [], unreliable: [], multicast: undefined }
  events.add({ ...EVENT, kind: 'field' })
  events.add({ ...EVENT, eventId: 0x8779 })
  events.add({ ...EVENT, eventId: 0x877a, kind: 'field', eventgroupIds: [0x4466] })
  for (const id of [0x8778, 0x8779, 0x877a]) events.notify(id, fromHex('00'), false)
  assert.deepEqual(udp.sent, [])
  events.sendInitial(0x4465, { reliable: undefined, unreliable: UDP })
  assert.deepEqual(udp.hex, [`${FIRST}00`])
})

test('sends a selective event only to whom it is addressed', () => {
  const { events, udp } = source()
  events.add({ ...EVENT, kind: 'selective' })
  events.notify(0x8778, fromHex('00'), false)
  assert.deepEqual(udp.sent, [])
  events.notifyOne(0x8778, fromHex('00'), { reliable: undefined, unreliable: { address: '10.77.0.3', port: 1 } })
  assert.deepEqual(udp.sent, [{ hex: `${FIRST}00`, to: '10.77.0.3:1' }])
})

test('refuses an event that the service does not offer', () => {
  const { events } = source()
  assert.throws(
    () => events.notify(0x8778, fromHex('00'), false),
    (error) => error instanceof SomeIpError && error.code === 'SOMEIP_UNKNOWN_EVENT',
  )
})

const PROTECTION = {
  serviceId: 0x1234,
  eventId: 0x8778,
  protects: true,
  checks: false,
  profile: {
    name: 'P04',
    dataId: 0x2d,
    offsetBytes: 8,
    minDataLength: 0,
    maxDataLength: 0xffff,
    maxDeltaCounter: 0xffff,
  },
}

test('refuses a protected event whose payload has no room for the protection, and sends nothing', () => {
  const { events, udp } = source({ protections: [PROTECTION] })
  events.add(EVENT)
  assert.throws(() => events.notify(0x8778, fromHex('00'), false), { code: 'ENCODE' })
  assert.deepEqual(udp.sent, [])
})

test('ends its cycles with the service', async () => {
  const { events, udp, clock } = source()
  events.add({ ...EVENT, cycleMs: 100 })
  events.notify(0x8778, fromHex('00'), false)
  await clock.advance(100)
  assert.equal(udp.sent.length, 2)
  events[Symbol.dispose]()
  await clock.advance(1000)
  assert.equal(udp.sent.length, 2)
})

// Profile 04 with the data id 0x2d on instance 1, of a service of version 1, as vsomeip 3.7.4 sent it.
const PROTECTED = `12348778000000280000000101010200002800000100002d2d6e1824${'55'.repeat(20)}`

test('protects an event as the configuration says', () => {
  const { events, udp } = source({ protections: [PROTECTION] }, true, 1)
  events.add(EVENT)
  events.notify(0x8778, new Uint8Array(32).fill(0x55), false)
  assert.deepEqual(udp.hex, [PROTECTED])
})
