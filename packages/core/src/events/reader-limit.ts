import { SovdError } from '@opensovd/sovd'

/** When it is worth trying again. */
const RETRY_SECONDS = 5

/** How many readers of events there may be, of all streams together. */
export class ReaderLimit {
  readonly #max: number
  #count = 0

  constructor(max: number) {
    this.#max = max
  }

  get count(): number {
    return this.#count
  }

  /** @throws SovdError `unavailable` when there are too many */
  enter(): void {
    if (this.#count >= this.#max) {
      const message = `there are ${this.#count} readers of events already`
      throw new SovdError('unavailable', message, { retryAfterSeconds: RETRY_SECONDS })
    }
    this.#count++
  }

  leave(): void {
    this.#count--
  }
}
