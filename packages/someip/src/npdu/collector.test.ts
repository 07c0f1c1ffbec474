import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import fc from 'fast-check'
import { splitDatagram } from '../wire/datagram.ts'
import { encodeMessage } from '../wire/message.ts'
import { DEFAULT_NPDU_TIMING, NO_NPDU_TIMING, NpduCollector, type NpduTiming } from './collector.ts'

interface Departure {
  readonly atMs: number
  /** `method/session` of each message, in order. */
  readonly passengers: string[]
}

function setUp(maxDatagramBytes = 1416, maxQueuedBytes?: number) {
  const clock = new FakeClock()
  const departures: Departure[] = []
  const depart = (datagram: Uint8Array) => {
    const passengers: string[] = []
    splitDatagram(datagram, {
      message: (message) => passengers.push(`${message.methodId}/${message.sessionId}`),
      problem: () => assert.fail('a datagram must be whole messages'),
    })
    departures.push({ atMs: clock.monotonic(), passengers })
  }
  const options = { clock, maxDatagramBytes, depart, ...(maxQueuedBytes === undefined ? {} : { maxQueuedBytes }) }
  return { clock, departures, collector: new NpduCollector(options) }
}

function message(methodId: number, sessionId: number, payloadBytes = 0): Uint8Array {
  const payload = new Uint8Array(payloadBytes)
  const rest = { clientId: 1, interfaceVersion: 1, messageType: 2, returnCode: 0 }
  return encodeMessage({ serviceId: 0x1234, methodId, sessionId, payload, ...rest })
}

const timing = (debounceMs: number, retentionMs: number): NpduTiming => ({ debounceMs, retentionMs })

test('keeps a message for the default retention time of 5 ms', async () => {
  const { clock, departures, collector } = setUp()
  collector.send(message(1, 1))
  await clock.advance(4.9)
  assert.deepEqual([departures, collector.queuedBytes], [[], 16])
  await clock.advance(0.1)
  assert.deepEqual(departures, [{ atMs: 5, passengers: ['1/1'] }])
  assert.deepEqual([collector.queuedBytes, clock.pending], [0, 0])
})

test('sends different methods in one datagram when the first of them must leave', async () => {
  const { clock, departures, collector } = setUp()
  collector.send(message(1, 1))
  await clock.advance(2)
  collector.send(message(2, 2))
  await clock.advance(3)
  assert.deepEqual(departures, [{ atMs: 5, passengers: ['1/1', '2/2'] }])
})

test('leaves earlier when a less patient message boards', async () => {
  const { clock, departures, collector } = setUp()
  collector.send(message(1, 1), timing(1, 10))
  await clock.advance(1)
  collector.send(message(2, 2), timing(1, 3))
  await clock.advance(10)
  assert.deepEqual(departures, [{ atMs: 4, passengers: ['1/1', '2/2'] }])
})

test('sends without delay, and without a timer, when both times are zero', () => {
  const { clock, departures, collector } = setUp()
  const sent = message(1, 1)
  for (let count = 0; count < 3; count++) assert.equal(collector.send(sent, NO_NPDU_TIMING), true)
  assert.deepEqual([departures.length, clock.pending], [3, 0])
})

const leaving: [
  name: string,
  first: NpduTiming,
  waitMs: number,
  second: NpduTiming,
  payloadBytes: number,
  sameMethod: boolean,
][] = [
  ['the same method is already aboard', DEFAULT_NPDU_TIMING, 1, DEFAULT_NPDU_TIMING, 0, true],
  ['the message does not fit the datagram', DEFAULT_NPDU_TIMING, 1, DEFAULT_NPDU_TIMING, 1400, false],
  ['its debounce time exceeds the least retention time aboard', timing(2, 5), 0, timing(6, 20), 0, false],
  ['its debounce time reaches beyond the departure', timing(2, 5), 4, timing(2, 5), 0, false],
  ['its retention time is below the least debounce time aboard', timing(2, 5), 1, timing(0, 1), 0, false],
]
for (const [name, first, waitMs, second, payloadBytes, sameMethod] of leaving) {
  test(`does not let a message aboard when ${name}`, async () => {
    const { clock, departures, collector } = setUp()
    collector.send(message(1, 1), first)
    await clock.advance(waitMs)
    collector.send(message(sameMethod ? 1 : 2, 2, payloadBytes), second)
    await clock.advance(100)
    assert.deepEqual(departures.map(({ passengers }) => passengers).toSorted(), [['1/1'], [sameMethod ? '1/2' : '2/2']])
  })
}

test('keeps the debounce time between datagrams of the same method', async () => {
  const { clock, departures, collector } = setUp()
  for (const session of [1, 2, 3]) collector.send(message(1, session), timing(4, 5))
  await clock.advance(50)
  assert.deepEqual(
    departures.map(({ atMs }) => atMs),
    [5, 9, 13],
  )
})

test('lets an urgent message overtake those that may wait', async () => {
  const { clock, departures, collector } = setUp()
  collector.send(message(1, 1))
  collector.send(message(2, 2), NO_NPDU_TIMING)
  assert.deepEqual(departures, [{ atMs: 0, passengers: ['2/2'] }])
  await clock.advance(10)
  assert.deepEqual(departures.slice(1), [{ atMs: 5, passengers: ['1/1'] }])
})

test('sends a message that is larger than a datagram alone', async () => {
  const { clock, departures, collector } = setUp(100)
  collector.send(message(1, 1))
  collector.send(message(2, 2, 200))
  collector.send(message(3, 3))
  await clock.advance(20)
  assert.deepEqual(
    departures.flatMap(({ passengers }) => passengers),
    ['1/1', '2/2', '3/3'],
  )
  assert.equal(departures.length, 3)
})

test('refuses a message when too much is waiting', async () => {
  const { clock, departures, collector } = setUp(1416, 40)
  assert.deepEqual(
    [1, 2, 3].map((method) => collector.send(message(method, 1))),
    [true, true, false],
  )
  await clock.advance(5)
  assert.deepEqual(departures[0]?.passengers, ['1/1', '2/1'])
  assert.equal(collector.send(message(3, 1)), true)
})

test('sends everything at once when flushed, and nothing after being disposed of', async () => {
  const { clock, departures, collector } = setUp()
  for (const session of [1, 2]) collector.send(message(1, session))
  collector.flush()
  assert.deepEqual(
    departures.map(({ atMs, passengers }) => [atMs, ...passengers]),
    [
      [0, '1/1'],
      [0, '1/2'],
    ],
  )
  collector.send(message(1, 3))
  collector[Symbol.dispose]()
  collector[Symbol.dispose]()
  assert.deepEqual([clock.pending, collector.queuedBytes], [0, 0])
  await clock.advance(100)
  assert.equal(departures.length, 2)
})

test('hands on the very bytes of a message that travels alone', () => {
  const sent = message(1, 1)
  const handed: Uint8Array[] = []
  const options = { clock: new FakeClock(), maxDatagramBytes: 1416, depart: (one: Uint8Array) => handed.push(one) }
  const collector = new NpduCollector(options)
  collector.send(sent)
  collector.flush()
  assert.equal(handed[0], sent)
  assert.equal(toHex(sent), toHex(message(1, 1)))
})

interface Send {
  readonly afterMs: number
  readonly methodId: number
  readonly payloadBytes: number
  readonly timing: NpduTiming
}

interface ModelTrain {
  passengers: string[]
  bytes: number
  departure: number
  debounce: number
  retention: number
}

/** The algorithm told step by step: every millisecond looks at every train. */
function model(sends: readonly Send[], maxBytes: number): Departure[] {
  const departures: Departure[] = []
  const waiting: ModelTrain[] = []
  let aboard: ModelTrain | undefined
  let planned = Number.NEGATIVE_INFINITY
  let departed = Number.NEGATIVE_INFINITY
  const effective = (train: ModelTrain) => Math.max(train.departure, departed + train.debounce)
  const leaveDue = (now: number) => {
    for (;;) {
      const trains: ModelTrain[] = [...waiting.slice(0, 1), ...(aboard === undefined ? [] : [aboard])]
      const next = trains.toSorted((a, b) => effective(a) - effective(b))[0]
      if (next === undefined || effective(next) > now) return
      if (next === aboard) aboard = undefined
      else waiting.shift()
      departures.push({ atMs: now, passengers: next.passengers })
      departed = now
      planned = Math.max(planned, now)
    }
  }
  let now = 0
  for (const [index, send] of sends.entries()) {
    for (const end = now + send.afterMs; now < end; ) leaveDue(++now)
    const { debounceMs: debounce, retentionMs: retention } = send.timing
    const size = 16 + send.payloadBytes
    if (
      aboard !== undefined &&
      (aboard.passengers.some((one) => one.startsWith(`${send.methodId}/`)) ||
        aboard.bytes + size > maxBytes ||
        debounce > aboard.retention ||
        now + debounce > aboard.departure ||
        retention < aboard.debounce)
    ) {
      aboard.departure = Math.max(aboard.departure, planned + aboard.debounce)
      planned = aboard.departure
      waiting.push(aboard)
      waiting.sort((a, b) => a.departure - b.departure)
      aboard = undefined
    }
    aboard ??= { passengers: [], bytes: 0, departure: Infinity, debounce: Infinity, retention: Infinity }
    aboard.passengers.push(`${send.methodId}/${index}`)
    aboard.bytes += size
    aboard.departure = Math.min(aboard.departure, now + retention)
    aboard.debounce = Math.min(aboard.debounce, debounce)
    aboard.retention = Math.min(aboard.retention, retention)
    leaveDue(now)
  }
  while (waiting.length > 0 || aboard !== undefined) leaveDue(++now)
  return departures
}

const sends: fc.Arbitrary<Send[]> = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 0, 1, 2, 3, 7),
    methodId: fc.integer({ min: 1, max: 4 }),
    payloadBytes: fc.integer({ min: 0, max: 60 }),
    timing: fc.record({ debounceMs: fc.integer({ min: 0, max: 6 }), retentionMs: fc.integer({ min: 0, max: 9 }) }),
  }),
  { maxLength: 25 },
)

test('departs when and with whom the algorithm says', async () => {
  await fc.assert(
    fc.asyncProperty(sends, async (all) => {
      const { clock, departures, collector } = setUp(100)
      for (const [index, send] of all.entries()) {
        await clock.advance(send.afterMs)
        collector.send(message(send.methodId, index, send.payloadBytes), send.timing)
      }
      await clock.advance(1000)
      assert.deepEqual(departures, model(all, 100))
      assert.deepEqual([collector.queuedBytes, clock.pending], [0, 0])
    }),
    { numRuns: 200 },
  )
})

test('loses nothing, never carries a method twice, and holds the datagram limit and the deadlines', async () => {
  const patient = sends.map((all) => all.map((send) => ({ ...send, timing: timing(0, send.timing.retentionMs) })))
  await fc.assert(
    fc.asyncProperty(patient, async (all) => {
      const { clock, departures, collector } = setUp(100)
      const deadlines: number[] = []
      for (const [index, send] of all.entries()) {
        await clock.advance(send.afterMs)
        deadlines.push(Math.max(clock.monotonic() + send.timing.retentionMs, deadlines.at(-1) ?? 0))
        collector.send(message(send.methodId, index, send.payloadBytes), send.timing)
      }
      await clock.advance(1000)
      const carried = departures.flatMap(({ passengers }) => passengers)
      assert.deepEqual(carried.toSorted(), all.map((send, index) => `${send.methodId}/${index}`).toSorted())
      for (const { atMs, passengers } of departures) {
        const methods = passengers.map((one) => one.split('/')[0])
        assert.equal(new Set(methods).size, methods.length)
        const sizes = passengers.map((one) => 16 + (all[Number(one.split('/')[1])]?.payloadBytes ?? 0))
        assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= 100)
        // Without debounce times, no message waits longer than it or one sent before it may.
        for (const one of passengers) assert.ok(atMs <= (deadlines[Number(one.split('/')[1])] ?? 0))
      }
    }),
    { numRuns: 200 },
  )
})
