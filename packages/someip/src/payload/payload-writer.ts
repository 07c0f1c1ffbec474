import { EncodeError } from '../wire/encode-error.ts'
import { type ByteOrder, type FieldBits, formatPath, type PathStep, type PayloadOptions } from './byte-order.ts'

const FIRST_CAPACITY = 256
/** Larger buffers are left to the garbage collector. */
const MAX_KEPT_BYTES = 4096

interface Memory {
  readonly bytes: Uint8Array
  readonly view: DataView
}

/** That of the writer before, for the next one: making it costs more than writing a small payload. */
let spare: Memory | undefined

function takeMemory(): Memory {
  const memory = spare ?? makeMemory(FIRST_CAPACITY)
  spare = undefined
  return memory
}

function makeMemory(size: number): Memory {
  const bytes = new Uint8Array(size)
  return { bytes, view: new DataView(bytes.buffer) }
}

/**
 * Appends to a growing payload and knows which member is being written. A value that does not fit throws `EncodeError`
 * naming that member; the writer is then of no further use.
 */
export class PayloadWriter {
  readonly #name: string
  readonly #lengthLittleEndian: boolean
  readonly #path: PathStep[] = []
  #littleEndian: boolean
  #memory = takeMemory()
  #buffer = this.#memory.bytes
  #view = this.#memory.view
  #length = 0

  constructor(options: PayloadOptions = {}) {
    this.#name = options.name ?? 'payload'
    this.#littleEndian = options.byteOrder === 'little'
    this.#lengthLittleEndian = options.lengthByteOrder === 'little'
  }

  get length(): number {
    return this.#length
  }

  unsigned(value: number, bytes: 1 | 2 | 4): void {
    this.#checkInteger(value, 0, 2 ** (8 * bytes) - 1)
    const at = this.#reserve(bytes)
    if (bytes === 1) this.#view.setUint8(at, value)
    else if (bytes === 2) this.#view.setUint16(at, value, this.#littleEndian)
    else this.#view.setUint32(at, value, this.#littleEndian)
  }

  signed(value: number, bytes: 1 | 2 | 4): void {
    const limit = 2 ** (8 * bytes - 1)
    this.#checkInteger(value, -limit, limit - 1)
    const at = this.#reserve(bytes)
    if (bytes === 1) this.#view.setInt8(at, value)
    else if (bytes === 2) this.#view.setInt16(at, value, this.#littleEndian)
    else this.#view.setInt32(at, value, this.#littleEndian)
  }

  u64(value: bigint): void {
    if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value) {
      this.fail(`${value} is not a bigint from 0 to 2^64-1`)
    }
    const at = this.#reserve(8)
    this.#view.setBigUint64(at, value, this.#littleEndian)
  }

  i64(value: bigint): void {
    if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) {
      this.fail(`${value} is not a bigint from -2^63 to 2^63-1`)
    }
    const at = this.#reserve(8)
    this.#view.setBigInt64(at, value, this.#littleEndian)
  }

  float(value: number, bytes: 4 | 8): void {
    if (typeof value !== 'number') this.fail(`${value} is not a number`)
    const at = this.#reserve(bytes)
    if (bytes === 4) this.#view.setFloat32(at, value, this.#littleEndian)
    else this.#view.setFloat64(at, value, this.#littleEndian)
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length)
    this.#buffer.set(value, at)
  }

  zeros(count: number): void {
    const at = this.#reserve(count)
    this.#buffer.fill(0, at, at + count)
  }

  /** A length or type field. */
  field(bits: FieldBits, value: number): void {
    this.#setField(this.#reserve(bits / 8), bits, value)
  }

  /** A tag of TLV: always in network byte order. */
  tag(value: number): void {
    const at = this.#reserve(2)
    this.#view.setUint16(at, value)
  }

  /** Puts a length field in front of what `write` writes. */
  delimit(bits: FieldBits, write: () => void): void {
    const at = this.#reserve(bits / 8)
    const start = this.#length
    write()
    const length = this.#length - start
    if (length >= 2 ** bits) this.fail(`${length} byte(s) do not fit a length field of ${bits} bits`)
    this.#setField(at, bits, length)
  }

  /** Takes back what `write` wrote and returns it. */
  capture(write: () => void): Uint8Array {
    const start = this.#length
    write()
    const captured = this.#buffer.slice(start, this.#length)
    this.#length = start
    return captured
  }

  /** Writes one member or element; errors inside name it. */
  at(step: PathStep, write: () => void): void {
    this.#path.push(step)
    write()
    this.#path.pop()
  }

  inByteOrder(order: ByteOrder, write: () => void): void {
    const outer = this.#littleEndian
    this.#littleEndian = order === 'little'
    write()
    this.#littleEndian = outer
  }

  /** @throws EncodeError always, naming the member being written */
  fail(problem: string): never {
    throw new EncodeError(formatPath(this.#name, this.#path), problem)
  }

  /** The payload. The writer must not be used afterwards. */
  finish(): Uint8Array {
    const payload = this.#buffer.slice(0, this.#length)
    if (this.#buffer.length <= MAX_KEPT_BYTES) spare = this.#memory
    return payload
  }

  #setField(at: number, bits: FieldBits, value: number): void {
    if (bits === 8) this.#view.setUint8(at, value)
    else if (bits === 16) this.#view.setUint16(at, value, this.#lengthLittleEndian)
    else this.#view.setUint32(at, value, this.#lengthLittleEndian)
  }

  #checkInteger(value: number, min: number, max: number): void {
    if (!Number.isInteger(value) || value < min || value > max) {
      this.fail(`${value} is not an integer from ${min} to ${max}`)
    }
  }

  #reserve(size: number): number {
    const at = this.#length
    this.#length += size
    if (this.#length > this.#buffer.length) {
      const grown = makeMemory(Math.max(this.#buffer.length * 2, this.#length))
      grown.bytes.set(this.#buffer.subarray(0, at))
      this.#memory = grown
      this.#buffer = grown.bytes
      this.#view = grown.view
    }
    return at
  }
}
