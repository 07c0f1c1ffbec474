import { messageOf, type Scope } from '@opensovd/base'
import type { Entity, Facets } from '@opensovd/core'
import type { CommandKeys, EcuDescription } from '@opensovd/ecu'
import { SESSION } from '@opensovd/uds'
import { Alarm } from '../alarm.ts'
import { CommunicationState } from './communication.ts'
import { ecuFacets } from './ecu-facets.ts'
import type { EcuLink } from './ecu-link.ts'
import { lookAt, type Presence, UNTRIED } from './presence.ts'

export interface ServedEcuDependencies {
  readonly link: EcuLink
  /** All ECUs behind the same entity. */
  readonly neighbours: () => readonly EcuLink[]
  readonly scope: Scope
  readonly commandKeys: CommandKeys | undefined
  /** Called when there is something new to tell of it. */
  readonly changed: () => void
  /** Called after it was disconnected. */
  readonly held: () => Promise<void>
}

/** One ECU of the backend: how it is, and what can be done with it. */
export class ServedEcu implements Disposable {
  readonly link: EcuLink
  readonly alarm = new Alarm()
  readonly #dependencies: ServedEcuDependencies
  readonly #communication: CommunicationState
  #presence = UNTRIED
  #isTried = false
  #facets: { readonly of: EcuDescription; readonly facets: Facets } | undefined

  constructor(dependencies: ServedEcuDependencies) {
    this.link = dependencies.link
    this.#dependencies = dependencies
    this.#communication = new CommunicationState(this.link.client)
  }

  get presence(): Presence {
    return this.#presence
  }

  /** Whether it was looked at. */
  get isTried(): boolean {
    return this.#isTried
  }

  get isThere(): boolean {
    return this.#presence.connectionState === 'connected'
  }

  get entity(): Entity {
    const { link } = this
    const { id, name = id, description } = link.ecu
    const { connectionState, softwareVersion } = this.#presence
    return {
      kind: 'component',
      id,
      name,
      category: 'ecu',
      connectionState,
      ...(description !== undefined && { description }),
      ...(softwareVersion !== undefined && { softwareVersion }),
      ...(link.variant && { hardwareVariant: link.variant.id }),
      facets: this.#currentFacets(),
    }
  }

  /** Finds out whether it is there. */
  async look(signal: AbortSignal): Promise<void> {
    const before = this.#presence
    this.#presence = this.link.isHeld ? UNTRIED : await lookAt(this.link, before, signal)
    this.#isTried = true
    this.#tell(before)
    this.#dependencies.changed()
  }

  /** The connection is gone; whether the ECU can be reached is found out soon. */
  lost(): void {
    if (!this.isThere) return
    this.#presence = { ...this.#presence, connectionState: 'connecting' }
    this.alarm.ring()
  }

  [Symbol.dispose](): void {
    this.#communication[Symbol.dispose]()
    this.link[Symbol.dispose]()
  }

  /** They are made anew only when the variant changes: they hold what is going on. */
  #currentFacets(): Facets {
    const { link } = this
    if (this.#facets?.of !== link.ecu) {
      const facets = ecuFacets({
        ...this.#dependencies,
        communication: this.#communication,
        isThere: () => this.isThere,
        restarting: () => this.#restarting(),
        hold: (isHeld, signal) => this.#hold(isHeld, signal),
      })
      this.#facets = { of: link.ecu, facets }
    }
    return this.#facets.facets
  }

  /** It was told to restart: it is connected again only when it answers. */
  #restarting(): void {
    this.lost()
    this.#dependencies.changed()
  }

  async #hold(isHeld: boolean, signal: AbortSignal): Promise<void> {
    const { link } = this
    if (isHeld) link.programming.requireNone({ signal })
    if (isHeld && !link.isHeld && link.client.state.session !== SESSION.DEFAULT) {
      await link.request('diagnosticSessionControl', { session: SESSION.DEFAULT }, { signal }).catch((error) => {
        link.log.warn('ending a session before disconnecting failed', { ecu: link.id, error: messageOf(error) })
      })
    }
    link.isHeld = isHeld
    await this.look(signal)
    if (isHeld) await this.#dependencies.held()
    else if (this.#presence.failure) throw this.#presence.failure
  }

  #tell(before: Presence): void {
    const { link } = this
    const { connectionState, failure } = this.#presence
    if (connectionState === before.connectionState && failure?.code === before.failure?.code) return
    const fields = { ecu: link.id, ...(link.variant && { variant: link.variant.id }) }
    if (failure) link.log.warn('an ECU is not there', { ...fields, error: failure.message })
    if (!this.isThere) return
    link.log.info('an ECU is there', fields)
    if (link.variant || link.described.variants.length === 0) return
    link.log.warn('an ECU is of no variant that is described', fields)
  }
}
