import { DecodeError } from '@opensovd/base/bytes'
import { type ByteOrder, type FieldBits, formatPath, type PathStep, type PayloadOptions } from './byte-order.ts'

/**
 * Bounds-checked cursor over a payload that knows which member is being read, so that errors name it, and how far the
 * innermost length field reaches. Every method that reads throws `DecodeError` rather than return short data.
 */
export class PayloadReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #name: string
  readonly #lengthLittleEndian: boolean
  readonly #path: PathStep[] = []
  #littleEndian: boolean
  #at = 0
  #end: number

  constructor(bytes: Uint8Array, options: PayloadOptions = {}) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#name = options.name ?? 'payload'
    this.#littleEndian = options.byteOrder === 'little'
    this.#lengthLittleEndian = options.lengthByteOrder === 'little'
    this.#end = bytes.length
  }

  /** Bytes left in the innermost region. */
  get remaining(): number {
    return this.#end - this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), this.#littleEndian)
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), this.#littleEndian)
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), this.#littleEndian)
  }

  i8(): number {
    return this.#view.getInt8(this.#take(1))
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2), this.#littleEndian)
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), this.#littleEndian)
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), this.#littleEndian)
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), this.#littleEndian)
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), this.#littleEndian)
  }

  /** The next `length` bytes; they share memory with the payload. */
  bytes(length = this.remaining): Uint8Array {
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  /** A length or type field. */
  field(bits: FieldBits): number {
    if (bits === 8) return this.u8()
    if (bits === 16) return this.#view.getUint16(this.#take(2), this.#lengthLittleEndian)
    return this.#view.getUint32(this.#take(4), this.#lengthLittleEndian)
  }

  /** A tag of TLV: always in network byte order, because the standard defines it bit by bit. */
  tag(): number {
    return this.#view.getUint16(this.#take(2))
  }

  /** Reads within the next `length` bytes and skips those that were not read. */
  region<T>(length: number, read: () => T): T {
    const end = this.#take(length) + length
    this.#at = end - length
    const outerEnd = this.#end
    this.#end = end
    const value = read()
    this.#at = end
    this.#end = outerEnd
    return value
  }

  /** Reads one member or element; errors inside name it. */
  at<T>(step: PathStep, read: () => T): T {
    this.#path.push(step)
    const value = read()
    this.#path.pop()
    return value
  }

  inByteOrder<T>(order: ByteOrder, read: () => T): T {
    const outer = this.#littleEndian
    this.#littleEndian = order === 'little'
    const value = read()
    this.#littleEndian = outer
    return value
  }

  /** @throws DecodeError always, naming the member being read */
  fail(problem: string): never {
    throw new DecodeError(formatPath(this.#name, this.#path), problem)
  }

  #take(size: number): number {
    if (size > this.remaining) {
      this.fail(`${size} byte(s) needed at offset ${this.#at}, ${this.remaining} available`)
    }
    const at = this.#at
    this.#at += size
    return at
  }
}
