import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { Proximity, type ProximityOptions } from './proximity.ts'

const BMS = { kind: 'component', id: 'bms' } as const
const OTHER = { kind: 'component', id: 'climate' } as const
const ann = { subject: 'ann' }
const bob = { subject: 'bob' }
const flash = { id: 'flash' }

/** The right answer to a challenge in these tests. */
const sign = (challenge: string) => `signed ${challenge}`

function open(options: Partial<ProximityOptions> = {}) {
  const clock = new FakeClock()
  let next = 0
  const verify = (challenge: string, response: string) => response === sign(challenge)
  return { clock, proximity: new Proximity({ clock, createId: () => `c${++next}`, verify, ...options }) }
}

test('a challenge is pending, then verified or failed, and answered once', () => {
  const { proximity } = open()
  const right = proximity.create(BMS, ann)
  assert.deepEqual(right, {
    id: 'c1',
    entity: BMS,
    subject: 'ann',
    text: 'proximity-bms-c1',
    status: 'pending',
    validUntil: '2026-01-01T00:02:00.000Z',
  })
  assert.equal(proximity.answer(BMS, sign(right.text), ann).status, 'verified')
  const wrong = proximity.create(BMS, ann)
  assert.equal(proximity.answer(BMS, sign(right.text), ann, wrong.id).status, 'failed')
  assert.equal(proximity.get(BMS, wrong.id).status, 'failed')
  assert.throws(() => proximity.answer(BMS, sign(wrong.text), ann, wrong.id), { code: 'conflict' })
})

test('what needs a proof starts once for each challenge that was answered', () => {
  const { proximity } = open()
  assert.throws(() => proximity.require(BMS, flash, undefined, ann), { code: 'forbidden' })
  const { text, id } = proximity.create(BMS, ann)
  assert.throws(() => proximity.require(BMS, flash, undefined, ann), { code: 'forbidden' })
  proximity.answer(BMS, sign(text), ann)
  proximity.require(BMS, flash, undefined, ann)
  assert.throws(() => proximity.require(BMS, flash, undefined, ann), { code: 'forbidden' })
  assert.throws(() => proximity.get(BMS, id), { code: 'not-found' })
})

test('a proof can come with the start, and a wrong one spoils its challenge', () => {
  const { proximity } = open()
  assert.throws(() => proximity.require(BMS, flash, 'x', ann), { code: 'forbidden', message: /a challenge that/ })
  const first = proximity.pendingFor(BMS, 'flash', ann)
  assert.equal(proximity.pendingFor(BMS, 'flash', ann).id, first.id)
  assert.throws(() => proximity.require(BMS, flash, 'x', ann), { code: 'forbidden', message: /is wrong/ })
  assert.throws(() => proximity.require(BMS, flash, sign(first.text), ann), { code: 'forbidden' })
  const second = proximity.pendingFor(BMS, 'flash', ann)
  assert.notEqual(second.id, first.id)
  proximity.require(BMS, flash, sign(second.text), ann)
  assert.throws(() => proximity.require(BMS, flash, sign(second.text), ann), { code: 'forbidden' })
})

test('a proof is of one caller at one entity, and for one operation where it was made for one', () => {
  const { proximity } = open()
  const { text } = proximity.create(BMS, ann)
  proximity.answer(BMS, sign(text), ann)
  assert.throws(() => proximity.require(BMS, flash, undefined, bob), { code: 'forbidden' })
  assert.throws(() => proximity.require(BMS, flash, undefined, {}), { code: 'forbidden' })
  assert.throws(() => proximity.require(OTHER, flash, undefined, ann), { code: 'forbidden' })
  const own = proximity.pendingFor(BMS, 'erase', ann)
  assert.throws(() => proximity.require(BMS, flash, sign(own.text), ann), { code: 'forbidden' })
  assert.throws(() => proximity.answer(BMS, sign(own.text), bob, own.id), { code: 'forbidden' })
  assert.throws(() => proximity.answer(OTHER, sign(own.text), ann, own.id), { code: 'not-found' })
  proximity.require(BMS, { id: 'erase' }, sign(own.text), ann)
})

test('neither a challenge nor a proof is valid for ever', async () => {
  const { proximity, clock } = open({ validMs: 1000 })
  const early = proximity.create(BMS, ann)
  proximity.answer(BMS, sign(early.text), ann)
  await clock.advance(500)
  const late = proximity.create(BMS, ann)
  await clock.advance(500)
  assert.throws(() => proximity.get(BMS, early.id), { code: 'not-found' })
  assert.throws(() => proximity.require(BMS, flash, undefined, ann), { code: 'forbidden' })
  assert.equal(proximity.get(BMS, late.id).status, 'pending')
})

test('too many challenges make room for each other, first those of the same caller', () => {
  const { proximity } = open({ maxChallenges: 18 })
  const others = [proximity.create(BMS, bob), proximity.create(OTHER, bob)]
  const own = Array.from({ length: 17 }, () => proximity.create(BMS, ann))
  assert.throws(() => proximity.get(BMS, own[0]?.id ?? ''), { code: 'not-found' })
  assert.equal(proximity.get(BMS, own[1]?.id ?? '').status, 'pending')
  assert.equal(proximity.get(BMS, others[0]?.id ?? '').status, 'pending')
  proximity.create(OTHER, ann)
  assert.throws(() => proximity.get(BMS, others[0]?.id ?? ''), { code: 'not-found' })
})

test('without a verifier there are no challenges', () => {
  const proximity = new Proximity({ clock: new FakeClock(), createId: () => 'x' })
  assert.throws(() => proximity.create(BMS, ann), { code: 'not-implemented' })
  assert.throws(() => proximity.require(BMS, flash, 'x', ann), { code: 'forbidden' })
})
