const NEWLINE = 0x0a
const NUL = 0x00
const SPACE = 0x20
const MAX_DIGITS = 6

/** A stream that cannot be cut into messages any further. */
export class FrameError extends Error {}

/**
 * Cuts a stream into messages of syslog, each with its length before it or with a newline or NUL after it
 * [RFC 6587 3.4]. Keeps no more than one message that is not complete.
 */
export class FrameSplitter {
  readonly #maxBytes: number
  #rest = Buffer.alloc(0)
  /** The message that the stream is in is too long, and left out up to its end. */
  #skipping = false
  /** Messages that were left out. */
  skipped = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /**
   * The messages that end in this chunk.
   * @throws FrameError for a length that is none
   */
  *push(chunk: Buffer): Generator<Buffer> {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (let frame = this.#first(bytes); frame; frame = this.#first(bytes)) {
      bytes = bytes.subarray(frame.end)
      if (frame.message && frame.message.length > 0) yield frame.message
    }
    this.#rest = Buffer.from(bytes)
  }

  /** The message that the stream ended in, if it did end in one. */
  end(): Buffer | undefined {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    const isCounted = rest.length > 0 && isDigit(rest[0])
    return rest.length > 0 && !this.#skipping && !isCounted ? rest : undefined
  }

  #first(bytes: Buffer): { readonly message?: Buffer; readonly end: number } | undefined {
    if (bytes.length === 0) return undefined
    return !this.#skipping && isDigit(bytes[0]) ? this.#counted(bytes) : this.#terminated(bytes)
  }

  #counted(bytes: Buffer) {
    const space = bytes.subarray(0, MAX_DIGITS + 1).indexOf(SPACE)
    const digits = bytes.toString('latin1', 0, space < 0 ? Math.min(bytes.length, MAX_DIGITS + 1) : space)
    if (!/^[1-9]\d*$/.test(digits) || digits.length > MAX_DIGITS || Number(digits) > this.#maxBytes) {
      throw new FrameError(`expected the length of a message, at most ${this.#maxBytes}, got ${JSON.stringify(digits)}`)
    }
    if (space < 0) return undefined
    const end = space + 1 + Number(digits)
    return bytes.length < end ? undefined : { message: bytes.subarray(space + 1, end), end }
  }

  #terminated(bytes: Buffer) {
    const newline = bytes.indexOf(NEWLINE)
    const nul = (newline < 0 ? bytes : bytes.subarray(0, newline)).indexOf(NUL)
    const length = nul < 0 ? newline : nul
    if (length >= 0) {
      const isTooLong = this.#skipping || length > this.#maxBytes
      this.#skipping = false
      if (!isTooLong) return { message: bytes.subarray(0, length), end: length + 1 }
      this.skipped++
      return { end: length + 1 }
    }
    if (!this.#skipping && bytes.length <= this.#maxBytes) return undefined
    this.#skipping = true
    return { end: bytes.length }
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x31 && byte <= 0x39
}
