const utf8 = new TextEncoder()

/** Typed arrays of more bytes live outside the heap of the engine, which costs more than copying what fits. */
const MAX_HEAP_BYTES = 64

/** Appends to a growing buffer. A value that does not fit its field throws `RangeError`. */
export class ByteWriter {
  readonly #littleEndian: boolean
  #buffer: Uint8Array
  #length = 0

  constructor(littleEndian = false, capacity = MAX_HEAP_BYTES) {
    this.#littleEndian = littleEndian
    this.#buffer = new Uint8Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  u8(value: number): this {
    check(value, 0, 0xff)
    const at = this.#reserve(1)
    this.#buffer[at] = value
    return this
  }

  u16(value: number): this {
    check(value, 0, 0xffff)
    return this.#put(value, 2)
  }

  u24(value: number): this {
    check(value, 0, 0xffffff)
    return this.#put(value, 3)
  }

  u32(value: number): this {
    check(value, 0, 0xffffffff)
    return this.#put(value, 4)
  }

  u64(value: bigint): this {
    if (value < 0n || value > 0xffffffffffffffffn) throw new RangeError(`${value} does not fit in 8 byte(s)`)
    return this.#put64(value)
  }

  i8(value: number): this {
    check(value, -0x80, 0x7f)
    return this.#put(value, 1)
  }

  i16(value: number): this {
    check(value, -0x8000, 0x7fff)
    return this.#put(value, 2)
  }

  i32(value: number): this {
    check(value, -0x80000000, 0x7fffffff)
    return this.#put(value, 4)
  }

  i64(value: bigint): this {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} does not fit in 8 signed byte(s)`)
    return this.#put64(BigInt.asUintN(64, value))
  }

  f32(value: number): this {
    const at = this.#reserve(4)
    this.#view().setFloat32(at, value, this.#littleEndian)
    return this
  }

  f64(value: number): this {
    const at = this.#reserve(8)
    this.#view().setFloat64(at, value, this.#littleEndian)
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

  /** What was written so far. Further writing may or may not show in it. */
  finish(): Uint8Array {
    return this.#length <= MAX_HEAP_BYTES ? this.#buffer.slice(0, this.#length) : this.#buffer.subarray(0, this.#length)
  }

  /** Writes over 4 bytes that are there already, a length for instance that was not known before. */
  overwriteU32(at: number, value: number): this {
    check(value, 0, 0xffffffff)
    if (at + 4 > this.#length) throw new RangeError(`4 byte(s) at ${at} are not among the ${this.#length} written`)
    this.#putAt(at, value, 4)
    return this
  }

  #put(value: number, size: number): this {
    this.#putAt(this.#reserve(size), value, size)
    return this
  }

  /** An array keeps the last 8 bits of what is put into it. */
  #putAt(at: number, value: number, size: number): void {
    if (this.#littleEndian) for (let index = 0; index < size; index++) this.#buffer[at + index] = value >> (8 * index)
    else for (let index = 0; index < size; index++) this.#buffer[at + index] = value >> (8 * (size - 1 - index))
  }

  #put64(value: bigint): this {
    const [high, low] = [Number(value >> 32n), Number(value & 0xffffffffn)]
    return this.#littleEndian ? this.#put(low, 4).#put(high, 4) : this.#put(high, 4).#put(low, 4)
  }

  /** Made only where needed: it moves the buffer out of the heap. */
  #view(): DataView {
    return new DataView(this.#buffer.buffer)
  }

  #reserve(size: number): number {
    const at = this.#length
    this.#length += size
    if (this.#length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length))
      grown.set(this.#buffer.subarray(0, at))
      this.#buffer = grown
    }
    return at
  }
}

function check(value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${value} is not an integer from ${min} to ${max}`)
  }
}
