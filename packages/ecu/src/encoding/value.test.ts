import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import type { Encoding } from '../description/schema/encoding.ts'
import { EncodingError } from './codec.ts'
import { decodeValue, encodeValue, sizeOf } from './value.ts'

const plain = { byteOrder: 'big', factor: 1, offset: 0 } as const

/** SAE J1979 gives PIDs 05, 0C, 0D and 11 these formulas; the others follow from IEEE 754, BCD and two's complement. */
const ROWS: readonly (readonly [string, Encoding, unknown, string])[] = [
  ['coolant temperature A - 40', { type: 'uint', bits: 8, ...plain, offset: -40 }, 83, '7b'],
  ['engine speed (256 A + B) / 4', { type: 'uint', bits: 16, ...plain, factor: 0.25 }, 1726, '1af8'],
  ['a tenth of a volt', { type: 'uint', bits: 8, ...plain, factor: 0.1 }, 13.8, '8a'],
  ['a speed', { type: 'uint', bits: 8, ...plain }, 255, 'ff'],
  ['the low byte first', { type: 'uint', bits: 24, ...plain, byteOrder: 'little' }, 0x123456, '563412'],
  ['a negative number', { type: 'int', bits: 16, ...plain }, -2, 'fffe'],
  ['a negative physical value', { type: 'int', bits: 16, ...plain, factor: 0.1 }, -12.5, 'ff83'],
  ['IEEE 754 of one', { type: 'float', bits: 32, ...plain }, 1, '3f800000'],
  ['IEEE 754 in 64 bits', { type: 'float', bits: 64, ...plain }, -2, 'c000000000000000'],
  ['a float that is no number', { type: 'float', bits: 32, ...plain }, 'NaN', '7fc00000'],
  ['a name', { type: 'enum', bits: 8, byteOrder: 'big', values: { 0: 'off', 1: 'on' } }, 'on', '01'],
  ['a negative name', { type: 'enum', bits: 8, byteOrder: 'big', values: { '-1': 'invalid' } }, 'invalid', 'ff'],
  ['a padded text', { type: 'text', charset: 'ascii', length: 5, padding: 0x20 }, 'abc', '6162632020'],
  ['a text to the end', { type: 'text', charset: 'latin1', padding: 0 }, 'ü', 'fc'],
  ['a UTF-8 text', { type: 'text', charset: 'utf8', padding: 0 }, 'ü', 'c3bc'],
  ['a date', { type: 'bcd', digits: 8 }, '20260115', '20260115'],
  ['an odd number of digits', { type: 'bcd', digits: 3 }, '123', '0123'],
  ['bytes', { type: 'bytes', length: 2 }, 'c0de', 'c0de'],
  ['no bytes', { type: 'bytes' }, '', ''],
  [
    'bits with and without names',
    {
      type: 'bits',
      bits: 8,
      byteOrder: 'big',
      fields: [
        { name: 'running', bit: 0, width: 1, factor: 1, offset: 0 },
        { name: 'gear', bit: 1, width: 3, factor: 1, offset: 0 },
        { name: 'mode', bit: 6, width: 2, values: { 0: 'eco', 2: 'sport' }, factor: 1, offset: 0 },
      ],
    },
    { running: true, gear: 5, mode: 'sport' },
    '8b',
  ],
  [
    'a structure with a list at its end',
    {
      type: 'struct',
      members: [
        { name: 'count', type: 'uint', bits: 8, ...plain },
        { name: 'cells', type: 'array', items: { type: 'uint', bits: 16, ...plain, factor: 0.001 } },
      ],
    },
    { count: 2, cells: [3.7, 4.199] },
    '020e741067',
  ],
]

for (const [name, encoding, value, hex] of ROWS) {
  test(`${name} is read and written`, () => {
    assert.equal(toHex(encodeValue(encoding, value)), hex)
    const decoded = decodeValue(encoding, fromHex(hex))
    assert.equal(decoded.fit, 'exact')
    assert.deepEqual('value' in decoded && decoded.value, value)
    const size = sizeOf(encoding)
    if (size !== undefined) assert.equal(size, hex.length / 2)
  })
}

test('an integer beyond 2^53 keeps all its digits in both directions', () => {
  const encoding: Encoding = { type: 'uint', bits: 64, ...plain }
  const decoded = decodeValue(encoding, fromHex('ffffffffffffffff'))
  assert.ok('value' in decoded)
  assert.equal(JSON.stringify(decoded.value), '18446744073709551615')
  assert.equal(toHex(encodeValue(encoding, decoded.value)), 'ffffffffffffffff')
})

test('bytes that are more than described are kept, and the first ones have their value', () => {
  const decoded = decodeValue({ type: 'uint', bits: 8, ...plain }, fromHex('0aff00'))
  assert.deepEqual(decoded, {
    fit: 'longer',
    value: 10,
    raw: fromHex('0aff00'),
    problem: '2 byte(s) more than the 1 described',
  })
})

test('bytes that are fewer than described are kept without a value', () => {
  const decoded = decodeValue({ type: 'uint', bits: 16, ...plain, name: 'speed' }, fromHex('0a'))
  assert.deepEqual(decoded, {
    fit: 'none',
    raw: fromHex('0a'),
    problem: 'speed: 2 byte(s) needed at offset 0, 1 available',
  })
})

test('a number without a name stays a number, and cannot be written', () => {
  const encoding: Encoding = { type: 'enum', bits: 8, byteOrder: 'big', values: { 0: 'off', 1: 'on' } }
  const decoded = decodeValue(encoding, fromHex('07'))
  assert.equal('value' in decoded && decoded.value, 7)
  assert.throws(() => encodeValue(encoding, 7), /^EncodingError: expected one of "off", "on", got 7$/)
})

const REFUSED: readonly (readonly [Encoding, unknown, string, string])[] = [
  [{ type: 'uint', bits: 8, ...plain }, 256, '', 'the raw value 256 is not from 0 to 255'],
  [{ type: 'int', bits: 8, ...plain }, -129, '', 'the raw value -129 is not from -128 to 127'],
  [{ type: 'uint', bits: 8, ...plain, maximum: 30 }, 31, '', 'must be at most 30, got 31'],
  [{ type: 'uint', bits: 8, ...plain }, '5', '', 'expected a number, got "5"'],
  [{ type: 'float', bits: 32, ...plain }, 1e39, '', '1e+39 is too great for 32 bits'],
  [{ type: 'text', charset: 'ascii', padding: 0 }, 'ü', '', '"ü" has characters that are not ascii'],
  [{ type: 'text', charset: 'ascii', length: 2, padding: 0 }, 'abc', '', '3 byte(s) given, 2 available'],
  [{ type: 'bcd', digits: 2 }, '1a', '', 'expected a text of at most 2 digits, got "1a"'],
  [{ type: 'bytes', length: 1 }, 'abcd', '', 'expected 1 byte(s), got 2'],
  [{ type: 'array', length: 2, items: { type: 'uint', bits: 8, ...plain } }, [1, -1], '[1]', 'is not from 0 to 255'],
  [{ type: 'struct', members: [{ name: 'a', type: 'bytes' }] }, { b: '' }, 'b', 'unknown; there are a'],
  [{ type: 'struct', members: [{ name: 'a', type: 'bytes' }] }, {}, 'a', 'is missing'],
]

for (const [encoding, value, path, problem] of REFUSED) {
  test(`${JSON.stringify(value)} is refused as ${encoding.type}: ${problem}`, () => {
    assert.throws(
      () => encodeValue(encoding, value),
      (error) => error instanceof EncodingError && error.path === path && error.message.includes(problem),
    )
  })
}

test('no bytes make decoding throw', () => {
  for (const [, encoding] of ROWS) {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        assert.deepEqual(decodeValue(encoding, bytes).raw, bytes)
      }),
      { numRuns: 50 },
    )
  }
})
