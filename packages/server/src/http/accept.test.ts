import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireAcceptable } from './accept.ts'

for (const [accept, contentType, isAcceptable] of [
  [undefined, 'application/json', true],
  ['', 'application/json', true],
  ['*/*', 'application/x-map', true],
  ['application/*', 'application/x-map', true],
  ['text/html, Application/JSON; charset=utf-8', 'application/json', true],
  ['text/*', 'application/json', false],
  ['application/json;q=0', 'application/json', false],
  ['*/*;q=0.1, application/json;q=0', 'application/json', false],
  ['*/*;q=0, application/json', 'application/json', true],
  ['application/json; q=0.001', 'application/json; charset=utf-8', true],
  ['nonsense', 'application/json', false],
] as const) {
  test(`${contentType} is ${isAcceptable ? '' : 'not '}taken by who accepts ${accept} [RFC 9110 12.5.1]`, () => {
    const check = () => requireAcceptable(accept, contentType)
    if (isAcceptable) check()
    else assert.throws(check, { code: 'not-acceptable' })
  })
}
