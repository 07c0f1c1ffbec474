import { type Json, messageOf } from '@opensovd/base'
import { ByteReader, ByteWriter, DecodeError } from '@opensovd/base/bytes'
import type { Encoding } from '../description/schema/encoding.ts'
import { bits } from './bits.ts'
import type { Codec, Inner } from './codec.ts'
import { array, struct } from './composites.ts'
import { enumeration, float, int, uint } from './numbers.ts'
import { bcd, bytes, text } from './texts.ts'

const CODECS: { readonly [T in Encoding['type']]: Codec<Extract<Encoding, { type: T }>> } = {
  uint,
  int,
  float,
  enum: enumeration,
  bits,
  text,
  bcd,
  bytes,
  array,
  struct,
}

const inner: Inner = {
  read: (from, encoding) => codecOf(encoding).read(from, encoding, inner),
  write: (to, encoding, value, path) => codecOf(encoding).write(to, encoding, value, inner, path),
  size: (encoding) => codecOf(encoding).size(encoding, inner),
}

/** The table's type says that the row of a type takes encodings of that type. */
function codecOf(encoding: Encoding): Codec<Encoding> {
  return CODECS[encoding.type] as Codec<Encoding>
}

/** What bytes mean by a description, and the bytes themselves: nothing that an ECU sends is lost. */
export type DecodedValue =
  | { readonly fit: 'exact'; readonly value: Json; readonly raw: Uint8Array }
  /** More bytes than described: the value is that of the first ones. */
  | { readonly fit: 'longer'; readonly value: Json; readonly raw: Uint8Array; readonly problem: string }
  /** Too few bytes, or bytes that have no meaning. */
  | { readonly fit: 'none'; readonly raw: Uint8Array; readonly problem: string }

/** Reads a physical value. Never throws: an ECU may send other bytes than its description says. */
export function decodeValue(encoding: Encoding, raw: Uint8Array): DecodedValue {
  const from = new ByteReader(raw, encoding.name ?? encoding.type)
  try {
    const value = inner.read(from, encoding)
    if (from.remaining === 0) return { fit: 'exact', value, raw }
    return { fit: 'longer', value, raw, problem: `${from.remaining} byte(s) more than the ${from.offset} described` }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { fit: 'none', raw, problem: messageOf(error) }
  }
}

/**
 * Writes a physical value; numbers are rounded to the nearest that can be told apart.
 * @throws EncodingError when it has no bytes, naming the part that is wrong
 */
export function encodeValue(encoding: Encoding, value: unknown): Uint8Array {
  const to = new ByteWriter()
  inner.write(to, encoding, value, '')
  return to.finish().slice()
}

/** Bytes that values take; undefined where they differ in length. */
export function sizeOf(encoding: Encoding): number | undefined {
  return inner.size(encoding)
}
