import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compare, compareAny, isEqual } from './comparison.ts'

/** Decimal texts, and the same numbers in units of 10^-20 as BigInt. */
const decimal = fc
  .record({
    digits: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
    shift: fc.integer({ min: 0, max: 20 }),
    zeros: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ digits, shift, zeros }) => {
    const text = `${digits < 0n ? '-' : ''}${(digits < 0n ? -digits : digits).toString().padStart(shift + 1, '0')}`
    const at = text.length - shift
    const trailing = '0'.repeat(zeros)
    const plain = shift === 0 ? text : `${text.slice(0, at)}.${text.slice(at)}${trailing}`
    return { plain, scientific: `${digits}e-${shift}`, exact: digits * 10n ** BigInt(20 - shift) }
  })

describe('comparison of numbers', () => {
  it('is exact for numbers kept as text, however they are written', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const expected = a.exact < b.exact ? -1 : a.exact > b.exact ? 1 : 0
        for (const left of [a.plain, a.scientific]) {
          for (const right of [b.plain, b.scientific]) {
            const sign = Math.sign(compare(JSON.rawJSON(left), JSON.rawJSON(right))) || 0
            assert.equal(sign, expected, `${left} ${right}`)
          }
        }
        assert.ok(isEqual(JSON.rawJSON(a.plain), JSON.rawJSON(a.scientific)))
      }),
      { numRuns: 1000 },
    )
  })

  it('takes doubles and texts together', () => {
    assert.ok(isEqual(0.1, JSON.rawJSON('0.1')))
    assert.ok(isEqual(JSON.rawJSON('-0'), 0))
    assert.ok(isEqual(1e21, JSON.rawJSON('1000000000000000000000')))
    assert.ok(compare(JSON.rawJSON('9007199254740993'), 9007199254740992) > 0)
    assert.ok(compare(5e-324, JSON.rawJSON('1e-400')) > 0)
    assert.ok(compare(-1, JSON.rawJSON('-1e400')) > 0)
  })

  it('costs no more than the text is long', () => {
    const long = JSON.rawJSON(`1${'0'.repeat(500_000)}1`)
    const huge = JSON.rawJSON(`1e${'9'.repeat(400)}`)
    assert.ok(compare(long, JSON.rawJSON(`1${'0'.repeat(500_001)}`)) > 0)
    assert.equal(compare(huge, huge), 0)
    assert.ok(compare(huge, 1) > 0)
  })
})

describe('comparison of anything', () => {
  const anything = fc.oneof(
    fc.constantFrom(null, true, false, 'a', 'b', '', [1], { a: 1 }),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom('1', '1.5', '12345678901234567890').map((text) => JSON.rawJSON(text)),
  )

  it('is an order', () => {
    fc.assert(
      fc.property(anything, anything, anything, (a, b, c) => {
        assert.ok(compareAny(a, a) === 0)
        assert.equal(Math.sign(compareAny(a, b)) + Math.sign(compareAny(b, a)), 0)
        if (compareAny(a, b) <= 0 && compareAny(b, c) <= 0) assert.ok(compareAny(a, c) <= 0)
      }),
      { numRuns: 1000 },
    )
  })
})
