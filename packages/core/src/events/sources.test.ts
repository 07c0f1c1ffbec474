import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { CallContext } from '../ports/call-context.ts'
import type { Reading } from './reading.ts'
import type { Source } from './source.ts'
import { Sources } from './sources.ts'

const entity = { kind: 'component', id: 'bms' } as const

interface Watched {
  readonly readings: Reading<number>[]
  readonly news: number[]
  readonly end: () => void
}

function setUp(overrides: Partial<Source<number>> = {}) {
  const clock = new FakeClock()
  const sources = new Sources(clock, silentLogger)
  const state = { value: 1, reads: 0, error: undefined as SovdError | undefined }
  const source: Source<number> = {
    key: 'k',
    about: { entity, collection: 'data' },
    async read() {
      state.reads++
      if (state.error) throw state.error
      return state.value
    },
    ...overrides,
  }
  const watch = (intervalMs: number, from = source): Watched => {
    const readings: Reading<number>[] = []
    const news: number[] = []
    const end = sources.watch(from, {
      intervalMs,
      onReading(reading, isNews) {
        readings.push(reading)
        if (isNews) news.push('value' in reading ? reading.value : Number.NaN)
      },
    })
    return { readings, news, end }
  }
  return { clock, sources, state, source, watch }
}

test('one look serves all who watch, as often as the most impatient of them wants', async () => {
  const { clock, sources, state, watch } = setUp()
  const slow = watch(1000)
  await settle()
  const fast = watch(100)
  assert.deepEqual(fast.news, [1], 'a newcomer is told what is known')
  await clock.advance(1000)
  assert.equal(state.reads, 11)
  assert.equal(sources.size, 1)
  fast.end()
  await clock.advance(1000)
  assert.equal(state.reads, 12)
  slow.end()
  slow.end()
  assert.equal(sources.size, 0)
  assert.equal(clock.pending, 0)
  await clock.advance(5000)
  assert.equal(state.reads, 12)
})

test('a change is news within the interval, and only once', async () => {
  const { clock, state, watch } = setUp()
  const { news, readings } = watch(100)
  await clock.advance(250)
  state.value = 2
  await clock.advance(100)
  assert.deepEqual(news, [1, 2])
  await clock.advance(500)
  assert.deepEqual(news, [1, 2])
  assert.ok(readings.length > 5)
})

test('what is changed through us is read at once, also while a read is under way', async () => {
  const answers: PromiseWithResolvers<number>[] = []
  const { sources, clock, watch } = setUp({
    read: () => {
      const answer = Promise.withResolvers<number>()
      answers.push(answer)
      return answer.promise
    },
  })
  const { news } = watch(60_000)
  sources.refresh({ kind: 'component', id: 'other' }, 'data')
  sources.refresh(entity, 'faults')
  answers[0]?.resolve(1)
  await settle()
  assert.equal(answers.length, 1)
  sources.refresh(entity, 'data')
  sources.refresh({ kind: 'vehicle' }, 'data')
  assert.equal(answers.length, 2)
  answers[1]?.resolve(1)
  await settle()
  assert.equal(answers.length, 3, 'the second change may have come after the read began')
  answers[2]?.resolve(2)
  await settle()
  assert.deepEqual(news, [1, 2])
  assert.equal(clock.now() - Date.UTC(2026, 0, 1), 0)
})

test('a source that is a lot of work is not read again at once, however often it is changed', async () => {
  const { clock, sources, state, watch } = setUp({
    textOf: (value) => {
      // The work of 50 ms.
      const nowMs = clock.monotonic() + 50
      clock.monotonic = () => nowMs
      return `${value}`
    },
  })
  const { monotonic } = Object.getPrototypeOf(clock)
  watch(60_000)
  await settle()
  assert.equal(state.reads, 1)
  for (let nth = 0; nth < 100; nth++) {
    sources.refresh(entity, 'data')
    await settle()
  }
  assert.equal(state.reads, 1)
  clock.monotonic = monotonic
  await clock.advance(199)
  assert.equal(state.reads, 1)
  await clock.advance(1)
  assert.equal(state.reads, 2)
})

test('a failing source is news once for each kind of failure, and is asked no more than once a second', async () => {
  const { clock, state, watch } = setUp()
  const { news } = watch(50)
  await clock.advance(100)
  state.error = new SovdError('bad-gateway', 'gone')
  await clock.advance(50)
  state.reads = 0
  await clock.advance(5000)
  assert.equal(state.reads, 5)
  state.error = new SovdError('gateway-timeout', 'silent')
  await clock.advance(2000)
  state.error = undefined
  await clock.advance(1000)
  assert.deepEqual(news, [1, Number.NaN, Number.NaN, 1])
})

test('a source that never answers has failed, and what it answers then is nobody’s', async () => {
  const { clock, watch } = setUp({ read: (context: CallContext) => abortable(context.signal) })
  const { readings } = watch(100)
  await clock.advance(30_000)
  const [reading] = readings
  assert.ok(reading && 'error' in reading)
  assert.equal(reading.error.code, 'gateway-timeout')
})

test('a source that tells is not polled, until it stops to; who watches hears of it at its interval all the same', async () => {
  let tell: (value?: number) => void = () => {}
  const { promise: over, reject } = Promise.withResolvers<void>()
  const { clock, state, watch } = setUp({
    watch: (listener) => {
      tell = listener
      return over
    },
  })
  const { news, readings } = watch(100)
  await clock.advance(1000)
  assert.equal(state.reads, 1)
  assert.equal(readings.length, 11)
  tell(5)
  assert.deepEqual(news, [1, 5])
  state.value = 6
  tell()
  await settle()
  assert.deepEqual(news, [1, 5, 6])
  reject(new SovdError('bad-gateway', 'over'))
  await settle()
  const before = state.reads
  await clock.advance(1000)
  assert.ok(state.reads >= before + 10)
})

test('what a source tells is newer than a read that began before', async () => {
  const answer = Promise.withResolvers<number>()
  let tell: (value?: number) => void = () => {}
  const { watch } = setUp({
    read: () => answer.promise,
    watch: (listener) => {
      tell = listener
      return new Promise(() => {})
    },
  })
  const { news } = watch(100)
  tell(2)
  answer.resolve(1)
  await settle()
  assert.deepEqual(news, [2])
})

test('a source that cannot tell is polled as if it had never been asked', async () => {
  const { clock, state, watch } = setUp({
    watch: () => Promise.reject(new SovdError('not-implemented', 'no')),
  })
  watch(100)
  await clock.advance(1000)
  assert.equal(state.reads, 11)
})

function abortable(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}
