import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SovdError } from '@opensovd/sovd'
import { NegativeResponseError } from '@opensovd/uds'
import { refusalError } from './refusal.ts'

/** Status by NRC [14229-1 annex A], as the gateway means it. */
const STATUSES: readonly (readonly [status: number, nrcs: readonly number[]])[] = [
  [502, [0x10, 0x11, 0x12, 0x13, 0x14, 0x26, 0x31, 0x70, 0x71, 0x72, 0x73, 0x95, 0xef]],
  [503, [0x21]],
  [409, [0x22, 0x24, 0x7e, 0x7f, 0x81, 0x83, 0x88, 0x92, 0x94, 0xf0, 0xfe]],
  [504, [0x25]],
  [403, [0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x3a, 0x50, 0x58, 0x5d]],
]

for (const [status, nrcs] of STATUSES) {
  for (const nrc of nrcs) {
    test(`0x${nrc.toString(16)} is answered with ${status}, and names service and code`, () => {
      const error = refusalError(new NegativeResponseError('0x1001', 0x22, nrc), undefined, new Map())
      assert.equal(error.status, status)
      assert.deepEqual(error.parameters, { service: 0x22, nrc })
      assert.match(error.message, new RegExp(`0x${nrc.toString(16)}`))
      assert.equal(error.details?.[0]?.code === 'error-response', status === 502)
    })
  }
}

test('an unmet need of the description tells more than a code that says nothing', () => {
  const unmet = { code: 'conflict', text: 'it needs the session extended, and is in default' } as const
  const vague = refusalError(new NegativeResponseError('0x1001', 0x2e, 0x31), unmet, new Map())
  assert.deepEqual([vague.code, vague.message.endsWith(unmet.text)], ['conflict', true])
  const precise = refusalError(new NegativeResponseError('0x1001', 0x2e, 0x33), unmet, new Map())
  assert.equal(precise.code, 'forbidden')
})

test('the configuration has the last word', () => {
  const unmet = { code: 'conflict', text: '' } as const
  const error = refusalError(new NegativeResponseError('0x1001', 0x22, 0x31), unmet, new Map([[0x31, 'not-found']]))
  assert.ok(error instanceof SovdError)
  assert.equal(error.status, 404)
})

test('who is busy or makes testers wait says so', () => {
  const after = (nrc: number) =>
    refusalError(new NegativeResponseError('0x1001', 0x27, nrc), undefined, new Map()).retryAfterSeconds
  assert.ok((after(0x21) ?? 0) > 0)
  assert.ok((after(0x37) ?? 0) > 0)
})
