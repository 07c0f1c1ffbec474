import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import fc from 'fast-check'
import { networkOf } from './limit-requests.ts'
import { RateLimiter } from './rate-limiter.ts'

test('admits as many at once as the limit is, and one more each time its share of the window is over', async () => {
  const clock = new FakeClock()
  const limiter = new RateLimiter(clock, { maxRequests: 4, windowMs: 2000 })
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limiter.admit('a').remaining),
    [3, 2, 1, 0],
  )
  assert.deepEqual(limiter.admit('a'), { isAdmitted: false, remaining: 0, waitMs: 500 })
  await clock.advance(499)
  assert.equal(limiter.admit('a').isAdmitted, false)
  await clock.advance(1)
  assert.equal(limiter.admit('a').isAdmitted, true)
  assert.equal(limiter.admit('a').isAdmitted, false)
})

test('callers do not use up what others have', () => {
  const limiter = new RateLimiter(new FakeClock(), { maxRequests: 1, windowMs: 1000 })
  assert.equal(limiter.admit('a').isAdmitted, true)
  assert.equal(limiter.admit('a').isAdmitted, false)
  assert.equal(limiter.admit('b').isAdmitted, true)
})

test('knows a bounded number of callers; further ones share a limit until somebody was idle for a window', async () => {
  const clock = new FakeClock()
  const limiter = new RateLimiter(clock, { maxRequests: 1, windowMs: 1000, maxCallers: 2 })
  for (const caller of ['a', 'b', 'c']) assert.equal(limiter.admit(caller).isAdmitted, true, caller)
  assert.equal(limiter.size, 2)
  for (const caller of ['a', 'b', 'c', 'd']) assert.equal(limiter.admit(caller).isAdmitted, false, caller)
  await clock.advance(1000)
  for (const caller of ['c', 'd']) assert.equal(limiter.admit(caller).isAdmitted, true, caller)
  assert.equal(limiter.size, 2)
})

const limits = fc.record({ maxRequests: fc.integer({ min: 1, max: 20 }), windowMs: fc.integer({ min: 1, max: 5000 }) })
const gaps = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 60 })

async function admissions(
  limit: { maxRequests: number; windowMs: number },
  waits: readonly number[],
): Promise<{ atMs: number; isAdmitted: boolean }[]> {
  const clock = new FakeClock()
  const limiter = new RateLimiter(clock, limit)
  const found: { atMs: number; isAdmitted: boolean }[] = []
  for (const wait of waits) {
    await clock.advance(wait)
    found.push({ atMs: clock.monotonic(), isAdmitted: limiter.admit('a').isAdmitted })
  }
  return found
}

test('in any time no more is admitted than the limit and what came back in that time', async () => {
  await fc.assert(
    fc.asyncProperty(limits, gaps, async (limit, waits) => {
      const admitted = (await admissions(limit, waits)).filter(({ isAdmitted }) => isAdmitted).map(({ atMs }) => atMs)
      admitted.forEach((fromMs, from) => {
        admitted.slice(from).forEach((toMs, more) => {
          const most = limit.maxRequests * (1 + (toMs - fromMs) / limit.windowMs)
          assert.ok(more + 1 <= most + 1e-3, `${more + 1} in ${toMs - fromMs} ms`)
        })
      })
    }),
    { numRuns: 60 },
  )
})

test('who was admitted less often than the limit in the last window is admitted', async () => {
  await fc.assert(
    fc.asyncProperty(limits, gaps, async (limit, waits) => {
      const all = await admissions(limit, waits)
      all.forEach(({ atMs, isAdmitted }, at) => {
        const lately = all.slice(0, at).filter((one) => one.isAdmitted && one.atMs > atMs - limit.windowMs).length
        if (lately < limit.maxRequests) assert.ok(isAdmitted, `${lately} before ${atMs} ms`)
      })
    }),
    { numRuns: 60 },
  )
})

test('addresses of one IPv6 network are one caller', () => {
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2')
  assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0')
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0')
  assert.equal(networkOf('::1'), '0:0:0:0')
  assert.equal(networkOf('192.0.2.7'), '192.0.2.7')
  assert.equal(networkOf('::ffff:192.0.2.7'), '::ffff:192.0.2.7')
})
