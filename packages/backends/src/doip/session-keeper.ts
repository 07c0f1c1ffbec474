import { type Clock, type Logger, messageOf } from '@opensovd/base'
import type { Caller, KeptSession } from '@opensovd/core'
import type { EcuDescription } from '@opensovd/ecu'
import { type EcuClient, type EcuState, SESSION, type UdsTester } from '@opensovd/uds'
import { sessionName } from './access.ts'

export interface SessionKeeperOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly testerPresentMs: number
  readonly sessionIdleMs: number
}

interface Kept {
  readonly session: number
  readonly sinceMs: number
  readonly owner: string | undefined
  readonly testerPresent: Disposable
}

/**
 * Keeps every session but the default one alive by tester present, as long as somebody uses it: a session that nobody
 * uses is ended, and with it what was unlocked.
 */
export class SessionKeeper implements Disposable {
  readonly #ecu: EcuDescription
  readonly #tester: UdsTester
  readonly #client: EcuClient
  readonly #options: SessionKeeperOptions
  readonly #unsubscribe: () => void
  #kept: Kept | undefined
  #caller: string | undefined
  #heard: { readonly atMs: number; readonly monotonicMs: number } | undefined
  #cancelIdle = () => {}

  constructor(ecu: EcuDescription, tester: UdsTester, client: EcuClient, options: SessionKeeperOptions) {
    this.#ecu = ecu
    this.#tester = tester
    this.#client = client
    this.#options = options
    this.#unsubscribe = client.onState((state) => this.#onState(state))
  }

  /** The session that is kept alive; undefined in the default session. */
  get session(): KeptSession | undefined {
    const kept = this.#kept
    if (!kept) return undefined
    const { securityLevel } = this.#client.state
    return {
      session: sessionName(this.#ecu, kept.session),
      udsSession: kept.session,
      ...(kept.owner !== undefined && { owner: kept.owner }),
      ...(securityLevel !== undefined && { securityLevel }),
      since: new Date(kept.sinceMs).toISOString(),
      ...(this.#heard && { lastAnswer: new Date(this.#heard.atMs).toISOString() }),
    }
  }

  /** For how long the ECU has not answered; infinite if it never has. */
  get silentMs(): number {
    return this.#heard ? this.#options.clock.monotonic() - this.#heard.monotonicMs : Number.POSITIVE_INFINITY
  }

  /** Somebody asks something of the ECU. */
  touch(caller: Caller | undefined): void {
    this.#caller = caller?.subject
  }

  /** A request was sent that is not only to keep the session. */
  used(): void {
    if (this.#kept) this.#startIdle()
  }

  /** The ECU has answered. */
  heard(): void {
    const { clock } = this.#options
    this.#heard = { atMs: clock.now(), monotonicMs: clock.monotonic() }
  }

  [Symbol.dispose](): void {
    this.#unsubscribe()
    this.#end()
  }

  #onState({ session }: EcuState): void {
    if (session === this.#kept?.session) return
    this.#end()
    if (session === SESSION.DEFAULT) return
    const { clock, testerPresentMs } = this.#options
    const testerPresent = this.#tester.keepTesterPresent(this.#client, testerPresentMs)
    this.#kept = { session, sinceMs: clock.now(), owner: this.#caller, testerPresent }
    this.#startIdle()
  }

  #startIdle(): void {
    const { clock, sessionIdleMs } = this.#options
    this.#cancelIdle()
    this.#cancelIdle = clock.after(sessionIdleMs, () => this.#leave())
  }

  #leave(): void {
    const { log, sessionIdleMs } = this.#options
    if (!this.#client.isIdle) {
      this.#startIdle()
      return
    }
    log.info('a session that nobody uses is ended', { ecu: this.#ecu.id, idleMs: sessionIdleMs })
    this.#client.request('diagnosticSessionControl', { session: SESSION.DEFAULT }).catch((error) => {
      log.warn('ending a session failed', { ecu: this.#ecu.id, error: messageOf(error) })
      this.#end()
    })
  }

  #end(): void {
    this.#cancelIdle()
    this.#kept?.testerPresent[Symbol.dispose]()
    this.#kept = undefined
  }
}
