const utf8 = new TextEncoder()

/** Appends to a growing buffer. A value that does not fit its field throws `RangeError`. */
export class ByteWriter {
  readonly #littleEndian: boolean
  #buffer: Uint8Array
  #view: DataView
  #length = 0

  constructor(littleEndian = false, capacity = 64) {
    this.#littleEndian = littleEndian
    this.#buffer = new Uint8Array(capacity)
    this.#view = new DataView(this.#buffer.buffer)
  }

  get length(): number {
    return this.#length
  }

  u8(value: number): this {
    this.#check(value, 0, 0xff)
    const at = this.#reserve(1)
    this.#view.setUint8(at, value)
    return this
  }

  u16(value: number): this {
    this.#check(value, 0, 0xffff)
    const at = this.#reserve(2)
    this.#view.setUint16(at, value, this.#littleEndian)
    return this
  }

  u24(value: number): this {
    this.#check(value, 0, 0xffffff)
    const at = this.#reserve(3)
    this.#view.setUint8(this.#littleEndian ? at + 2 : at, value >>> 16)
    this.#view.setUint8(at + 1, (value >>> 8) & 0xff)
    this.#view.setUint8(this.#littleEndian ? at : at + 2, value & 0xff)
    return this
  }

  u32(value: number): this {
    this.#check(value, 0, 0xffffffff)
    const at = this.#reserve(4)
    this.#view.setUint32(at, value, this.#littleEndian)
    return this
  }

  u64(value: bigint): this {
    if (value < 0n || value > 0xffffffffffffffffn) throw new RangeError(`${value} does not fit in 8 byte(s)`)
    const at = this.#reserve(8)
    this.#view.setBigUint64(at, value, this.#littleEndian)
    return this
  }

  i8(value: number): this {
    this.#check(value, -0x80, 0x7f)
    const at = this.#reserve(1)
    this.#view.setInt8(at, value)
    return this
  }

  i16(value: number): this {
    this.#check(value, -0x8000, 0x7fff)
    const at = this.#reserve(2)
    this.#view.setInt16(at, value, this.#littleEndian)
    return this
  }

  i32(value: number): this {
    this.#check(value, -0x80000000, 0x7fffffff)
    const at = this.#reserve(4)
    this.#view.setInt32(at, value, this.#littleEndian)
    return this
  }

  i64(value: bigint): this {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} does not fit in 8 signed byte(s)`)
    const at = this.#reserve(8)
    this.#view.setBigInt64(at, value, this.#littleEndian)
    return this
  }

  f32(value: number): this {
    const at = this.#reserve(4)
    this.#view.setFloat32(at, value, this.#littleEndian)
    return this
  }

  f64(value: number): this {
    const at = this.#reserve(8)
    this.#view.setFloat64(at, value, this.#littleEndian)
    return this
  }

  bytes(value: Uint8Array): this {
    const at = this.#reserve(value.length)
    this.#buffer.set(value, at)
    return this
  }

  utf8(value: string): this {
    return this.bytes(utf8.encode(value))
  }

  /** What was written so far, as a view: further writing may or may not show in it. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }

  #check(value: number, min: number, max: number): void {
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new RangeError(`${value} is not an integer from ${min} to ${max}`)
    }
  }

  #reserve(size: number): number {
    const at = this.#length
    this.#length += size
    if (this.#length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length))
      grown.set(this.#buffer.subarray(0, at))
      this.#buffer = grown
      this.#view = new DataView(grown.buffer)
    }
    return at
  }
}
