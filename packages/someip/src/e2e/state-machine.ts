import { EncodeError } from '../wire/encode-error.ts'
import type { E2eStatus } from './checker.ts'

/** What the messages of the last cycles together say of a communication. */
export type E2eState = 'NO_DATA' | 'INIT' | 'VALID' | 'INVALID'

/** What one cycle of the receiver found: the status of the message that came, or that none did. */
export type E2eCycleStatus = E2eStatus | 'NO_NEW_DATA'

/** When a state is left for, or kept as, `VALID`, by the statuses of the last cycles. */
export interface E2eWindow {
  /** How many cycles count; at least 1. */
  readonly cycles: number
  /** How many of them must be OK at least. */
  readonly minOk: number
  /** How many of them may be errors at most. */
  readonly maxErrors: number
}

export interface E2eStateMachineOptions {
  readonly init: E2eWindow
  readonly valid: E2eWindow
  readonly invalid: E2eWindow
  /** Forget the past cycles when the state becomes `INVALID`. Default: false. */
  readonly clearsToInvalid?: boolean
}

/** Windows are counted with 8 bits. */
const MAX_CYCLES = 255

/**
 * The state machine of the AUTOSAR E2E protocol. `NO_DATA` ends with the first message that is no error. `INIT` becomes
 * `VALID` when its window is good, `INVALID` when it has too many errors; `VALID` becomes `INVALID` when its window is not
 * good, and back. Lost messages count as OK as long as the checker says so; repeated and wrongly ordered ones and cycles
 * without a message count for nothing.
 */
export class E2eStateMachine {
  readonly #options: E2eStateMachineOptions
  readonly #maxCycles: number
  /** The last cycles, the oldest first. Bounded by the largest window. */
  #past: E2eCycleStatus[] = []
  #state: E2eState = 'NO_DATA'

  /** @throws EncodeError when a window cannot be */
  constructor(options: E2eStateMachineOptions) {
    for (const name of ['init', 'valid', 'invalid'] as const) checkWindow(name, options[name])
    this.#options = options
    this.#maxCycles = Math.max(options.init.cycles, options.valid.cycles, options.invalid.cycles)
  }

  get state(): E2eState {
    return this.#state
  }

  /** Takes what a cycle found, and returns the state that follows. */
  check(status: E2eCycleStatus): E2eState {
    this.#past.push(status)
    if (this.#past.length > this.#maxCycles) this.#past.shift()
    const next = this.#next(status)
    if (next === 'INVALID' && this.#state !== 'INVALID' && this.#options.clearsToInvalid) this.#past = []
    this.#state = next
    return next
  }

  #next(status: E2eCycleStatus): E2eState {
    const { init, valid, invalid } = this.#options
    switch (this.#state) {
      case 'NO_DATA':
        return isError(status) || status === 'NO_NEW_DATA' ? 'NO_DATA' : 'INIT'
      case 'INIT':
        if (this.#errorsIn(init) > init.maxErrors) return 'INVALID'
        return this.#isGood(init) ? 'VALID' : 'INIT'
      case 'VALID':
        return this.#isGood(valid) ? 'VALID' : 'INVALID'
      case 'INVALID':
        return this.#isGood(invalid) ? 'VALID' : 'INVALID'
    }
  }

  #isGood(window: E2eWindow): boolean {
    const ok = this.#past.slice(-window.cycles).filter((status) => status === 'OK' || status === 'OK_SOME_LOST').length
    return ok >= window.minOk && this.#errorsIn(window) <= window.maxErrors
  }

  #errorsIn({ cycles }: E2eWindow): number {
    return this.#past.slice(-cycles).filter(isError).length
  }
}

function isError(status: E2eCycleStatus): boolean {
  return status === 'ERROR' || status === 'WRONG_CRC'
}

function checkWindow(name: string, { cycles, minOk, maxErrors }: E2eWindow): void {
  const isCount = (value: number, least: number) => Number.isInteger(value) && value >= least && value <= cycles
  if (!Number.isInteger(cycles) || cycles < 1 || cycles > MAX_CYCLES) {
    throw new EncodeError(`E2E window ${name}`, `${cycles} cycle(s), 1 to ${MAX_CYCLES} expected`)
  }
  if (!isCount(minOk, 0)) throw new EncodeError(`E2E window ${name}`, `minOk ${minOk}, 0 to ${cycles} expected`)
  if (!isCount(maxErrors, 0)) {
    throw new EncodeError(`E2E window ${name}`, `maxErrors ${maxErrors}, 0 to ${cycles} expected`)
  }
}
