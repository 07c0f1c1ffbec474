import { Alarm, type Clock, Listeners } from '@opensovd/base'
import { SESSION } from '../codec/management.ts'

export interface ServerStateSnapshot {
  readonly session: number
  /** The unlocked level (its odd number). */
  readonly securityLevel: number | undefined
  readonly authenticated: boolean
}

/** Why the state changed: a request did it, S3 ran out, or the ECU was reset. */
export type StateChangeReason = 'request' | 'timeout' | 'reset'

const DEFAULT: ServerStateSnapshot = { session: SESSION.DEFAULT, securityLevel: undefined, authenticated: false }

/**
 * The diagnostic state of an ECU. A change of session locks it; the default session also ends the authentication.
 * Any other session ends by itself when no request comes for S3.
 */
export class ServerState implements Disposable {
  readonly #clock: Clock
  readonly #s3Ms: number
  readonly #listeners: Listeners<{ readonly state: ServerStateSnapshot; readonly reason: StateChangeReason }>
  #current = DEFAULT
  readonly #s3: Alarm

  constructor(clock: Clock, s3Ms: number, onListenerFailure: (error: unknown) => void) {
    this.#clock = clock
    this.#s3Ms = s3Ms
    this.#s3 = new Alarm(clock, () => this.#enter(DEFAULT, 'timeout'))
    this.#listeners = new Listeners(onListenerFailure)
  }

  get current(): ServerStateSnapshot {
    return this.#current
  }

  /** Returns a function that removes the listener. */
  onChange(
    listener: (change: { readonly state: ServerStateSnapshot; readonly reason: StateChangeReason }) => void,
  ): () => void {
    return this.#listeners.add(listener)
  }

  enterSession(session: number): void {
    const authenticated = session !== SESSION.DEFAULT && this.#current.authenticated
    this.#enter({ session, securityLevel: undefined, authenticated }, 'request')
  }

  unlock(securityLevel: number): void {
    this.#enter({ ...this.#current, securityLevel }, 'request')
  }

  authenticate(authenticated: boolean): void {
    this.#enter({ ...this.#current, authenticated }, 'request')
  }

  reset(): void {
    this.pauseS3()
    this.#enter({ ...DEFAULT }, 'reset')
  }

  /** While a request is worked on, the session does not run out. */
  pauseS3(): void {
    this.#s3.clear()
  }

  restartS3(): void {
    if (this.#current.session === SESSION.DEFAULT) this.#s3.clear()
    else this.#s3.set(this.#clock.monotonic() + this.#s3Ms)
  }

  [Symbol.dispose](): void {
    this.#s3[Symbol.dispose]()
  }

  #enter(state: ServerStateSnapshot, reason: StateChangeReason): void {
    this.#current = state
    this.#listeners.notify({ state, reason })
  }
}
