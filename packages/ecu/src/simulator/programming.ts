import { ByteReader, DecodeError } from '@opensovd/base/bytes'
import { type MemoryRange, NRC, ServiceRefusal } from '@opensovd/uds'
import type { FlashDescription } from '../description/schema/ecu.ts'
import { crc32 } from './crc32.ts'
import type { MemoryMap } from './memory-map.ts'

type Range = Pick<MemoryRange, 'address' | 'size'>

/** What the routines of the flash recipe do to the memory. */
export class Programming {
  readonly #flash: FlashDescription | undefined
  readonly #memory: MemoryMap
  #last: Range | undefined
  #isVerified = true

  constructor(flash: FlashDescription | undefined, memory: MemoryMap) {
    this.#flash = flash
    this.#memory = memory
  }

  /** A download has ended. */
  downloaded(range: Range): void {
    this.#last = range
    this.#isVerified = this.#flash?.checksum !== 'crc32'
  }

  /**
   * Judges the request of a routine before it takes its time.
   * @throws ServiceRefusal
   */
  check(routineId: string, request: Uint8Array): void {
    if (routineId === this.#flash?.erase) this.#rangesToErase(request)
  }

  /** The response of a routine that the recipe gives a meaning; undefined for others. */
  run(routineId: string, request: Uint8Array): Uint8Array | undefined {
    switch (routineId) {
      case this.#flash?.erase:
        for (const { address, size } of this.#rangesToErase(request)) this.#memory.erase(address, size)
        this.#isVerified = false
        return undefined
      case this.#flash?.verify:
        if (this.#flash?.checksum !== 'crc32') return undefined
        this.#isVerified = this.#hasChecksum(request)
        return Uint8Array.of(this.#isVerified ? 0 : 1)
      case this.#flash?.dependencies:
        return Uint8Array.of(this.#isVerified ? 0 : 1)
      default:
        return undefined
    }
  }

  /** The request is empty for all flash, or an addressAndLengthFormatIdentifier, address and size. */
  #rangesToErase(request: Uint8Array): readonly Range[] {
    if (request.length === 0) return this.#memory.flash
    const range = readRange(request)
    if (!this.#memory.region(range, 'download').description.flash) throw new ServiceRefusal(NRC.requestOutOfRange)
    return [range]
  }

  /** The checksum is big-endian, and that of the last download. */
  #hasChecksum(request: Uint8Array): boolean {
    if (!this.#last) return false
    const expected = crc32(this.#memory.read(this.#last.address, this.#last.size))
    return request.length === 4 && new ByteReader(request, 'checksum').u32() === expected
  }
}

function readRange(request: Uint8Array): Range {
  const from = new ByteReader(request, 'memory range')
  try {
    const format = from.u8()
    const range = { address: readUint(from, format & 0x0f), size: readUint(from, format >> 4) }
    from.end()
    return range
  } catch (error) {
    if (error instanceof DecodeError) throw new ServiceRefusal(NRC.incorrectMessageLengthOrInvalidFormat)
    throw error
  }
}

function readUint(from: ByteReader, length: number): number {
  let value = 0
  for (const byte of from.bytes(length)) value = value * 256 + byte
  return value
}
