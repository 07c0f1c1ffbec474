import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rangeOf } from './byte-range.ts'

// The examples are those of RFC 9110 14.1.2, for 10000 bytes.
const WANTED: readonly (readonly [header: string, first: number, last: number])[] = [
  ['bytes=0-499', 0, 499],
  ['bytes=500-999', 500, 999],
  ['bytes=-500', 9500, 9999],
  ['bytes=9500-', 9500, 9999],
  ['bytes=0-0', 0, 0],
  ['bytes=9999-20000', 9999, 9999],
  ['bytes=-20000', 0, 9999],
]
for (const [header, first, last] of WANTED) {
  test(`${header} is from byte ${first} to byte ${last}`, () => {
    assert.deepEqual(rangeOf(header, 10_000), { start: first, end: last + 1 })
  })
}

for (const header of ['bytes=0-0,-1', 'lines=1-2', 'bytes=5-2', 'bytes=-', 'bytes', '']) {
  test(`${JSON.stringify(header)} asks for all of it`, () => {
    assert.equal(rangeOf(header, 10_000), undefined)
  })
}

for (const header of ['bytes=10000-', 'bytes=10000-10001', 'bytes=-0']) {
  test(`${header} cannot be had`, () => {
    assert.throws(() => rangeOf(header, 10_000), { code: 'range-not-satisfiable' })
  })
}

test('nothing can be had of nothing', () => {
  assert.throws(() => rangeOf('bytes=0-', 0), { code: 'range-not-satisfiable' })
})
