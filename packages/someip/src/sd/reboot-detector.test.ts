import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RebootDetector } from './reboot-detector.ts'

type Stamp = [sessionId: number, flag: 0 | 1]
const A = '10.0.0.1'

function observe(detector: RebootDetector, [sessionId, flag]: Stamp, isMulticast = true, address = A) {
  return detector.observe(address, isMulticast, { sessionId, reboot: flag === 1 }, 0)
}

// [feat_req_someipsd_764]: `old flag 0 and new flag 1`, or `both flags 1 and old session >= new session`.
const rows: [name: string, last: Stamp, next: Stamp, rebooted: boolean][] = [
  ['the next session', [5, 1], [6, 1], false],
  ['a later session', [5, 1], [9, 1], false],
  ['the same session', [5, 1], [5, 1], true],
  ['an earlier session', [5, 1], [1, 1], true],
  ['the flag set again', [5, 0], [6, 1], true],
  ['the wrap', [0xffff, 1], [1, 0], false],
  ['an earlier session without the flag', [5, 0], [1, 0], false],
  ['the flag cleared before the wrap', [5, 1], [3, 0], false],
]
for (const [name, last, next, rebooted] of rows) {
  test(`takes ${name} ${rebooted ? '' : 'not '}for a reboot`, () => {
    for (const isMulticast of [true, false]) {
      const detector = new RebootDetector(10)
      assert.equal(observe(detector, last, isMulticast).rebooted, false)
      assert.equal(observe(detector, next, isMulticast).rebooted, rebooted)
    }
  })
}

test('compares multicast and unicast messages each with their own kind', () => {
  const detector = new RebootDetector(10)
  const seen = [
    observe(detector, [7, 1], true),
    observe(detector, [1, 1], false),
    observe(detector, [8, 1], true),
    observe(detector, [2, 1], false),
    observe(detector, [2, 1], false),
  ]
  assert.deepEqual(
    seen.map(({ rebooted }) => rebooted),
    [false, false, false, false, true],
  )
})

test('notices one reboot once, whichever kind of message comes first', () => {
  const detector = new RebootDetector(10)
  observe(detector, [7, 1], true)
  observe(detector, [4, 1], false)
  const after = [observe(detector, [1, 1], false), observe(detector, [1, 1], true), observe(detector, [2, 1], true)]
  assert.deepEqual(
    after.map(({ rebooted }) => rebooted),
    [true, false, false],
  )
})

test('notices each of several reboots in a row', () => {
  const detector = new RebootDetector(10)
  observe(detector, [1, 1])
  assert.deepEqual(
    [1, 2, 3].map(() => observe(detector, [1, 1]).rebooted),
    [true, true, true],
  )
})

test('keeps senders apart', () => {
  const detector = new RebootDetector(10)
  observe(detector, [7, 1])
  assert.equal(observe(detector, [1, 1], true, '10.0.0.2').rebooted, false)
})

test('counts the messages that were lost', () => {
  const detector = new RebootDetector(10)
  assert.deepEqual(
    [5, 6, 10, 2].map((session) => observe(detector, [session, 1]).lost),
    [0, 0, 3, 0],
  )
})

test('remembers no more senders than allowed: the ones heard of last', () => {
  const detector = new RebootDetector(100)
  observe(detector, [7, 1])
  for (let sender = 0; sender < 10_000; sender++) {
    observe(detector, [1, 1], true, `10.1.${sender >> 8}.${sender & 0xff}`)
    if (sender % 50 === 0) assert.equal(observe(detector, [8 + sender, 1]).rebooted, false)
  }
  assert.equal(detector.size, 100)
  assert.equal(observe(detector, [1, 1]).rebooted, true)
})
