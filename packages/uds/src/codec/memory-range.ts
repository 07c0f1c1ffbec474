import { type ByteReader, type ByteWriter, DecodeError } from '@opensovd/base/bytes'
import type { Field } from './field.ts'

/** The layer of the error for a format with an empty address or size: ECUs answer it with requestOutOfRange. */
export const ALFID_LAYER = 'addressAndLengthFormatIdentifier'

/** A piece of an ECU's memory, with the number of bytes that address and size take on the wire. */
export interface MemoryRange {
  readonly address: number
  readonly size: number
  readonly addressBytes: number
  readonly sizeBytes: number
}

/**
 * @param alfid addressAndLengthFormatIdentifier: high nibble = bytes of the size, low nibble = bytes of the address
 * @throws RangeError when address or size do not fit the format
 */
export function memoryRange(address: number, size: number, alfid = 0x44): MemoryRange {
  const range = { address, size, addressBytes: alfid & 0x0f, sizeBytes: alfid >> 4 }
  checkFits('address', address, range.addressBytes)
  checkFits('size', size, range.sizeBytes)
  return range
}

/** The addressAndLengthFormatIdentifier, address and size that many requests carry. */
export const memory: Field<MemoryRange> = {
  read: (from) => {
    const { addressBytes, sizeBytes } = readAlfid(from)
    const address = readUint(from, addressBytes, 'memoryAddress')
    return { address, size: readUint(from, sizeBytes, 'memorySize'), addressBytes, sizeBytes }
  },
  write: (to, range) => {
    to.u8((range.sizeBytes << 4) | range.addressBytes)
    writeUint(to, range.address, range.addressBytes)
    writeUint(to, range.size, range.sizeBytes)
  },
}

/** Several ranges behind one addressAndLengthFormatIdentifier. All must have the same format. */
export const memoryList: Field<readonly MemoryRange[]> = {
  read: (from) => {
    const { addressBytes, sizeBytes } = readAlfid(from)
    const ranges: MemoryRange[] = []
    while (from.remaining > 0 || ranges.length === 0) {
      const address = readUint(from, addressBytes, 'memoryAddress')
      ranges.push({ address, size: readUint(from, sizeBytes, 'memorySize'), addressBytes, sizeBytes })
    }
    return ranges
  },
  write: (to, ranges) => {
    const [first] = ranges
    if (!first) throw new RangeError('at least one memory range is needed')
    to.u8((first.sizeBytes << 4) | first.addressBytes)
    for (const range of ranges) {
      if (range.addressBytes !== first.addressBytes || range.sizeBytes !== first.sizeBytes) {
        throw new RangeError('memory ranges of one request must have one address and length format')
      }
      writeUint(to, range.address, range.addressBytes)
      writeUint(to, range.size, range.sizeBytes)
    }
  },
}

/** Big-endian unsigned integer of `length` bytes. Numbers beyond 2^53 - 1 are refused. */
export function readUint(from: ByteReader, length: number, name: string): number {
  let value = 0
  for (const byte of from.bytes(length)) value = value * 256 + byte
  if (!Number.isSafeInteger(value)) throw new DecodeError(name, `${length} byte(s) hold more than 2^53 - 1`)
  return value
}

/** @throws RangeError when `value` does not fit in `length` bytes */
export function writeUint(to: ByteWriter, value: number, length: number): void {
  checkFits('value', value, length)
  for (let at = length - 1; at >= 0; at--) to.u8(Math.floor(value / 256 ** at) % 256)
}

function readAlfid(from: ByteReader): { addressBytes: number; sizeBytes: number } {
  const alfid = from.u8()
  const format = { addressBytes: alfid & 0x0f, sizeBytes: alfid >> 4 }
  if (format.addressBytes === 0 || format.sizeBytes === 0) {
    throw new DecodeError(ALFID_LAYER, `neither nibble may be 0 in 0x${alfid.toString(16)}`)
  }
  return format
}

function checkFits(name: string, value: number, length: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** length) {
    throw new RangeError(`${name} ${value} does not fit in ${length} byte(s)`)
  }
}
