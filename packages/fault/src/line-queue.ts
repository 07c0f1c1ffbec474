/** Lines to deliver, oldest first. Those that were sent stay until they are known to have arrived. */
export class LineQueue {
  readonly #maxLines: number
  #sent: string[] = []
  #waiting: string[] = []

  constructor(maxLines: number) {
    this.#maxLines = maxLines
  }

  /** Lines that have not arrived, as far as is known. */
  get length(): number {
    return this.#sent.length + this.#waiting.length
  }

  /** Lines that were sent and have not arrived. */
  get inFlight(): number {
    return this.#sent.length
  }

  /** Adds a line. When there are too many, the oldest that was not sent goes; returns whether one had to. */
  push(line: string): boolean {
    this.#waiting.push(line)
    if (this.length <= this.#maxLines) return false
    this.#waiting.shift()
    return true
  }

  /** Takes up to `count` lines to send them. */
  take(count: number): readonly string[] {
    const lines = this.#waiting.splice(0, count)
    this.#sent.push(...lines)
    return lines
  }

  /** The `count` lines that were sent first have arrived. */
  arrived(count: number): void {
    this.#sent.splice(0, count)
  }

  /** What was sent and has not arrived has to be sent again. */
  rewind(): void {
    this.#waiting = [...this.#sent, ...this.#waiting]
    this.#sent = []
  }
}
