import type { Clock, LogFields, Logger } from '@opensovd/base'
import type { BackendSnapshot, ConnectionState, Entity } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { Alarm } from './alarm.ts'
import { HttpFailure } from './http/http-failure.ts'
import { keepLooking } from './keep-looking.ts'
import { PublishedSnapshot } from './published-snapshot.ts'

export interface LookoutOptions {
  readonly clock: Clock
  readonly log: Logger
  /** How often a server is looked at while it is there. */
  readonly refreshMs: number
  /**
   * Finds out what the server has; resolves to what the log tells of one that is up.
   * Rejects with a SovdError where it is down.
   */
  readonly look: (wasUp: boolean, signal: AbortSignal) => Promise<LogFields>
  /**
   * The entities as they were found at last, or as they are configured.
   * @param state of all of them, when the server is not there to tell
   */
  readonly entities: (state: ConnectionState | undefined) => readonly Entity[]
}

/** Between two looks, whatever happens. */
const SHORTEST_PAUSE_MS = 200

/**
 * Looks again and again what a server has, and publishes it. A server that is gone keeps its entities, which say that
 * it is.
 * `untried → up ⇄ down`
 */
export class Lookout {
  readonly #options: LookoutOptions
  readonly #alarm = new Alarm()
  readonly #published: PublishedSnapshot

  constructor(options: LookoutOptions) {
    this.#options = options
    this.#published = new PublishedSnapshot(options.log, options.entities('disconnected'))
  }

  get snapshot(): BackendSnapshot {
    return this.#published.current
  }

  onChange(listener: () => void): () => void {
    return this.#published.onChange(listener)
  }

  /** Resolves when the signal aborts. Rejects with what is no SovdError. */
  run(signal: AbortSignal): Promise<void> {
    const { clock, refreshMs } = this.#options
    const pauses = { clock, alarm: this.#alarm, shortestMs: SHORTEST_PAUSE_MS, refreshMs }
    return keepLooking(pauses, (looking) => this.#look(looking), signal)
  }

  /** What requests tell of the server, before the next look would. @param failure none for any answer */
  onContact(failure: HttpFailure | undefined): void {
    const isNews = failure ? this.#phase === 'up' && failure.kind !== 'untried' : this.#phase === 'down'
    if (isNews) this.#alarm.ring()
  }

  get #phase() {
    return this.snapshot.status.phase
  }

  /** Returns whether the server is up. */
  async #look(signal: AbortSignal): Promise<boolean> {
    const { look, entities, log } = this.#options
    const wasUp = this.#phase === 'up'
    try {
      const told = await look(wasUp, signal)
      if (!wasUp) log.info('backend is up', told)
      this.#published.publish({ phase: 'up' }, entities(undefined))
      return true
    } catch (error) {
      if (!(error instanceof SovdError) || signal.aborted) throw error
      this.#onDown(error)
      return false
    }
  }

  #onDown(error: SovdError): void {
    const { log, entities } = this.#options
    const { code, message } = error
    if (this.#phase !== 'down') log.warn('backend is down', { code, message })
    this.#published.publish({ phase: 'down', code, message }, entities(isSilent(error) ? 'disconnected' : 'error'))
  }
}

/** Whether the server says nothing, rather than something that makes no sense. */
function isSilent(error: SovdError): boolean {
  if (error instanceof HttpFailure) return error.kind !== 'protocol' && error.kind !== 'oversized'
  return error.code === 'unavailable' || error.code === 'gateway-timeout'
}
