import { type ByteReader, DecodeError, fromHex, toHex } from '@opensovd/base/bytes'
import type { BcdEncoding, BytesEncoding, TextEncoding } from '../description/schema/encoding.ts'
import { type Codec, EncodingError, shown } from './codec.ts'

interface Charset {
  readonly decode: (bytes: Uint8Array) => string
  /** Undefined when a character has no byte. */
  readonly encode: (text: string) => Uint8Array | undefined
}

const CHARSETS: Readonly<Record<TextEncoding['charset'], Charset>> = {
  ascii: { decode: (bytes) => decodeSingle(bytes, 0x7f), encode: (text) => encodeSingle(text, 0x7f) },
  latin1: { decode: (bytes) => decodeSingle(bytes, 0xff), encode: (text) => encodeSingle(text, 0xff) },
  utf8: { decode: decodeUtf8, encode: (text) => new TextEncoder().encode(text) },
}

/** Padding at the end is no part of the text. */
export const text: Codec<TextEncoding> = {
  read: (from, { charset, length, padding }) => {
    const bytes = from.bytes(length)
    let end = bytes.length
    while (length !== undefined && end > 0 && bytes[end - 1] === padding) end--
    return CHARSETS[charset].decode(bytes.subarray(0, end))
  },
  write: (to, { charset, length, padding }, value, _inner, path) => {
    if (typeof value !== 'string') throw new EncodingError(path, `expected a text, got ${shown(value)}`)
    const bytes = CHARSETS[charset].encode(value)
    if (!bytes) throw new EncodingError(path, `${shown(value)} has characters that are not ${charset}`)
    if (length !== undefined && bytes.length > length) {
      throw new EncodingError(path, `${bytes.length} byte(s) given, ${length} available`)
    }
    to.bytes(bytes).bytes(new Uint8Array((length ?? bytes.length) - bytes.length).fill(padding))
  },
  size: ({ length }) => length,
}

const DIGITS = /^\d*$/

export const bcd: Codec<BcdEncoding> = {
  read: (from, { digits }) => {
    const nibbles = toHex(from.bytes(Math.ceil(digits / 2)))
    if (!DIGITS.test(nibbles)) throw new DecodeError('BCD', `0x${nibbles} has nibbles that are no digits`)
    return nibbles.slice(nibbles.length - digits)
  },
  write: (to, { digits }, value, _inner, path) => {
    if (typeof value !== 'string' || !DIGITS.test(value) || value.length > digits) {
      throw new EncodingError(path, `expected a text of at most ${digits} digits, got ${shown(value)}`)
    }
    to.bytes(fromHex(value.padStart(2 * Math.ceil(digits / 2), '0')))
  },
  size: ({ digits }) => Math.ceil(digits / 2),
}

export const bytes: Codec<BytesEncoding> = {
  read: (from: ByteReader, { length }) => toHex(from.bytes(length)),
  write: (to, { length }, value, _inner, path) => {
    if (typeof value !== 'string' || !/^([0-9a-f]{2})*$/i.test(value)) {
      throw new EncodingError(path, `expected bytes as hex digits, got ${shown(value)}`)
    }
    const given = fromHex(value)
    if (length !== undefined && given.length !== length) {
      throw new EncodingError(path, `expected ${length} byte(s), got ${given.length}`)
    }
    to.bytes(given)
  },
  size: ({ length }) => length,
}

function decodeSingle(from: Uint8Array, highest: number): string {
  const wrong = from.find((byte) => byte > highest)
  if (wrong !== undefined) throw new DecodeError('text', `0x${wrong.toString(16)} is no character`)
  return String.fromCharCode(...from)
}

function encodeSingle(value: string, highest: number): Uint8Array | undefined {
  const codes = Array.from(value, (character) => character.codePointAt(0) ?? 0)
  return codes.every((code) => code <= highest) ? Uint8Array.from(codes) : undefined
}

function decodeUtf8(from: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(from)
  } catch {
    throw new DecodeError('text', 'the bytes are not UTF-8')
  }
}
