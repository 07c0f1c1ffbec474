import { EncodeError } from '../wire/encode-error.ts'
import { computeChecksum, writeChecksum } from './checksum.ts'
import { writeField } from './field.ts'
import type { E2eLayout } from './layout.ts'

/** Protects the messages of one event or method of one service instance; holds its counter. */
export class E2eProtector {
  readonly #layout: E2eLayout
  #counter: number

  constructor(layout: E2eLayout) {
    this.#layout = layout
    this.#counter = layout.counter?.first ?? 0
  }

  /**
   * Writes the E2E fields into `area`, in place, and counts.
   * @throws EncodeError, and changes nothing, when the area is too short or too long for the profile
   */
  protect(area: Uint8Array): void {
    const { profile, counter, length, dataId, minBytes, maxBytes } = this.#layout
    if (area.length < minBytes || area.length > maxBytes) {
      const allowed = maxBytes === Number.POSITIVE_INFINITY ? `at least ${minBytes}` : `${minBytes} to ${maxBytes}`
      throw new EncodeError(`E2E ${profile}`, `${allowed} byte(s) to protect needed, not ${area.length}`)
    }
    if (length !== undefined) writeField(area, length, area.length)
    if (dataId !== undefined) writeField(area, dataId.field, dataId.value)
    if (counter !== undefined) writeField(area, counter.field, this.#counter)
    writeChecksum(this.#layout, area, computeChecksum(this.#layout, area, this.#counter))
    if (counter !== undefined) this.#counter = (this.#counter + 1) % counter.modulus
  }
}
