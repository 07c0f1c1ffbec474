import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entityTag, matchesStrongly, matchesWeakly } from './etag.ts'

test('is the first sixteen hex digits of the SHA-256 of the body, in quotes', () => {
  // printf '{"id":"soc"}' | sha256sum
  assert.equal(entityTag('{"id":"soc"}'), '"31e161283d244730"')
})

// The table of RFC 9110, 8.8.3.2, and lists.
const rows: [header: string, tag: string, weakly: boolean, strongly: boolean][] = [
  ['W/"1"', '"1"', true, false],
  ['"1"', '"1"', true, true],
  ['"2"', '"1"', false, false],
  ['W/"2"', '"1"', false, false],
  ['*', '"1"', true, true],
  [' * ', '"1"', true, true],
  ['"a", "1" ,W/"b"', '"1"', true, true],
  ['"a,1", "b"', '"b"', true, true],
  ['"a,1"', '"1"', false, false],
  ['1', '"1"', false, false],
  ['', '"1"', false, false],
  ['"unclosed', '"1"', false, false],
]
for (const [header, tag, weakly, strongly] of rows) {
  test(`the list ${header} ${weakly ? 'matches' : 'does not match'} ${tag} weakly and ${strongly ? 'does' : 'does not'} strongly`, () => {
    assert.equal(matchesWeakly(header, tag), weakly)
    assert.equal(matchesStrongly(header, tag), strongly)
  })
}
