import { type Static, type TProperties, Type } from 'typebox'
import { integer, integerOr, Name, object } from './parts.ts'

/** What every encoding may have. */
const common = {
  name: Type.Optional(Name),
  description: Type.Optional(Type.String()),
}

function encoding<const K extends string, T extends TProperties>(type: K, properties: T, description: string) {
  return object({ type: Type.Literal(type), ...common, ...properties }, { description })
}

const ByteOrder = Type.Enum(['big', 'little'], { default: 'big', description: 'Which byte comes first.' })
const Bits = Type.Enum([8, 16, 24, 32, 40, 48, 56, 64])
const EnumValues = Type.Record(Type.String({ pattern: '^(0|-?[1-9][0-9]{0,15})$' }), Name, {
  description: 'The meaning of each number.',
  minProperties: 1,
})
const scaling = {
  factor: Type.Number({ default: 1, description: 'Physical value = raw value × factor + offset.' }),
  offset: Type.Number({ default: 0 }),
  unit: Type.Optional(Name),
  minimum: Type.Optional(Type.Number({ description: 'Smallest physical value that may be written.' })),
  maximum: Type.Optional(Type.Number({ description: 'Greatest physical value that may be written.' })),
}

const integers = { bits: Bits, byteOrder: ByteOrder, ...scaling }
const Uint = encoding('uint', integers, 'An unsigned integer, scaled.')
const Int = encoding('int', integers, "A two's complement integer, scaled.")
const Float = encoding(
  'float',
  { bits: Type.Enum([32, 64]), byteOrder: ByteOrder, ...scaling },
  'An IEEE 754 number, scaled.',
)
const Enumeration = encoding(
  'enum',
  { bits: Bits, byteOrder: ByteOrder, values: EnumValues },
  'A number that stands for a name.',
)
const BitField = object({
  name: Name,
  bit: integer(0, 63, 'Position of the lowest bit; 0 is the least significant bit of the whole.'),
  width: integerOr(1, 1, 53),
  values: Type.Optional(EnumValues),
  ...scaling,
})
const BitFields = encoding(
  'bits',
  { bits: Bits, byteOrder: ByteOrder, fields: Type.Array(BitField, { minItems: 1 }) },
  'Bits with names: true or false for one bit, a name where there are values, otherwise a number.',
)
const Text = encoding(
  'text',
  {
    charset: Type.Enum(['ascii', 'latin1', 'utf8'], { default: 'ascii' }),
    length: Type.Optional(integer(1, 65_535, 'Bytes; up to the end when left out.')),
    padding: integerOr(0, 0, 255, 'The byte that fills up a text of fixed length.'),
  },
  'A text.',
)
const Bcd = encoding('bcd', { digits: integer(1, 512) }, 'Decimal digits, two in a byte, with leading zeros.')
const Bytes = encoding(
  'bytes',
  { length: Type.Optional(integer(0, 65_535, 'Up to the end when left out.')) },
  'Bytes without a meaning, as hex digits.',
)

const SCALARS = [Uint, Int, Float, Enumeration, BitFields, Text, Bcd, Bytes]

export type UintEncoding = Static<typeof Uint>
export type IntEncoding = Static<typeof Int>
export type FloatEncoding = Static<typeof Float>
export type EnumEncoding = Static<typeof Enumeration>
export type BitsEncoding = Static<typeof BitFields>
export type BitFieldDescription = Static<typeof BitField>
export type TextEncoding = Static<typeof Text>
export type BcdEncoding = Static<typeof Bcd>
export type BytesEncoding = Static<typeof Bytes>
export interface ArrayEncoding {
  type: 'array'
  name?: string
  description?: string
  items: Encoding
  length?: number
}
export interface StructEncoding {
  type: 'struct'
  name?: string
  description?: string
  members: (Encoding & { name: string })[]
}
/** How a value is laid out in bytes. */
export type Encoding =
  | UintEncoding
  | IntEncoding
  | FloatEncoding
  | EnumEncoding
  | BitsEncoding
  | TextEncoding
  | BcdEncoding
  | BytesEncoding
  | ArrayEncoding
  | StructEncoding

/** Refers to the one definition of encodings, which contain each other. */
export const EncodingRef = Object.assign(Type.Unsafe<Encoding>({}), { $ref: '#/$defs/encoding' })
const MemberRef = Object.assign(Type.Unsafe<Encoding & { name: string }>({}), {
  $ref: '#/$defs/encoding',
  required: ['name'],
})

const ArraySchema = encoding(
  'array',
  { items: EncodingRef, length: Type.Optional(integer(1, 65_535, 'Items; up to the end when left out.')) },
  'Values of one kind.',
)
const StructSchema = encoding(
  'struct',
  { members: Type.Array(MemberRef, { minItems: 1, description: 'In the order of their bytes.' }) },
  'Values with names, one after the other.',
)

export const EncodingSchema = Type.Union([...SCALARS, ArraySchema, StructSchema])
