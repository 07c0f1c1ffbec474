import { AppError } from '@opensovd/base'
import { DecodeError } from '@opensovd/base/bytes'
import type { ByteOrder, FieldBits, PayloadOptions } from './byte-order.ts'
import { PayloadReader } from './payload-reader.ts'
import { PayloadWriter } from './payload-writer.ts'

interface Codec<T> {
  read(from: PayloadReader): T
  write(to: PayloadWriter, value: T): void
}

/** A basic datatype: 1, 2, 4 or 8 bytes, numbered by its wire type [PRS_SOMEIP_00205]. */
export interface BasicSchema<T> extends Codec<T> {
  readonly wireType: 0 | 1 | 2 | 3
}

/** A struct, array, string or union. Its body is what stands behind a length field, if there is one. */
export interface DelimitedSchema<T> extends Codec<T> {
  /** Size of the length field in bits where the value has no tag; 0 for none. */
  readonly lengthField: FieldBits | 0
  readBody(from: PayloadReader): T
  writeBody(to: PayloadWriter, value: T): void
}

/** Describes the wire format of a value and, through `Infer`, its type. */
export type Schema<T> = BasicSchema<T> | DelimitedSchema<T>

/** The type of the values a schema describes. */
export type Infer<S extends Codec<unknown>> = ReturnType<S['read']>

/** A schema that contradicts itself. Thrown where the schema is built, never while reading or writing. */
export class SchemaError extends AppError<'SCHEMA'> {
  constructor(problem: string) {
    super('SCHEMA', problem)
  }
}

/** Builds a delimited schema of its body. */
export function delimited<T>(
  lengthField: FieldBits | 0,
  readBody: (from: PayloadReader) => T,
  writeBody: (to: PayloadWriter, value: T) => void,
): DelimitedSchema<T> {
  if (lengthField === 0) return { lengthField, readBody, writeBody, read: readBody, write: writeBody }
  return {
    lengthField,
    readBody,
    writeBody,
    read: (from) => from.region(from.field(lengthField), () => readBody(from)),
    write: (to, value) => to.delimit(lengthField, () => writeBody(to, value)),
  }
}

/** The same schema with its parameters in `order`, whatever the order around it. Length fields are not affected. */
export function inByteOrder<S extends Schema<unknown>>(order: ByteOrder, schema: S): S {
  const wrapped: Schema<unknown> = { ...schema }
  wrapped.read = (from) => from.inByteOrder(order, () => schema.read(from))
  wrapped.write = (to, value) => to.inByteOrder(order, () => schema.write(to, value))
  if ('readBody' in wrapped && 'readBody' in schema) {
    wrapped.readBody = (from) => from.inByteOrder(order, () => schema.readBody(from))
    wrapped.writeBody = (to, value) => to.inByteOrder(order, () => schema.writeBody(to, value))
  }
  return wrapped as S // every property of S is there, with the same types
}

export interface DecodeOptions extends PayloadOptions {
  /** Refuse bytes after the last parameter. By default they are ignored, as the standard wants for migration. */
  readonly exact?: boolean
}

/**
 * Reads a payload.
 * @throws DecodeError naming the member that could not be read
 */
export function decodePayload<S extends Schema<unknown>>(
  schema: S,
  bytes: Uint8Array,
  options: DecodeOptions = {},
): Infer<S> {
  const reader = new PayloadReader(bytes, options)
  const value = schema.read(reader)
  if (options.exact && reader.remaining > 0) {
    throw new DecodeError(options.name ?? 'payload', `${reader.remaining} byte(s) too many`)
  }
  return value as Infer<S> // `read` of this very schema returned it
}

/**
 * Writes a payload.
 * @throws EncodeError naming the member whose value does not fit
 */
export function encodePayload<S extends Schema<unknown>>(
  schema: S,
  value: Infer<S>,
  options: PayloadOptions = {},
): Uint8Array {
  const writer = new PayloadWriter(options)
  schema.write(writer, value)
  return writer.finish()
}
