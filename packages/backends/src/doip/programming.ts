import type { CallContext } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { SessionKeeper } from './session-keeper.ts'

/** How an ECU takes part in a programming, its own or that of another ECU: nobody else changes it meanwhile. */
export class Programming {
  readonly #id: string
  readonly #keeper: SessionKeeper
  /** Whose requests program the ECU. */
  programmer: CallContext | undefined
  /** The ECU whose programming keeps this one quiet. */
  quietFor: string | undefined

  constructor(id: string, keeper: SessionKeeper) {
    this.#id = id
    this.#keeper = keeper
  }

  /**
   * Whether putting something back, which nobody asks for just now, is left to a programming: that ends in the default
   * session, and with it everything that was changed.
   */
  isLeft(context: CallContext): boolean {
    if (context.caller !== undefined) return false
    return this.quietFor !== undefined || (this.programmer !== undefined && this.programmer !== context)
  }

  /** @throws SovdError `conflict` while another than `context` programs the ECU, or one that it is quiet for */
  requireNone(context: CallContext): void {
    if (this.quietFor !== undefined) throw this.#conflict(`is kept quiet while '${this.quietFor}' is programmed`)
    if (this.programmer !== undefined && this.programmer !== context) throw this.#conflict('is being programmed')
  }

  /** @throws SovdError `conflict` when it takes part already, or is in a session of another than `context` */
  requireUndisturbed(context: CallContext): void {
    this.requireNone(context)
    const kept = this.#keeper.session
    if (!kept || kept.owner === context.caller?.subject) return
    throw this.#conflict(`is in the session ${kept.session} of another client`)
  }

  #conflict(why: string): SovdError {
    return new SovdError('conflict', `'${this.#id}' ${why}`, { target: this.#id })
  }
}
