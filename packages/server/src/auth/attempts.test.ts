import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { Attempts } from './attempts.ts'

function isFree(attempts: Attempts, address: string, client: string): boolean {
  try {
    attempts.require(address, client)
    return true
  } catch {
    return false
  }
}

function fail(attempts: Attempts, times: number, address: string, client: string): void {
  for (let at = 0; at < times; at++) attempts.failed(address, client)
}

test('a client is kept waiting at the address where it failed too often, for a minute', async () => {
  const clock = new FakeClock()
  const attempts = new Attempts(clock)
  fail(attempts, 4, '10.0.0.1', 'ann')
  assert.ok(isFree(attempts, '10.0.0.1', 'ann'))
  fail(attempts, 1, '10.0.0.1', 'ann')
  assert.throws(() => attempts.require('10.0.0.1', 'ann'), { code: 'too-many-requests', retryAfterSeconds: 60 })
  assert.ok(isFree(attempts, '10.0.0.1', 'bob'))
  assert.ok(isFree(attempts, '10.0.0.2', 'ann'))
  await clock.advance(60_000)
  assert.ok(isFree(attempts, '10.0.0.1', 'ann'))
})

test('an address that tries many clients is kept waiting with all of them', () => {
  const attempts = new Attempts(new FakeClock())
  for (let at = 0; at < 20; at++) attempts.failed('10.0.0.1', `client-${at}`)
  assert.equal(isFree(attempts, '10.0.0.1', 'ann'), false)
  assert.ok(isFree(attempts, '10.0.0.2', 'ann'))
})

test('addresses of one IPv6 network are one', () => {
  const attempts = new Attempts(new FakeClock())
  fail(attempts, 5, '2001:db8::1', 'ann')
  assert.equal(isFree(attempts, '2001:db8:0:0:ffff::2', 'ann'), false)
  assert.equal(isFree(attempts, '2001:db8::ffff:1:2:3', 'ann'), false)
  assert.ok(isFree(attempts, '2001:db8:0:1::1', 'ann'))
  assert.ok(isFree(attempts, '::1', 'ann'))
})

test('IPv4 addresses in IPv6 clothes are told apart', () => {
  const attempts = new Attempts(new FakeClock())
  fail(attempts, 5, '::ffff:10.0.0.1', 'ann')
  assert.equal(isFree(attempts, '::ffff:10.0.0.1', 'ann'), false)
  assert.ok(isFree(attempts, '::ffff:10.0.0.2', 'ann'))
})

test('a success takes back one failure only', () => {
  const attempts = new Attempts(new FakeClock())
  fail(attempts, 5, '10.0.0.1', 'ann')
  attempts.succeeded('10.0.0.1', 'ann')
  assert.ok(isFree(attempts, '10.0.0.1', 'ann'))
  fail(attempts, 1, '10.0.0.1', 'ann')
  assert.equal(isFree(attempts, '10.0.0.1', 'ann'), false)
})

test('the latest of endless failures are remembered', () => {
  const attempts = new Attempts(new FakeClock())
  for (let at = 0; at < 30_000; at++) attempts.failed(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, 'ann')
  fail(attempts, 5, '192.0.2.1', 'ann')
  assert.equal(isFree(attempts, '192.0.2.1', 'ann'), false)
})
