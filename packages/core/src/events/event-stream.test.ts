import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { EventReader } from '@opensovd/sovd'
import fc from 'fast-check'
import { EventStream, type ReadOptions } from './event-stream.ts'
import { ReaderLimit } from './reader-limit.ts'

const decoder = new TextDecoder()

function streamOf(
  options: {
    maxEvents?: number
    maxBytes?: number
    maxReaders?: number
    clock?: FakeClock
    isToldFromStart?: boolean
  } = {},
) {
  const {
    maxEvents = 1000,
    maxBytes = 1e9,
    maxReaders = 100,
    clock = new FakeClock(),
    isToldFromStart = false,
  } = options
  const limit = new ReaderLimit(maxReaders)
  const stream = new EventStream({
    clock,
    tag: 'a.1',
    ring: { maxEvents, maxBytes },
    limit,
    retryMs: 1500,
    isToldFromStart,
    lost: (count) => ({ name: 'overflow', data: JSON.stringify({ lost: count }) }),
    unknown: () => ({ name: 'reset', data: '{}' }),
  })
  stream.setReady(true)
  const read = (readOptions: ReadOptions = {}, onReady = () => {}) => stream.read(readOptions, onReady)
  return { stream, limit, read }
}

function all(reader: EventReader): string {
  let text = ''
  for (let bytes = reader.take(); bytes; bytes = reader.take()) text += decoder.decode(bytes)
  return text
}

/** The numbers of the events in a text, and how many it says were lost before each. */
function told(text: string): { readonly seen: number[]; readonly lost: number } {
  const seen = [...text.matchAll(/^data: (\d+)$/gm)].map(([, number]) => Number(number))
  const lost = [...text.matchAll(/^data: \{"lost":(\d+)\}$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
  return { seen, lost }
}

test('a reader begins with when to come back, and gets the events in the form of an event stream', () => {
  const { stream, read } = streamOf()
  const reader = read()
  assert.equal(all(reader), 'retry: 1500\n\n')
  stream.append({ name: 'change', data: '{"n":1}' })
  stream.append({ data: '2' })
  assert.equal(all(reader), 'id: a.1-1\nevent: change\ndata: {"n":1}\n\nid: a.1-2\ndata: 2\n\n')
  assert.equal(reader.take(), undefined)
})

test('every event is seen or counted as lost, in order, however slow each reader is and whatever is kept', () => {
  const step = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ takes: fc.integer({ min: 1, max: 3 }), reader: fc.nat({ max: 2 }) }),
  )
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(600),
      (steps, max, bytes) => {
        const { stream, read } = streamOf({ maxEvents: max, maxBytes: bytes })
        const readers = [read(), read(), read()]
        const texts = readers.map(all)
        let count = 0
        for (const each of steps) {
          if ('append' in each) for (let at = 0; at < each.append; at++) stream.append({ data: String(++count) })
          else {
            for (let at = 0; at < each.takes; at++) texts[each.reader] += decoder.decode(readers[each.reader]?.take())
          }
        }
        for (const [at, reader] of readers.entries()) {
          const { seen, lost } = told(texts[at] + all(reader))
          assert.equal(seen.length + lost, count)
          assert.deepEqual(
            seen,
            [...seen].sort((a, b) => a - b),
          )
          assert.equal(new Set(seen).size, seen.length)
          if (count > 0) assert.equal(seen.at(-1), count)
        }
      },
    ),
  )
})

test('readers at the same place get the very same bytes', () => {
  const { stream, read } = streamOf()
  const [one, two] = [read(), read()]
  all(one)
  all(two)
  for (let at = 0; at < 10; at++) stream.append({ data: String(at) })
  assert.equal(one.take(), two.take())
})

test('a reader that comes back goes on after what it saw, and is told what is kept no more', () => {
  const { stream, read } = streamOf({ maxEvents: 3 })
  for (let at = 1; at <= 5; at++) stream.append({ data: String(at) })
  assert.deepEqual(told(all(read({ lastEventId: 'a.1-4' }))), { seen: [5], lost: 0 })
  assert.deepEqual(told(all(read({ lastEventId: 'a.1-5' }))), { seen: [], lost: 0 })
  assert.deepEqual(told(all(read({ lastEventId: 'a.1-1' }))), { seen: [3, 4, 5], lost: 1 })
  assert.deepEqual(told(all(read({ lastEventId: 'a.1-0' }))), { seen: [3, 4, 5], lost: 2 })
})

for (const lastEventId of ['a.2-4', 'a.1-6', 'a.1-', 'a.1-x', 'a.1--1', 'a.1-9999999999999999', 'x', '-1']) {
  test(`the id ${lastEventId} is not one of the stream, which begins anew`, () => {
    const { stream, read } = streamOf()
    for (let at = 1; at <= 5; at++) stream.append({ data: String(at) })
    const text = all(read({ lastEventId }))
    assert.match(text, /^event: reset$/m)
    assert.deepEqual(told(text).seen, [])
  })
}

test('readers are woken at once, and then not more often than every 5 ms', async () => {
  const clock = new FakeClock()
  const { stream, read } = streamOf({ clock })
  await clock.advance(10)
  let woken = 0
  read({}, () => woken++)
  stream.append({ data: '1' })
  await settle()
  assert.equal(woken, 1)
  for (let at = 0; at < 100; at++) stream.append({ data: '2' })
  await clock.advance(4)
  assert.equal(woken, 1)
  await clock.advance(1)
  assert.equal(woken, 2)
  assert.equal(clock.pending, 0)
})

test('a stream that is told from its beginning tells who comes anew all that is kept', () => {
  const { stream, read } = streamOf({ isToldFromStart: true, maxEvents: 2 })
  for (let at = 1; at <= 3; at++) stream.append({ data: String(at) })
  assert.deepEqual(told(all(read())), { seen: [2, 3], lost: 1 })
})

test('an ended stream gives what is left, and then its end', () => {
  const { stream, read } = streamOf()
  const reader = read()
  all(reader)
  stream.append({ data: '1' })
  stream.end()
  stream.append({ data: '2' })
  assert.equal(reader.isOver, false)
  assert.deepEqual(told(all(reader)).seen, [1])
  assert.equal(reader.isOver, true)
})

test('there are no more readers than may be, and a place is given up once', () => {
  const { limit, read } = streamOf({ maxReaders: 2 })
  const [one] = [read(), read()]
  assert.throws(() => read(), { code: 'unavailable', retryAfterSeconds: 5 })
  one.close()
  one.close()
  assert.equal(limit.count, 1)
  read()
  assert.throws(() => read(), { code: 'unavailable' })
})
