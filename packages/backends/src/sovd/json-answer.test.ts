import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAnswer } from './json-answer.ts'
import { ShapeError } from './shape.ts'

function parse(bytes: string | Buffer, type?: string) {
  return parseAnswer({
    status: 200,
    bytes: Buffer.from(bytes),
    header: (name) => (name === 'content-type' ? type : undefined),
  })
}

test('parses JSON, whatever the server calls it', () => {
  assert.deepEqual(parse('{"a":[1,null]}', 'text/plain'), { a: [1, null] })
})

test('keeps numbers that a double cannot hold', () => {
  assert.equal(JSON.stringify(parse('[18446744073709551615]')), '[18446744073709551615]')
})

test('no body is no value', () => {
  assert.equal(parse(''), undefined)
})

for (const [what, bytes, reason] of [
  ['HTML', '<html></html>', /not JSON \(text\/html\): Unexpected token/],
  ['half of it', '{"value":[{"id":"a"', /not JSON/],
  ['two values', '{}{}', /not JSON/],
  ['bytes that are no text', Buffer.from([0x22, 0xff, 0x22]), /not UTF-8/],
  ['an abyss', '['.repeat(100_000), /deeper than 128/],
  ['a closed abyss', '['.repeat(100_000) + ']'.repeat(100_000), /deeper than 128/],
  ['an abyss of objects', '{"a":'.repeat(100_000), /deeper than 128/],
] as const) {
  test(`says that ${what} is no JSON`, () => {
    assert.throws(
      () => parse(bytes, 'text/html'),
      (error) => error instanceof ShapeError && reason.test(error.message),
    )
  })
}

test('brackets within texts are no depth', () => {
  const text = JSON.stringify({ a: `${'['.repeat(1000)}\\"${'{'.repeat(1000)}` })
  assert.equal(JSON.stringify(parse(text)), text)
})

test('takes as many levels as are allowed', () => {
  const text = '['.repeat(128) + '"x"'.padStart(300) + ']'.repeat(128)
  assert.ok(parse(text))
})
