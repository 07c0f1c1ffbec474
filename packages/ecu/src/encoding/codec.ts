import { AppError, type Json } from '@opensovd/base'
import type { ByteReader, ByteWriter } from '@opensovd/base/bytes'
import type { Encoding } from '../description/schema/encoding.ts'

/** A value that an encoding has no bytes for. */
export class EncodingError extends AppError<'ECU_ENCODING'> {
  /** The part of the value that is wrong, such as `cells[2].voltage`; empty for the value itself. */
  readonly path: string

  constructor(path: string, problem: string) {
    super('ECU_ENCODING', path === '' ? problem : `${path}: ${problem}`)
    this.path = path
  }
}

/** Reads and writes one kind of encoding. Values are physical: what people see, not what is on the wire. */
export interface Codec<E extends Encoding> {
  /** @throws DecodeError when the bytes are too few or mean nothing */
  read(from: ByteReader, encoding: E, inner: Inner): Json
  /** @throws EncodingError */
  write(to: ByteWriter, encoding: E, value: unknown, inner: Inner, path: string): void
  /** Bytes it takes; undefined when that depends on the value. */
  size(encoding: E, inner: Inner): number | undefined
}

/** The codec of whatever encoding, for encodings that contain others. */
export interface Inner {
  read(from: ByteReader, encoding: Encoding): Json
  write(to: ByteWriter, encoding: Encoding, value: unknown, path: string): void
  size(encoding: Encoding): number | undefined
}

/** A value for messages, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
