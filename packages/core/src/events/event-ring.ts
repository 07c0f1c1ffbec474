export interface RingLimits {
  readonly maxEvents: number
  /** The newest event is kept even if it alone is larger. */
  readonly maxBytes: number
}

/** The newest events of a stream, as they are sent, by their positions: 1, 2, 3, … */
export class EventRing {
  readonly #limits: RingLimits
  readonly #frames: Uint8Array[] = []
  /** Where in `#frames` the oldest is; what is before it was let go. */
  #head = 0
  #bytes = 0
  #last = 0
  #joined: { readonly from: number; readonly to: number; readonly bytes: Uint8Array } | undefined

  constructor(limits: RingLimits) {
    this.#limits = limits
  }

  /** Position of the oldest event that is kept; one more than `last` when none is. */
  get first(): number {
    return this.#last - this.#length + 1
  }

  /** Position of the newest event; 0 before there was any. */
  get last(): number {
    return this.#last
  }

  get bytes(): number {
    return this.#bytes
  }

  append(frame: Uint8Array): void {
    this.#frames.push(frame)
    this.#last++
    this.#bytes += frame.length
    const { maxEvents, maxBytes } = this.#limits
    while (this.#length > 1 && (this.#length > maxEvents || this.#bytes > maxBytes)) this.#dropOldest()
  }

  /**
   * The events from a position on, as many as there are but not much more than `maxBytes`, in one piece. Readers at the
   * same position get the same piece.
   */
  from(position: number, maxBytes: number): { readonly bytes: Uint8Array; readonly next: number } {
    let size = 0
    let to = position
    while (to <= this.#last && (size === 0 || size + this.#at(to).length <= maxBytes)) size += this.#at(to++).length
    if (to - position === 1) return { bytes: this.#at(position), next: to }
    if (this.#joined?.from !== position || this.#joined.to !== to) {
      this.#joined = { from: position, to, bytes: this.#join(position, to, size) }
    }
    return { bytes: this.#joined.bytes, next: to }
  }

  get #length(): number {
    return this.#frames.length - this.#head
  }

  #at(position: number): Uint8Array {
    const frame = this.#frames[this.#head + position - this.first]
    if (!frame) throw new RangeError(`there is no event ${position} between ${this.first} and ${this.#last}`)
    return frame
  }

  #join(from: number, to: number, size: number): Uint8Array {
    const bytes = new Uint8Array(size)
    let at = 0
    for (let position = from; position < to; position++) {
      const frame = this.#at(position)
      bytes.set(frame, at)
      at += frame.length
    }
    return bytes
  }

  #dropOldest(): void {
    this.#bytes -= this.#frames[this.#head]?.length ?? 0
    this.#head++
    // Moving the rest to the front costs little if it is done rarely.
    if (this.#head < 64 || this.#head < this.#frames.length / 2) return
    this.#frames.splice(0, this.#head)
    this.#head = 0
  }
}
