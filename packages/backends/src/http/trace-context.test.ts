import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { childOf } from './trace-context.ts'

// The example of W3C Trace Context, 3.2.4.
const EXAMPLE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

test('keeps trace and flags and names a new parent', () => {
  const child = childOf(EXAMPLE, new FakeClock())
  assert.match(child ?? '', /^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/)
  assert.notEqual(child, EXAMPLE)
})

test('reads a later version as far as it is known [W3C Trace Context 3.2.4]', () => {
  const child = childOf('cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-what-the-future', new FakeClock())
  assert.match(child ?? '', /^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00$/)
})

for (const [what, header] of [
  ['another text', 'request-17'],
  ['a trace id of zeros', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'],
  ['a parent id of zeros', '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01'],
  ['the version ff', 'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
  ['upper case', EXAMPLE.toUpperCase()],
  ['version 00 with more after it', `${EXAMPLE}-extra`],
] as const) {
  test(`hands nothing on of ${what}`, () => {
    assert.equal(childOf(header, new FakeClock()), undefined)
  })
}
