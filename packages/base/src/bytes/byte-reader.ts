import { DecodeError } from './decode-error.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bounds-checked cursor over bytes it does not own. Never returns short data: it throws `DecodeError`. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #layer: string
  readonly #littleEndian: boolean
  #offset = 0

  /** @param layer what is being read; error messages begin with it */
  constructor(bytes: Uint8Array, layer: string, littleEndian = false) {
    this.#bytes = bytes
    this.#layer = layer
    this.#littleEndian = littleEndian
  }

  get offset(): number {
    return this.#offset
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  u8(): number {
    return this.#bytes[this.#take(1)] ?? 0
  }

  u16(): number {
    return this.#uint(2)
  }

  u24(): number {
    return this.#uint(3)
  }

  u32(): number {
    return this.#uint(4)
  }

  u64(): bigint {
    const [first, second] = [BigInt(this.#uint(4, 8)), BigInt(this.#uint(4))]
    return this.#littleEndian ? (second << 32n) | first : (first << 32n) | second
  }

  i8(): number {
    return (this.u8() << 24) >> 24
  }

  i16(): number {
    return (this.u16() << 16) >> 16
  }

  i32(): number {
    return this.u32() | 0
  }

  i64(): bigint {
    return BigInt.asIntN(64, this.u64())
  }

  f32(): number {
    return this.#view(4).getFloat32(0, this.#littleEndian)
  }

  f64(): number {
    return this.#view(8).getFloat64(0, this.#littleEndian)
  }

  /** A view of the next `length` bytes, or of all that remain. It shares memory with the input. */
  bytes(length = this.remaining): Uint8Array {
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  /** @throws DecodeError also when the bytes are not UTF-8 */
  utf8(length = this.remaining): string {
    const bytes = this.bytes(length)
    try {
      return utf8.decode(bytes)
    } catch {
      throw new DecodeError(this.#layer, 'the text is not valid UTF-8')
    }
  }

  /** @throws DecodeError unless everything was read */
  end(): void {
    if (this.remaining > 0) throw new DecodeError(this.#layer, `${this.remaining} byte(s) too many`)
  }

  /** @param needed bytes that have to be there, `size` of which are read */
  #uint(size: number, needed = size): number {
    const at = this.#take(size, needed)
    let value = 0
    for (let index = 0; index < size; index++) {
      value = value * 0x100 + (this.#bytes[this.#littleEndian ? at + size - 1 - index : at + index] ?? 0)
    }
    return value
  }

  #view(size: number): DataView {
    const at = this.#take(size)
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, size)
  }

  #take(size: number, needed = size): number {
    if (needed > this.remaining) {
      throw new DecodeError(
        this.#layer,
        `${needed} byte(s) needed at offset ${this.#offset}, ${this.remaining} available`,
      )
    }
    const at = this.#offset
    this.#offset += size
    return at
  }
}
