import { ByteReader } from '@opensovd/base/bytes'
import { type DoipHeader, HEADER_LENGTH, readHeader } from './header.ts'

/** A payload longer than the limit is skipped, not kept: `oversized` then stands in its place. */
export type DoipFrame = DoipHeader & ({ readonly payload: Uint8Array } | { readonly oversized: true })

/** Reserved at once for a payload that is announced; a block of most ECUs, and more than most messages. */
const FIRST_BUFFER_LENGTH = 0x10010

/**
 * Cuts a byte stream into DoIP frames, wherever the network cut it. It never holds more than 64 KiB or twice the bytes
 * it was given, nor more than `maxPayloadLength`, whatever a length field claims.
 */
export class DoipFramer {
  readonly #maxPayloadLength: number
  readonly #headerBytes = new Uint8Array(HEADER_LENGTH)
  #headerFilled = 0
  #header: DoipHeader | undefined
  #payload: Uint8Array = new Uint8Array(0)
  #filled = 0
  #spare: Uint8Array | undefined
  #toSkip = 0

  constructor(maxPayloadLength: number) {
    this.#maxPayloadLength = maxPayloadLength
  }

  /**
   * Yields the frames that `chunk` completes; payloads may share memory with it. Read it to the end.
   * @throws DoipHeaderError for a broken header, after the frames before it. The stream is then of no more use.
   */
  *push(chunk: Uint8Array): Generator<DoipFrame, void> {
    let rest = chunk
    while (rest.length > 0) {
      if (this.#toSkip > 0) {
        const skipped = Math.min(this.#toSkip, rest.length)
        this.#toSkip -= skipped
        rest = rest.subarray(skipped)
        continue
      }
      if (!this.#header) {
        rest = this.#takeHeader(rest)
        if (!this.#header) return
      }
      const header = this.#header
      if (header.payloadLength > this.#maxPayloadLength) {
        this.#header = undefined
        this.#toSkip = header.payloadLength
        yield { ...header, oversized: true }
        continue
      }
      const taken = Math.min(header.payloadLength - this.#filled, rest.length)
      const payload = this.#takePayload(rest.subarray(0, taken), header.payloadLength)
      rest = rest.subarray(taken)
      if (payload) {
        this.#header = undefined
        yield { ...header, payload }
      }
    }
  }

  /** Gives a payload back whose bytes nobody needs any longer: the next one of its length takes its place. */
  recycle(payload: Uint8Array): void {
    const isWhole = payload.byteLength === payload.buffer.byteLength
    if (isWhole && payload.length <= FIRST_BUFFER_LENGTH) this.#spare = payload
  }

  /** Returns what follows the header, or nothing while some of it is missing. */
  #takeHeader(chunk: Uint8Array): Uint8Array {
    if (this.#headerFilled === 0 && chunk.length >= HEADER_LENGTH) {
      this.#header = readHeader(new ByteReader(chunk, 'DoIP header'))
      return chunk.subarray(HEADER_LENGTH)
    }
    const part = chunk.subarray(0, HEADER_LENGTH - this.#headerFilled)
    this.#headerBytes.set(part, this.#headerFilled)
    this.#headerFilled += part.length
    if (this.#headerFilled === HEADER_LENGTH) {
      this.#headerFilled = 0
      this.#header = readHeader(new ByteReader(this.#headerBytes, 'DoIP header'))
    }
    return chunk.subarray(part.length)
  }

  /** Returns the payload once `part` completes it; without a copy when `part` is all of it. */
  #takePayload(part: Uint8Array, payloadLength: number): Uint8Array | undefined {
    if (part.length === payloadLength) return part
    const needed = this.#filled + part.length
    if (this.#filled === 0 && this.#spare?.length === payloadLength) {
      this.#payload = this.#spare
      this.#spare = undefined
    } else if (needed > this.#payload.length) {
      const doubled = Math.max(FIRST_BUFFER_LENGTH, needed * 2)
      const grown = new Uint8Array(Math.min(payloadLength, doubled))
      grown.set(this.#payload.subarray(0, this.#filled))
      this.#payload = grown
    }
    this.#payload.set(part, this.#filled)
    this.#filled = needed
    if (needed < payloadLength) return undefined
    const payload = this.#payload
    this.#payload = new Uint8Array(0)
    this.#filled = 0
    return payload
  }
}
