import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { Mailbox } from './mailbox.ts'

test('gives values in their order, those put before and those that come', async () => {
  const mailbox = new Mailbox<{ n: number }>()
  mailbox.put({ n: 1 })
  mailbox.put({ n: 2 })
  assert.deepEqual([await mailbox.take(), await mailbox.take()], [{ n: 1 }, { n: 2 }])
  const third = mailbox.take()
  mailbox.put({ n: 3 })
  assert.deepEqual(await third, { n: 3 })
})

test('gives what was put before a failure, then the first failure for ever', async () => {
  const mailbox = new Mailbox<{ n: number }>()
  mailbox.put({ n: 1 })
  mailbox.fail(new Error('first'))
  mailbox.fail(new Error('second'))
  mailbox.put({ n: 2 })
  assert.deepEqual(await mailbox.take(), { n: 1 })
  await assert.rejects(mailbox.take(), /first/)
  await assert.rejects(mailbox.take(), /first/)
})

test('an aborted reader takes nothing', async () => {
  const mailbox = new Mailbox<{ n: number }>()
  const abort = new AbortController()
  const aborted = assert.rejects(mailbox.take(abort.signal), /enough/)
  abort.abort(new Error('enough'))
  await aborted
  mailbox.put({ n: 1 })
  await assert.rejects(
    mailbox.take(abort.signal).then(() => mailbox.take(abort.signal)),
    /enough/,
  )
})

test('gives nothing when the time comes first, and keeps what comes later', async () => {
  const clock = new FakeClock()
  const mailbox = new Mailbox<{ n: number }>()
  const nothing = mailbox.takeBefore(clock, 100)
  await clock.advance(100)
  assert.equal(await nothing, undefined)
  mailbox.put({ n: 1 })
  assert.deepEqual(await mailbox.takeBefore(clock, 200), { n: 1 })
  assert.equal(clock.pending, 0)
})
