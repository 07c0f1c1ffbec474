const NEWLINE = 0x0a

export interface Line {
  /** From 1, counting empty ones. */
  readonly number: number
  /** Without the newline, and valid until the next line is taken; `undefined` for a line longer than allowed. */
  readonly bytes: Buffer | undefined
}

/** Cuts a stream of bytes into lines and keeps no more than one of them. */
export class LineSplitter {
  readonly #maxBytes: number
  /** The beginning of a line whose end has not come yet. */
  #rest: Buffer | undefined
  #restBytes = 0
  #number = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The lines that end in this chunk; all of them have to be taken before the next push. */
  *push(chunk: Buffer): Generator<Line> {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield this.#finish(chunk.subarray(start, end))
      start = end + 1
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
  }

  /** The line that the stream ended in, if it did end in one. */
  end(): Line | undefined {
    return this.#restBytes > 0 ? this.#finish(Buffer.alloc(0)) : undefined
  }

  #keep(bytes: Buffer): void {
    this.#rest ??= Buffer.allocUnsafe(this.#maxBytes)
    bytes.copy(this.#rest, Math.min(this.#restBytes, this.#maxBytes))
    this.#restBytes += bytes.length
  }

  #finish(last: Buffer): Line {
    this.#number++
    if (this.#restBytes > 0 && last.length > 0) this.#keep(last)
    const size = this.#restBytes === 0 ? last.length : this.#restBytes
    const whole = this.#restBytes === 0 ? last : this.#rest?.subarray(0, size)
    this.#restBytes = 0
    return { number: this.#number, bytes: size > this.#maxBytes ? undefined : whole }
  }
}
