import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { EncodeError } from '../wire/encode-error.ts'
import { array, fixedArray, optional } from './array.ts'
import { bool, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64 } from './basic.ts'
import { bitField } from './bit-field.ts'
import { byteArray, fixedByteArray } from './byte-array.ts'
import type { PayloadOptions } from './byte-order.ts'
import { closedEnumeration, enumeration } from './enumeration.ts'
import { decodePayload, encodePayload, inByteOrder, type Schema, SchemaError } from './schema.ts'
import { fixedString, string } from './string.ts'
import { struct } from './struct.ts'
import { optionalTag, tag, taggedStruct } from './tagged.ts'
import { nullableUnion, union } from './union.ts'

const LITTLE: PayloadOptions = { byteOrder: 'little' }
const TEXT = 'Grüße 🚗'
const allBasics = struct({ a: u8, b: i32, c: struct({ x: f32, y: f64 }), d: bool, e: u64, f: i64 })
const basicValues = { a: 7, b: -2, c: { x: 1.5, y: -2.25 }, d: true, e: 0x0102030405060708n, f: -3n }

// Figure 4.7 of the AUTOSAR SOME/IP protocol specification, with a byte of content for every uint8.
const figure47 = taggedStruct(
  {
    a: tag(0, u8),
    b: tag(1, u8),
    c: tag(
      2,
      struct(
        {
          c1: u8,
          c2: u8,
          c3: struct(
            {
              c31: u8,
              c32: struct({ c321: u8, c322: array(u8, { lengthField: 8 }), c323: u8 }, { lengthField: 8 }),
              c33: u8,
            },
            { lengthField: 8 },
          ),
          c4: array(u8, { lengthField: 8 }),
          c5: u8,
        },
        { lengthField: 8 },
      ),
    ),
    d: tag(3, u8),
    e: tag(4, struct({ e1: u8, e2: u8 }, { lengthField: 8 })),
    f: tag(5, u8),
    g: tag(6, u8),
  },
  { lengthField: 8 },
)

/** Sources: [A] AUTOSAR specification, [S] written by someipy 2.1.2, [P] by Python's struct module and codecs. */
const rows: [name: string, schema: Schema<unknown>, value: unknown, hex: string, options?: PayloadOptions][] = [
  [
    'a struct of every kind of basic datatype [S]',
    allBasics,
    basicValues,
    '07 fffffffe 3fc00000 c002000000000000 01 0102030405060708 fffffffffffffffd',
  ],
  [
    'the same in little endian [P]',
    allBasics,
    basicValues,
    '07 feffffff 0000c03f 00000000000002c0 01 0807060504030201 fdffffffffffffff',
    LITTLE,
  ],
  ['signed bytes and words', struct({ a: i8, b: i16 }), { a: -128, b: -2 }, '80 fffe'],
  [
    'a member in another byte order',
    struct({ a: u16, b: inByteOrder('little', u16), c: u16 }),
    { a: 1, b: 1, c: 1 },
    '0001 0100 0001',
  ],
  [
    'a struct in another byte order',
    inByteOrder('little', struct({ a: u16 }, { lengthField: 16 })),
    { a: 1 },
    '0002 0100',
  ],
  ['a struct with a length field', struct({ a: u16, b: u8 }, { lengthField: 16 }), { a: 1, b: 2 }, '0003 0001 02'],
  ['a fixed array [S]', fixedArray(i16, 3), [-1, 2, -32768], 'ffff 0002 8000'],
  ['a fixed array with a length field', fixedArray(u16, 2, { lengthField: 8 }), [1, 2], '04 0001 0002'],
  ['a dynamic array [S]', array(u16), [1, 0x1234], '00000004 0001 1234'],
  ['a dynamic array with 8 bits of length [S]', array(u16, { lengthField: 8 }), [1, 0x1234], '04 0001 1234'],
  ['a dynamic array with 16 bits of length [S]', array(u16, { lengthField: 16 }), [1, 0x1234], '0004 0001 1234'],
  ['an empty array', array(u16), [], '00000000'],
  ['length fields in network byte order in a little endian payload', array(u16), [1], '00000002 0100', LITTLE],
  [
    'length fields in little endian where that was agreed',
    array(u16),
    [1],
    '02000000 0100',
    { byteOrder: 'little', lengthByteOrder: 'little' },
  ],
  ['an array of arrays [P]', array(array(u8)), [[1], [2, 3]], '0000000b 00000001 01 00000002 0203'],
  [
    'a map as an array of pairs',
    array(struct({ key: u16, value: u16 })),
    [
      { key: 1, value: 2 },
      { key: 3, value: 4 },
      { key: 5, value: 6 },
    ],
    '0000000c 0001 0002 0003 0004 0005 0006',
  ],
  ['bytes', byteArray({ lengthField: 8 }), fromHex('0a0b'), '02 0a0b'],
  ['a fixed number of bytes', fixedByteArray(2), fromHex('0a0b'), '0a0b'],
  ['an optional value that is there', optional(u16), 7, '00000002 0007'],
  ['an optional value that is not', optional(u16), undefined, '00000000'],
  ['a UTF-8 string [S]', string({ lengthField: 16 }), 'Hi', '0006 efbbbf 4869 00'],
  ['a UTF-16LE string [S]', string({ encoding: 'utf-16le' }), 'Hi', '00000008 fffe 4800 6900 0000'],
  ['a UTF-16BE string [S]', string({ encoding: 'utf-16be', lengthField: 8 }), 'Hi', '08 feff 0048 0069 0000'],
  ['UTF-8 beyond ASCII [P]', string({ lengthField: 8 }), TEXT, '10 efbbbf 4772c3bcc39f6520f09f9a97 00'],
  [
    'UTF-16BE with a surrogate pair [P]',
    string({ encoding: 'utf-16be', lengthField: 8 }),
    TEXT,
    '14 feff 0047007200fc00df00650020d83dde97 0000',
  ],
  [
    'UTF-16LE with a surrogate pair [P]',
    string({ encoding: 'utf-16le', lengthField: 8 }),
    TEXT,
    '14 fffe 47007200fc00df00650020003dd897de 0000',
  ],
  ['an empty string', string({ lengthField: 8 }), '', '04 efbbbf 00'],
  ['a string in legacy serialization', string({ lengthField: 8, bom: false, terminator: false }), 'Hi', '02 4869'],
  ['a fixed string, filled up', fixedString(8), 'Hi', 'efbbbf 4869 000000'],
  ['a fixed UTF-16 string, filled up', fixedString(8, { encoding: 'utf-16be' }), 'H', 'feff 0048 0000 0000'],
  ['an enumeration', enumeration(u8, { OFF: 0, ON: 1 }), 'ON', '01'],
  ['a value of an enumeration that has no name', enumeration(u8, { OFF: 0, ON: 1 }), 9, '09'],
  ['a closed enumeration', closedEnumeration(u16, { OFF: 0, ON: 0x101 }), 'ON', '0101'],
  ['a bit field', bitField(u8, { ready: 0, error: 1, gear: [4, 3] }), { ready: true, error: false, gear: 5 }, '51'],
  [
    'a bit field of 32 bits',
    bitField(u32, { low: 0, top: 31, high: [16, 15] }),
    { low: true, top: true, high: 0x7fff },
    'ffff0001',
  ],
  [
    'a union of uint8 padded to 32 bits, table 4.10 [A]',
    union({ a: u8, b: u16 }, { paddedTo: 4 }),
    { type: 'a', value: 0x7a },
    '00000004 00000001 7a 000000',
  ],
  [
    'a union of uint16 padded to 32 bits, table 4.11 [A]',
    union({ a: u8, b: u16 }, { paddedTo: 4 }),
    { type: 'b', value: 0x1234 },
    '00000004 00000002 1234 0000',
  ],
  [
    'a union with small fields',
    union({ a: u8, b: u16 }, { lengthField: 8, typeField: 8 }),
    { type: 'b', value: 0x1234 },
    '02 02 1234',
  ],
  [
    'a union without a length field',
    union({ a: u8, b: u16 }, { lengthField: 0, typeField: 8, paddedTo: 2 }),
    { type: 'a', value: 1 },
    '01 0100',
  ],
  ['an empty union [A]', nullableUnion({ a: u8 }, { lengthField: 8, typeField: 8 }), null, '00 00'],
  [
    'structs with tags, figure 4.7 [A]',
    figure47,
    {
      a: 0x0a,
      b: 0x0b,
      d: 0x0d,
      f: 0x0f,
      g: 0x10,
      e: { e1: 0xe1, e2: 0xe2 },
      c: {
        c1: 0xc1,
        c2: 0xc2,
        c4: [0x44],
        c5: 0xc5,
        c3: { c31: 0x31, c32: { c321: 0x21, c322: [0xaa, 0xbb], c323: 0x23 }, c33: 0x33 },
      },
    },
    '25 0000 0a 0001 0b 4002 0e c1 c2 08 31 05 21 02 aabb 23 33 01 44 c5 0003 0d 4004 02 e1 e2 0005 0f 0006 10',
  ],
  [
    'a Data ID of 12 bits, example of PRS_SOMEIP_00204 [A]',
    taggedStruct({ a: tag(0x4f2, u16) }),
    { a: 1 },
    '00000004 14f2 0001',
  ],
  [
    'optional members, one of them absent',
    taggedStruct({ a: optionalTag(1, u8), b: optionalTag(2, i64) }),
    { b: -1n },
    '0000000a 3002 ffffffffffffffff',
  ],
]

for (const [name, schema, value, hex, options] of rows) {
  test(`reads and writes ${name}, and refuses every truncation`, () => {
    const bytes = fromHex(hex)
    assert.deepEqual(decodePayload(schema, bytes, { ...options, exact: true }), value)
    assert.equal(toHex(encodePayload(schema, value, options)), toHex(bytes))
    assert.throws(() => decodePayload(schema, Buffer.concat([bytes, bytes]), { ...options, exact: true }), {
      code: 'DECODE',
      message: `payload: ${bytes.length} byte(s) too many`,
    })
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodePayload(schema, bytes.subarray(0, length), options), { code: 'DECODE' })
    }
  })
}

const vehicle = struct({
  speed: u16,
  status: struct({ wheels: array(struct({ pressure: u8, name: string({ lengthField: 8 }) }), { lengthField: 8 }) }),
})

test('names the member that could not be read, with what was needed and available', () => {
  assert.throws(() => decodePayload(vehicle, fromHex('0001 08 20 05 efbbbf41 00 21'), { name: 'event 0x8778' }), {
    code: 'DECODE',
    message: 'event 0x8778.status.wheels[1].name: 1 byte(s) needed at offset 11, 0 available',
  })
})

test('names the member whose value does not fit', () => {
  const wheel = { pressure: 1, name: 'front' }
  assert.throws(
    () => encodePayload(vehicle, { speed: 1, status: { wheels: [wheel, { ...wheel, pressure: 256 }] } }),
    (error) =>
      error instanceof EncodeError &&
      error.message === 'payload.status.wheels[1].pressure: 256 is not an integer from 0 to 255',
  )
})

test('infers the type of the values from the schema', () => {
  const value = decodePayload(vehicle, fromHex('0001 00'))
  const speed: number = value.speed
  const pressures: number[] = value.status.wheels.map((wheel) => wheel.pressure)
  assert.deepEqual([speed, pressures], [1, []])
  // @ts-expect-error a member is missing
  assert.throws(() => encodePayload(vehicle, { speed: 1 }))
  // @ts-expect-error a member has the wrong type
  assert.throws(() => encodePayload(struct({ a: u16 }), { a: '1' }), { message: /payload.a: 1 is not an integer/ })
  const mode: 'OFF' | 'ON' = decodePayload(closedEnumeration(u8, { OFF: 0, ON: 1 }), fromHex('00'))
  const either = decodePayload(union({ a: u8, b: bool }), fromHex('00000001 00000002 01'))
  const flag: number | boolean = either.type === 'b' ? (either.value satisfies boolean) : either.value
  assert.deepEqual([mode, flag], ['OFF', true])
  const { required, maybe } = decodePayload(
    taggedStruct({ required: tag(1, u8), maybe: optionalTag(2, u64) }),
    fromHex('00000003 0001 05'),
  )
  assert.deepEqual([required satisfies number, maybe satisfies bigint | undefined], [5, undefined])
})

test('refuses a schema that contradicts itself', () => {
  const contradictions = [
    () => struct({ 1: u8 }),
    () => struct({ ['__proto__']: u8 }),
    () => union({ 0: u8 }),
    () => enumeration(u8, { A: 1, B: 1 }),
    () => bitField(u8, { a: 8 }),
    () => bitField(u8, { a: [7, 2] }),
    () => bitField(u16, { a: [0, 4], b: 3 }),
    () => taggedStruct({ a: tag(0x1000, u8) }),
    () => taggedStruct({ a: tag(1, u8), b: tag(1, u8) }),
    () => taggedStruct({ a: tag(1, array(u8, { lengthField: 8 })) }, { lengthField: 16 }),
  ]
  for (const build of contradictions) assert.throws(build, SchemaError)
})
