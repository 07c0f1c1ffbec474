import { DecodeError } from './decode-error.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bounds-checked cursor over bytes it does not own. Never returns short data: it throws `DecodeError`. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #layer: string
  readonly #littleEndian: boolean
  #offset = 0

  /** @param layer what is being read; error messages begin with it */
  constructor(bytes: Uint8Array, layer: string, littleEndian = false) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
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
    return this.#view.getUint8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), this.#littleEndian)
  }

  u24(): number {
    const at = this.#take(3)
    const [first, second, third] = [this.#view.getUint8(at), this.#view.getUint8(at + 1), this.#view.getUint8(at + 2)]
    return this.#littleEndian ? (third << 16) | (second << 8) | first : (first << 16) | (second << 8) | third
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

  #take(size: number): number {
    if (size > this.remaining) {
      throw new DecodeError(
        this.#layer,
        `${size} byte(s) needed at offset ${this.#offset}, ${this.remaining} available`,
      )
    }
    const at = this.#offset
    this.#offset += size
    return at
  }
}
