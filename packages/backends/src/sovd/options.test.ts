import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testBackend } from './testing/open-backend.ts'

for (const [baseUrl, what] of [
  ['ftp://host', 'another protocol'],
  ['host:3001', 'no protocol'],
  ['', 'nothing'],
  ['http://user:pass@host', 'credentials'],
  ['http://host/?a=b', 'a query'],
] as const) {
  test(`refuses ${what} in a base URL, without showing it`, () => {
    assert.throws(
      () => testBackend({ baseUrl }),
      (error: Error & { code?: string }) => error.code === 'invalid-option' && !error.message.includes('pass@'),
    )
  })
}

test('refuses a configured component that cannot be part of a path', () => {
  assert.throws(() => testBackend({ baseUrl: 'http://127.0.0.1', componentIds: ['bms', 'a/b'] }), {
    code: 'invalid-option',
  })
})
