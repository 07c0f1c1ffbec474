import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfiguration } from './load.ts'
import {
  applicationNamed,
  guestPortRanges,
  isEventSuppressed,
  isInternalService,
  logIntervals,
  maxReliableBytes,
  npduTiming,
  queueLimitBytes,
  serviceAt,
  serviceOf,
  tpSegmentation,
} from './queries.ts'

const parse = (value: unknown) =>
  parseConfiguration({ files: [{ file: 'a.json', text: JSON.stringify(value) }], strict: true }).configuration

test('an application that no file lists has the defaults of the dispatching section, a listed one has not', () => {
  const configuration = parse({
    dispatching: { max_dispatchers: 3, max_dispatch_time: 50 },
    request_debounce_time: 7,
    applications: [{ name: 'clock' }],
  })
  const unlisted = applicationNamed(configuration, 'radio')
  assert.deepEqual([unlisted.maxDispatchers, unlisted.maxDispatchTimeMs, unlisted.requestDebounceTimeMs], [3, 50, 7])
  assert.deepEqual(
    [unlisted.name, unlisted.clientId, unlisted.threads, unlisted.hasSessionHandling],
    ['radio', undefined, 2, true],
  )
  const listed = applicationNamed(configuration, 'clock')
  assert.deepEqual([listed.maxDispatchers, listed.maxDispatchTimeMs, listed.requestDebounceTimeMs], [10, 100, 0])
})

test('an unlisted application has what a listed one without further keys has', () => {
  const configuration = parse({ applications: [{ name: 'clock' }] })
  assert.deepEqual({ ...applicationNamed(configuration, 'x'), name: 'clock' }, applicationNamed(configuration, 'clock'))
})

test('log intervals are those of the application, and else those of the log for the host only', () => {
  const configuration = parse({
    logging: { version: { interval: 15 }, status_log_interval: 20 },
    applications: [{ name: 'clock', version_log_interval: 700, status_log_interval: 800 }],
  })
  assert.deepEqual(logIntervals(configuration, 'clock', true), { versionMs: 700, statusMs: 800 })
  assert.deepEqual(logIntervals(configuration, 'radio', true), { versionMs: 15_000, statusMs: 20_000 })
  assert.deepEqual(logIntervals(configuration, 'radio', false), { versionMs: 0, statusMs: 0 })
})

test('the ports of a guest are those of user and group, then of the user or group alone, then of anybody', () => {
  const range = (first: number) => [{ first, last: first + 1 }]
  const entry = (uid: number | string, gid: number | string, first: number) => ({ uid, gid, ranges: range(first) })
  const any = 0xffff_ffff
  const { routing } = parse({
    routing: { host: { unicast: '10.0.0.1' }, guests: { ports: [entry(1, 2, 100), { first: 400, last: 401 }] } },
  })
  assert.deepEqual(guestPortRanges(routing, 1, 2), range(100))
  assert.deepEqual(guestPortRanges(routing, 1, 3), range(400))
  const wild = parse({
    routing: { host: { unicast: '10.0.0.1' }, guests: { ports: [entry(1, any, 200), entry(any, 2, 300)] } },
  })
  assert.deepEqual(guestPortRanges(wild.routing, 1, 2), range(200))
  assert.deepEqual(guestPortRanges(wild.routing, 9, 2), range(300))
  assert.deepEqual(guestPortRanges(wild.routing, 9, 9), [])
})

const services = parse({
  unicast: '10.0.0.1',
  'npdu-default-timings': { 'debounce-time-request': 1, 'max-retention-time-response': 9 },
  services: [
    {
      service: 1,
      instance: 1,
      unreliable: 5000,
      reliable: 5001,
      'debounce-times': { requests: { '0x10': { 'debounce-time': 7, 'maximum-retention-time': 8 } } },
      'someip-tp': { 'service-to-client': ['0x20', { method: '0xFFFF', 'max-segment-length': 160 }] },
    },
    { service: 1, instance: 2, unicast: '10.0.0.2', unreliable: 5000 },
  ],
})

test('services are found by their ids and by where they are', () => {
  assert.equal(serviceOf(services, 1, 2)?.unicast, '10.0.0.2')
  assert.equal(serviceOf(services, 2, 1), undefined)
  assert.equal(serviceAt(services, 1, '10.0.0.1', 5001)?.instanceId, 1)
  assert.equal(serviceAt(services, 1, '10.0.0.2', 5000)?.instanceId, 2)
  assert.equal(serviceAt(services, 1, '10.0.0.2', 5001), undefined)
})

test('times of a method go before the defaults of its direction', () => {
  const service = serviceOf(services, 1, 1)
  assert.deepEqual(npduTiming(services, service, 'requests', 0x10), { debounceMs: 7, retentionMs: 8 })
  assert.deepEqual(npduTiming(services, service, 'requests', 0x11), { debounceMs: 1, retentionMs: 5 })
  assert.deepEqual(npduTiming(services, undefined, 'responses', 0x10), { debounceMs: 2, retentionMs: 9 })
})

test('segmentation of a method goes before that of all methods; without either there is none', () => {
  const service = serviceOf(services, 1, 1)
  assert.deepEqual(tpSegmentation(service, 'serviceToClient', 0x20), { maxSegmentBytes: 1392, separationTimeMs: 0 })
  assert.deepEqual(tpSegmentation(service, 'serviceToClient', 0x21), { maxSegmentBytes: 160, separationTimeMs: 0 })
  assert.equal(tpSegmentation(service, 'clientToService', 0x20), undefined)
  assert.equal(tpSegmentation(undefined, 'clientToService', 0x20), undefined)
})

test('a service is internal if a range holds both its ids', () => {
  const configuration = parse({
    internal_services: [
      { first: 'F700', last: 'FEFF' },
      { first: { service: 'B04C', instance: '1' }, last: { service: 'B04C', instance: '2' } },
    ],
  })
  const isInternal = (serviceId: number, instanceId: number) => isInternalService(configuration, serviceId, instanceId)
  assert.deepEqual([isInternal(0xf700, 0), isInternal(0xfeff, 0xffff), isInternal(0xff00, 1)], [true, true, false])
  assert.deepEqual([isInternal(0xb04c, 2), isInternal(0xb04c, 3)], [true, false])
})

test('limits of an endpoint go before those for all', () => {
  const endpoint = (key: string) => [{ unicast: '10.0.0.1', ports: [{ port: 5001, [key]: 100 }] }]
  const configuration = parse({
    'payload-sizes': endpoint('max-payload-size'),
    'max-payload-size-reliable': 200,
    'endpoint-queue-limits': endpoint('queue-size-limit'),
    'endpoint-queue-limit-external': 300,
  })
  assert.equal(maxReliableBytes(configuration, '10.0.0.1', 5001), 116)
  assert.equal(maxReliableBytes(configuration, '10.0.0.1', 5002), 216)
  assert.equal(queueLimitBytes(configuration, '10.0.0.1', 5001), 100)
  assert.equal(queueLimitBytes(configuration, '10.0.0.2', 5001), 300)
})

test('an event is suppressed if an entry fits all of its ids', () => {
  const configuration = parse({
    suppress_missing_event_logs: [
      { service: '0x23', instance: 1, events: ['0x8001', { first: '0x8010', last: '0x8015' }] },
      { service: 'any', instance: '0xf2' },
    ],
  })
  const isSuppressed = (serviceId: number, instanceId: number, eventId: number) =>
    isEventSuppressed(configuration, serviceId, instanceId, eventId)
  assert.deepEqual([isSuppressed(0x23, 1, 0x8001), isSuppressed(0x23, 1, 0x8012)], [true, true])
  assert.deepEqual([isSuppressed(0x23, 1, 0x8002), isSuppressed(0x23, 2, 0x8001)], [false, false])
  assert.deepEqual([isSuppressed(0x99, 0xf2, 0x8888), isSuppressed(0x99, 0xf3, 0x8888)], [true, false])
})
