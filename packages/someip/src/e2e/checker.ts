import { checksumMatches, computeChecksum } from './checksum.ts'
import { readField } from './field.ts'
import type { E2eLayout } from './layout.ts'

/**
 * What a check found. `ERROR`: the length, the Data ID or the counter value is impossible, or the area is too short to
 * tell. A checker does not drop messages: the status travels with them.
 */
export type E2eStatus = 'OK' | 'OK_SOME_LOST' | 'REPEATED' | 'WRONG_SEQUENCE' | 'WRONG_CRC' | 'ERROR'

/** The three results a vsomeip application knows. */
export const E2E_CHECK_RESULT = { OK: 0, WRONG_CRC: 1, ERROR: 2 } as const

/** Which of the three results of vsomeip a status is. */
export function checkResultOf(status: E2eStatus): number {
  if (status === 'OK' || status === 'OK_SOME_LOST') return E2E_CHECK_RESULT.OK
  return status === 'WRONG_CRC' ? E2E_CHECK_RESULT.WRONG_CRC : E2E_CHECK_RESULT.ERROR
}

/** Checks the messages of one event or method of one service instance; remembers the last counter. */
export class E2eChecker {
  readonly #layout: E2eLayout
  #lastCounter: number | undefined

  constructor(layout: E2eLayout) {
    this.#layout = layout
  }

  /** Checks a received area. The first counter received is always in sequence. */
  check(area: Uint8Array): E2eStatus {
    const { counter, length, dataId, minBytes, maxBytes } = this.#layout
    if (area.length < minBytes || area.length > maxBytes) return 'ERROR'
    const received = counter === undefined ? 0 : readField(area, counter.field)
    if (!checksumMatches(this.#layout, area, computeChecksum(this.#layout, area, received))) return 'WRONG_CRC'
    if (length !== undefined && readField(area, length) !== area.length) return 'ERROR'
    if (dataId !== undefined && readField(area, dataId.field) !== dataId.value) return 'ERROR'
    if (counter === undefined) return 'OK'
    if (received >= counter.modulus) return 'ERROR'
    const step =
      this.#lastCounter === undefined ? 1 : (received - this.#lastCounter + counter.modulus) % counter.modulus
    this.#lastCounter = received
    return counter.maxDelta === undefined ? 'OK' : statusOf(step, counter.maxDelta)
  }
}

function statusOf(step: number, maxDelta: number): E2eStatus {
  if (step === 0) return 'REPEATED'
  if (step > maxDelta) return 'WRONG_SEQUENCE'
  return step === 1 ? 'OK' : 'OK_SOME_LOST'
}
