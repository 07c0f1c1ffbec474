import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DecodeError, fromHex, toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { array, fixedArray, optional } from './array.ts'
import { bool, f64, i16, i64, u8, u16, u32 } from './basic.ts'
import { bitField } from './bit-field.ts'
import { byteArray } from './byte-array.ts'
import { closedEnumeration } from './enumeration.ts'
import { decodePayload, encodePayload, type Schema } from './schema.ts'
import { fixedString, string } from './string.ts'
import { struct } from './struct.ts'
import { optionalTag, tag, taggedArguments, taggedStruct } from './tagged.ts'
import { nullableUnion, union } from './union.ts'

/** What a receiver has to accept although no sender of this interface version writes it. */
const accepted: [name: string, schema: Schema<unknown>, hex: string, value: unknown][] = [
  ['parameters after the last known one', struct({ a: u8 }), '01 ffff', { a: 1 }],
  [
    'a struct that has grown [PRS_SOMEIP_00371]',
    array(struct({ a: u8 }, { lengthField: 8 })),
    '00000005 02 01ff 01 02',
    [{ a: 1 }, { a: 2 }],
  ],
  [
    'a fixed array that has grown [PRS_SOMEIP_00917]',
    struct({ a: fixedArray(u8, 1, { lengthField: 8 }), b: u8 }),
    '02 01ff 05',
    { a: [1], b: 5 },
  ],
  [
    'more elements than expected [PRS_SOMEIP_00919]',
    struct({ a: array(u8, { lengthField: 8, maxElements: 1 }), b: u8 }),
    '03 01ffff 05',
    { a: [1], b: 5 },
  ],
  [
    'more bytes than expected',
    struct({ a: byteArray({ lengthField: 8, maxElements: 1 }), b: u8 }),
    '03 01ffff 05',
    { a: fromHex('01'), b: 5 },
  ],
  [
    'a longer union [PRS_SOMEIP_00915]',
    struct({ a: union({ x: u8 }, { lengthField: 8, typeField: 8 }), b: u8 }),
    '03 01 07ffff 05',
    { a: { type: 'x', value: 7 }, b: 5 },
  ],
  ['data behind an empty union', nullableUnion({ x: u8 }, { lengthField: 8, typeField: 8 }), '02 00 ffff', null],
  ['the upper bits of a boolean [PRS_SOMEIP_00615]', bool, 'fe', false],
  ['unnamed bits of a bit field', bitField(u8, { a: 0 }), 'ff', { a: true }],
  ['text after the terminator', string({ lengthField: 8 }), '07 efbbbf 41 00 4200', 'A'],
  [
    'UTF-16 of odd length [PRS_SOMEIP_00086]',
    string({ lengthField: 8, encoding: 'utf-16be' }),
    '07 feff 0041 0000 ff',
    'A',
  ],
  [
    'an odd last byte without terminator',
    string({ lengthField: 8, encoding: 'utf-16le', bom: false, terminator: false }),
    '03 4100 ff',
    'A',
  ],
  [
    'tags in any order',
    taggedStruct({ a: tag(1, u8), b: tag(2, u8) }),
    '00000006 0002 bb 0001 aa',
    { a: 0xaa, b: 0xbb },
  ],
  ['the reserved bit of a tag', taggedArguments({ a: tag(1, u8) }), '8001 aa', { a: 0xaa }],
  [
    'unknown Data IDs of every wire type [PRS_SOMEIP_00217]',
    taggedArguments({ a: tag(1, u8) }, { lengthField: 16 }),
    '0f00 01 1f01 0102 2f02 01020304 3f03 0102030405060708 4f04 0001 aa 5f05 01 aa 6f06 0001 aa 7f07 00000001 aa 0001 09',
    { a: 9 },
  ],
  [
    'known members with any size of length field [PRS_SOMEIP_00206]',
    taggedArguments({ a: tag(1, array(u8)), b: tag(2, array(u8)), c: tag(3, array(u8)) }),
    '5001 01 aa 6002 0001 bb 7003 00000001 cc',
    { a: [0xaa], b: [0xbb], c: [0xcc] },
  ],
  [
    'a shorter fixed string behind a tag [PRS_SOMEIP_00912]',
    taggedArguments({ a: tag(1, fixedString(20)) }),
    '4001 00000005 efbbbf 41 00',
    { a: 'A' },
  ],
  [
    'a union behind a tag, whose length covers the type [PRS_SOMEIP_00229]',
    taggedArguments({ a: tag(1, union({ x: u8 }, { typeField: 8 })), b: tag(2, u8) }),
    '4001 00000002 01 07 0002 05',
    { a: { type: 'x', value: 7 }, b: 5 },
  ],
  ['no tagged arguments at all', taggedArguments({ a: optionalTag(1, u8) }), '', {}],
  [
    'a tagged member called like a method of every object',
    taggedArguments({ toString: tag(1, u8) }),
    '0001 05',
    { toString: 5 },
  ],
]
for (const [name, schema, hex, value] of accepted) {
  test(`accepts ${name}`, () => assert.deepEqual(decodePayload(schema, fromHex(hex)), value))
}

const refused: [name: string, schema: Schema<unknown>, hex: string, problem: string][] = [
  [
    'a struct that is shorter [PRS_SOMEIP_00900]',
    struct({ a: u8, b: u16 }, { lengthField: 8 }),
    '02 01 02 03',
    '.b: 2 byte(s) needed at offset 2, 1 available',
  ],
  [
    'a length field beyond the payload',
    array(u8),
    'ffffffff 01',
    ': 4294967295 byte(s) needed at offset 4, 1 available',
  ],
  [
    'a length field beyond the one around it',
    array(array(u8, { lengthField: 8 }), { lengthField: 8 }),
    '02 05 01 02 03 04 05',
    '[0]: 5 byte(s) needed at offset 2, 1 available',
  ],
  ['half an element', array(u16, { lengthField: 8 }), '03 0001 02', '[1]: 2 byte(s) needed at offset 3, 1 available'],
  [
    'elements without bytes',
    array(struct({}), { lengthField: 8 }),
    '01 00',
    ': elements without bytes cannot be counted',
  ],
  ['a string without byte order mark', string({ lengthField: 8 }), '02 41 00', ': no byte order mark of UTF-8'],
  [
    'a string of the other byte order',
    string({ lengthField: 8, encoding: 'utf-16be' }),
    '06 fffe 4100 0000',
    ': no byte order mark of UTF-16BE',
  ],
  ['a string without terminator', string({ lengthField: 8 }), '04 efbbbf 41', ': no terminating zero'],
  ['a string of invalid UTF-8', string({ lengthField: 8 }), '05 efbbbf c3 00', ': not valid UTF-8'],
  [
    'half a surrogate pair',
    string({ lengthField: 8, encoding: 'utf-16be' }),
    '06 feff d800 0000',
    ': not valid UTF-16BE',
  ],
  [
    'a string that is too long [PRS_SOMEIP_00914]',
    string({ lengthField: 8, maxBytes: 5 }),
    '06 efbbbf 4142 00',
    ': at most 5 byte(s) allowed, not 6',
  ],
  [
    'a fixed string that is too long behind a tag [PRS_SOMEIP_00911]',
    taggedArguments({ a: tag(1, fixedString(4)) }),
    '4001 00000005 efbbbf 41 00',
    '.a: 4 byte(s) expected, not 5',
  ],
  ['an undefined value of a closed enumeration', closedEnumeration(u8, { OFF: 0 }), '07', ': 7 is none of 0'],
  [
    'an undefined type of a union',
    union({ a: u8 }, { lengthField: 8, typeField: 8 }),
    '01 02 00',
    ': type 2 is not defined',
  ],
  [
    'an empty union that must not be',
    union({ a: u8 }, { lengthField: 8, typeField: 8 }),
    '00 00',
    ': the union is empty',
  ],
  [
    'a union shorter than its data [PRS_SOMEIP_00916]',
    union({ a: u16 }, { lengthField: 8, typeField: 8 }),
    '01 01 0000',
    '.a: 2 byte(s) needed at offset 2, 1 available',
  ],
  [
    'a required tagged member that is missing [PRS_SOMEIP_00218]',
    taggedArguments({ a: tag(1, u8), b: tag(2, u8) }),
    '0002 01',
    ': the member a (Data ID 1) is missing',
  ],
  ['a Data ID that occurs twice', taggedArguments({ a: tag(1, u8) }), '0001 01 0001 02', ': Data ID 1 twice'],
  [
    'another wire type than that of the member',
    taggedArguments({ a: tag(1, u8) }),
    '1001 0001',
    '.a: wire type 0 expected, not 1',
  ],
  [
    'a basic wire type for an array',
    taggedArguments({ a: tag(1, array(u8)) }),
    '2001 00000000',
    '.a: a wire type from 4 to 7 expected, not 2',
  ],
  ['an unknown member beyond the end', taggedArguments({}), '3001 01', ': 8 byte(s) needed at offset 2, 1 available'],
]
for (const [name, schema, hex, problem] of refused) {
  test(`refuses to read ${name}`, () => {
    assert.throws(() => decodePayload(schema, fromHex(hex)), { code: 'DECODE', message: `payload${problem}` })
  })
}

const unwritable: [name: string, schema: Schema<unknown>, value: unknown, problem: string][] = [
  ['a number that is too large', struct({ a: u8 }), { a: 256 }, '.a: 256 is not an integer from 0 to 255'],
  ['a fraction', i16, 0.5, ': 0.5 is not an integer from -32768 to 32767'],
  ['a bigint that is too large', i64, 2n ** 63n, ': 9223372036854775808 is not a bigint from -2^63 to 2^63-1'],
  ['a number instead of a bigint', i64, 1, ': 1 is not a bigint from -2^63 to 2^63-1'],
  ['text instead of a number', f64, '1', ': 1 is not a number'],
  ['a number instead of a boolean', bool, 1, ': 1 is not a boolean'],
  ['nothing instead of a struct', struct({ a: u8 }), null, ': an object needed, not null'],
  ['a missing member', struct({ a: u8 }), {}, '.a: undefined is not an integer from 0 to 255'],
  ['an object instead of an array', array(u8), {}, ': an array needed, not [object Object]'],
  ['too few elements of a fixed array', fixedArray(u8, 2), [1], ': 2 element(s) needed, not 1'],
  ['too many elements', array(u8, { maxElements: 1 }), [1, 2], ': at most 1 element(s) allowed, not 2'],
  [
    'more bytes than the length field counts',
    array(u8, { lengthField: 8 }),
    new Array(256).fill(0),
    ': 256 byte(s) do not fit a length field of 8 bits',
  ],
  ['text that does not fit', fixedString(5), 'AB', ': 6 byte(s) do not fit in 5'],
  ['text with a zero', string(), 'a\0b', ': the text contains a zero, which would end it'],
  ['half a surrogate pair', string(), '\ud800', ': the text has half a surrogate pair'],
  ['an unknown name', closedEnumeration(u8, { OFF: 0 }), 'ON', ": 'ON' is none of OFF"],
  [
    'a group of bits that is too large',
    bitField(u8, { gear: [4, 3] }),
    { gear: 8 },
    '.gear: 8 is not an integer from 0 to 7',
  ],
  ['a number as a flag', bitField(u8, { on: 4 }), { on: 2 }, '.on: 2 is not a boolean'],
  ['an unknown alternative', union({ a: u8 }), { type: 'toString', value: 1 }, ": 'toString' is none of a"],
  ['an empty union', union({ a: u8 }), null, ': an object needed, not null'],
  [
    'an alternative beyond the padding',
    union({ a: u32 }, { paddedTo: 2 }),
    { type: 'a', value: 1 },
    ': 4 byte(s) do not fit in 2',
  ],
  ['a missing tagged member', taggedStruct({ a: tag(1, u8) }), {}, '.a: undefined is not an integer from 0 to 255'],
]
for (const [name, schema, value, problem] of unwritable) {
  test(`refuses to write ${name}`, () => {
    assert.throws(() => encodePayload(schema, value), { code: 'ENCODE', message: `payload${problem}` })
  })
}

test('writes the smallest length field behind a tag where dynamic length fields are agreed', () => {
  const schema = taggedArguments({ a: tag(1, byteArray()) }, { dynamicLengthFields: true })
  const headOf = (length: number) => toHex(encodePayload(schema, { a: new Uint8Array(length) }).subarray(0, 6))
  assert.deepEqual([headOf(255), headOf(256), headOf(65536)], ['5001ff000000', '600101000000', '700100010000'])
})

test('copies received bytes', () => {
  const bytes = fromHex('02 0a0b')
  const value = decodePayload(byteArray({ lengthField: 8 }), bytes)
  bytes.fill(0)
  assert.equal(toHex(value), '0a0b')
})

const everything = struct({
  flags: bitField(u16, { a: 0, b: [1, 12], c: 15 }),
  text: string({ encoding: 'utf-16le' }),
  name: string(),
  list: array(struct({ n: i64, x: f64 })),
  choice: nullableUnion({ small: u8, text: string({ lengthField: 16 }) }),
  maybe: optional(u16),
  tags: taggedStruct({ id: tag(5, u16), note: optionalTag(6, string()), raw: optionalTag(7, byteArray()) }),
})

test('reads back every value it writes, in both byte orders', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'))
  const tags = fc.record(
    { id: fc.integer({ min: 0, max: 0xffff }), note: text, raw: fc.uint8Array({ maxLength: 9 }) },
    { requiredKeys: ['id'] },
  )
  const value = fc.record({
    flags: fc.record({ a: fc.boolean(), b: fc.integer({ min: 0, max: 0xfff }), c: fc.boolean() }),
    text,
    name: text,
    list: fc.array(fc.record({ n: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), x: fc.double() })),
    choice: fc.oneof(
      fc.constant(null),
      fc.record({ type: fc.constant('small' as const), value: fc.integer({ min: 0, max: 255 }) }),
      fc.record({ type: fc.constant('text' as const), value: text }),
    ),
    maybe: fc.option(fc.integer({ min: 0, max: 0xffff }), { nil: undefined }),
    tags,
  })
  fc.assert(
    fc.property(value, fc.constantFrom('big' as const, 'little' as const), (sent, byteOrder) => {
      const bytes = encodePayload(everything, sent, { byteOrder })
      assert.deepEqual(decodePayload(everything, bytes, { byteOrder, exact: true }), {
        ...sent,
        flags: { ...sent.flags },
        list: sent.list.map((one) => ({ ...one })),
        choice: sent.choice && { ...sent.choice },
        tags: { ...sent.tags },
      })
    }),
  )
})

test('reads arbitrary bytes or refuses them with a DecodeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        decodePayload(everything, bytes)
      } catch (error) {
        assert.ok(error instanceof DecodeError)
      }
    }),
    { numRuns: 2000 },
  )
})
