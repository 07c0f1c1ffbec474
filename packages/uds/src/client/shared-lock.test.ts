import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '@opensovd/base/testing'
import { SharedLock } from './shared-lock.ts'

async function take(lock: SharedLock, log: string[], name: string, mode: 'shared' | 'exclusive', signal?: AbortSignal) {
  await lock.acquire(mode, signal)
  log.push(name)
  return () => lock.release(mode)
}

test('lets shared holders in together and an exclusive one alone, in order of arrival', async () => {
  const lock = new SharedLock()
  const log: string[] = []
  const first = await take(lock, log, 'first', 'shared')
  const second = await take(lock, log, 'second', 'shared')
  const alone = take(lock, log, 'alone', 'exclusive')
  const last = take(lock, log, 'last', 'shared')
  first()
  await settle()
  assert.deepEqual(log, ['first', 'second'])
  second()
  const release = await alone
  await settle()
  assert.deepEqual(log, ['first', 'second', 'alone'])
  release()
  await last
  assert.equal(lock.waiting, 0)
})

test('an aborted waiter does not block those behind it', async () => {
  const lock = new SharedLock()
  const log: string[] = []
  await take(lock, log, 'first', 'shared')
  const abort = new AbortController()
  const aborted = assert.rejects(take(lock, log, 'aborted', 'exclusive', abort.signal), /enough/)
  const behind = take(lock, log, 'behind', 'shared')
  abort.abort(new Error('enough'))
  await aborted
  await behind
  assert.deepEqual(log, ['first', 'behind'])
})

test('is taken at once only where nobody has to be waited for', async () => {
  const lock = new SharedLock()
  assert.ok(lock.tryAcquire('shared'))
  assert.ok(lock.tryAcquire('shared'))
  assert.ok(!lock.tryAcquire('exclusive'))
  const alone = lock.acquire('exclusive')
  assert.ok(!lock.tryAcquire('shared'))
  lock.release('shared')
  lock.release('shared')
  await alone
  assert.ok(!lock.tryAcquire('shared'))
  lock.release('exclusive')
  assert.ok(lock.tryAcquire('exclusive'))
})
