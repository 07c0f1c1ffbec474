import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import type { SovdError } from '@opensovd/sovd'
import type { HttpAnswer } from '../http/exchange.ts'
import { answerError } from './answer-error.ts'

const clock = new FakeClock({ epochMs: Date.UTC(2026, 0, 1) })

function errorOf(status: number, body: string, headers: Record<string, string> = {}): SovdError {
  const answer: HttpAnswer = { status, bytes: Buffer.from(body), header: (name) => headers[name] }
  return answerError("backend 'zone'", answer, clock)
}

function native(code: string, message: string): string {
  return JSON.stringify({ error: { code, message } })
}

const sameStatus = [400, 403, 404, 409, 412, 413, 415, 422, 423, 429, 501, 503, 504]

for (const status of sameStatus) {
  test(`${status} stays ${status}, in the words of the server`, () => {
    const error = errorOf(status, native(`SOVD-ERR-${status}`, 'because I say so'))
    assert.equal(error.status, status)
    assert.equal(error.message, 'because I say so')
    assert.deepEqual(error.details, [{ code: `SOVD-ERR-${status}`, message: 'because I say so' }])
  })
}

for (const [from, to] of [
  [405, 501],
  [408, 504],
  [401, 502],
  [500, 502],
  [502, 502],
  [507, 502],
  [301, 502],
  [304, 502],
  [418, 502],
] as const) {
  test(`${from} becomes ${to}`, () => {
    assert.equal(errorOf(from, '').status, to)
  })
}

test('a refusal of the credentials is not the fault of the client', () => {
  const { message } = errorOf(401, native('SOVD-ERR-401', 'token expired'))
  assert.equal(message, "backend 'zone' refused the gateway's credentials")
})

test('what the server could not help says which server and what it said', () => {
  const { message } = errorOf(500, native('SOVD-ERR-500', 'out of memory'))
  assert.equal(message, "backend 'zone' answered 500: out of memory")
})

test('details and target of a native error are kept, such as when a lock ends', () => {
  const details = [{ code: 'SOVD-RETRY', message: 'Retry-After: 12s', target: 'lock' }]
  const error = { code: 'SOVD-ERR-409', message: "locked by 'x'", target: 'bms', details }
  const { target, details: kept } = errorOf(409, JSON.stringify({ error }))
  assert.equal(target, 'bms')
  assert.deepEqual(kept, [{ code: 'SOVD-ERR-409', message: "locked by 'x'", target: 'bms' }, ...details])
})

test('a negative response of an ECU keeps its service and code [17978-3 5.8.3]', () => {
  const body = { error_code: 'error-response', message: 'conditions not correct', parameters: { service: 49, nrc: 34 } }
  const { status, details } = errorOf(409, JSON.stringify(body))
  assert.equal(status, 409)
  assert.deepEqual(details, [{ code: 'error-response', message: 'conditions not correct {"service":49,"nrc":34}' }])
})

test('a code of the vendor is told beside the one of the standard', () => {
  const body = { error_code: 'vendor-specific', vendor_code: 'resource-not-found', message: 'no such item' }
  const { message, details } = errorOf(404, JSON.stringify(body))
  assert.equal(message, 'no such item')
  assert.deepEqual(
    details?.map(({ code }) => code),
    ['vendor-specific', 'resource-not-found'],
  )
})

test('of a text, 200 characters are told', () => {
  assert.equal(errorOf(404, 'no\n').message, 'no')
  assert.equal(errorOf(404, 'ä'.repeat(300)).message, `${'ä'.repeat(200)}…`)
})

test('an empty refusal says who refused', () => {
  assert.equal(errorOf(404, '').message, "backend 'zone' answered 404")
})

test('when to try again is passed on, in seconds or as a date', () => {
  assert.equal(errorOf(429, '', { 'retry-after': '120' }).retryAfterSeconds, 120)
  assert.equal(errorOf(409, '', { 'retry-after': '30' }).retryAfterSeconds, 30)
  assert.equal(errorOf(503, '', { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }).retryAfterSeconds, 30)
  assert.equal(errorOf(503, '', { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }).retryAfterSeconds, 0)
  assert.equal(errorOf(503, '', { 'retry-after': 'soon' }).retryAfterSeconds, undefined)
  assert.equal(errorOf(404, '', { 'retry-after': '120' }).retryAfterSeconds, undefined)
})

for (const body of [
  '{"error":null}',
  '{"error":{}}',
  '[]',
  '"x"',
  '{"error":{"code":1,"message":2,"details":3}}',
  '{',
]) {
  test(`survives ${body} as an error`, () => {
    assert.equal(errorOf(409, body).code, 'conflict')
  })
}

test('a long message is cut', () => {
  const { message } = errorOf(409, native('SOVD-ERR-409', 'x'.repeat(1_000_000)))
  assert.equal(message.length, 1001)
})

test('a conflict is one with a lock when it says how long that lasts, or that it was broken', () => {
  const broken = JSON.stringify({ error_code: 'lock-broken', message: 'the lock was broken' })
  for (const [error, expected] of [
    [errorOf(409, '', { 'retry-after': '12' }), true],
    [errorOf(409, broken), true],
    [errorOf(423, ''), true],
    [errorOf(409, native('SOVD-ERR-409', 'not running')), false],
    [errorOf(503, '', { 'retry-after': '12' }), false],
  ] as const) {
    assert.equal(error.isByLock, expected, `${error.status} ${error.message}`)
  }
})
