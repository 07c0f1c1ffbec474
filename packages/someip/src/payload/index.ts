export { type ArrayOptions, array, type FixedArrayOptions, fixedArray, optional } from './array.ts'
export { bool, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64 } from './basic.ts'
export { type BitFieldOf, type Bits, bitField } from './bit-field.ts'
export { byteArray, fixedByteArray } from './byte-array.ts'
export type { ByteOrder, FieldBits, PayloadOptions } from './byte-order.ts'
export { closedEnumeration, enumeration } from './enumeration.ts'
export {
  type BasicSchema,
  type DecodeOptions,
  type DelimitedSchema,
  decodePayload,
  encodePayload,
  type Infer,
  inByteOrder,
  type Schema,
  SchemaError,
} from './schema.ts'
export { type FixedStringOptions, fixedString, type StringOptions, string } from './string.ts'
export { type Members, type StructOf, type StructOptions, struct } from './struct.ts'
export {
  optionalTag,
  type Tagged,
  type TaggedMembers,
  type TaggedOf,
  type TaggedOptions,
  tag,
  taggedArguments,
  taggedStruct,
} from './tagged.ts'
export { nullableUnion, type UnionOf, type UnionOptions, union } from './union.ts'
