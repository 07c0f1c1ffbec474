import type { Clock } from '@opensovd/base'
import { NRC } from '../codec/nrc.ts'
import type { Access, ServiceHandler } from './handlers.ts'
import { ServiceRefusal } from './refusal.ts'
import type { ServerStateSnapshot } from './server-state.ts'

export interface SecurityLevel extends Access {
  /** Its odd number. */
  readonly level: number
  /** A new seed, not all zeros; `data` is the record that came with the request. */
  seed(data: Uint8Array): Uint8Array
  accepts(seed: Uint8Array, key: Uint8Array): boolean | Promise<boolean>
}

export interface SecurityAccessOptions {
  /** Wrong keys before the delay. */
  readonly maxAttempts: number
  readonly delayMs: number
}

/** SecurityAccess by the state machine of ISO 14229-1 annex I. */
export function securityAccessHandler(
  clock: Clock,
  levels: readonly SecurityLevel[],
  options: SecurityAccessOptions = { maxAttempts: 3, delayMs: 10_000 },
): ServiceHandler<'securityAccess'> {
  const locks = new Map(levels.map((row) => [row.level, new SecurityLock(clock, row, options)]))
  let given: GivenSeed | undefined
  return {
    subFunctions: Object.fromEntries(levels.flatMap((row) => [row.level, row.level + 1].map((type) => [type, row]))),
    handle: async ({ securityAccessType, data }, { state }) => {
      const lock = locks.get(securityAccessType) ?? locks.get(securityAccessType - 1)
      if (!lock) throw new ServiceRefusal(NRC.subFunctionNotSupported)
      const lastGiven = given
      given = undefined
      if (securityAccessType === lock.level) {
        const seed = lock.seed(data)
        if (state.current.securityLevel === lock.level) return { securityAccessType, seed: new Uint8Array(seed.length) }
        given = { level: lock.level, seed, state: state.current }
        return { securityAccessType, seed }
      }
      const isExpected = lastGiven?.level === lock.level && lastGiven.state === state.current
      if (!isExpected) throw new ServiceRefusal(NRC.requestSequenceError)
      await lock.open(lastGiven.seed, data)
      // The ECU was reset meanwhile.
      if (lastGiven.state !== state.current) throw new ServiceRefusal(NRC.requestSequenceError)
      state.unlock(lock.level)
      return { securityAccessType, seed: new Uint8Array(0) }
    },
  }
}

/** A seed opens only its level, only in the state it was given in, and only for the next request. */
interface GivenSeed {
  readonly level: number
  readonly seed: Uint8Array
  readonly state: ServerStateSnapshot
}

/** Counts the wrong keys of one level; the last one allowed starts the delay. */
class SecurityLock {
  readonly #clock: Clock
  readonly #row: SecurityLevel
  readonly #options: SecurityAccessOptions
  #wrongKeys = 0
  #lockedUntilMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, row: SecurityLevel, options: SecurityAccessOptions) {
    this.#clock = clock
    this.#row = row
    this.#options = options
  }

  get level(): number {
    return this.#row.level
  }

  seed(data: Uint8Array): Uint8Array {
    if (this.#clock.monotonic() < this.#lockedUntilMs) throw new ServiceRefusal(NRC.requiredTimeDelayNotExpired)
    return this.#row.seed(data)
  }

  async open(seed: Uint8Array, key: Uint8Array): Promise<void> {
    if (await this.#row.accepts(seed, key)) {
      this.#wrongKeys = 0
      return
    }
    this.#wrongKeys++
    if (this.#wrongKeys < this.#options.maxAttempts) throw new ServiceRefusal(NRC.invalidKey)
    this.#wrongKeys = 0
    this.#lockedUntilMs = this.#clock.monotonic() + this.#options.delayMs
    throw new ServiceRefusal(NRC.exceedNumberOfAttempts)
  }
}
