import { isDeepStrictEqual } from 'node:util'
import { type Clock, Listeners, type Logger, messageOf, raceSignal } from '@opensovd/base'
import type { Backend, BackendObserver, BackendSnapshot, BackendStatus, Entity, Facets } from '@opensovd/core'
import type { CommandKeys } from '@opensovd/ecu'
import { type DoipLink, DoipLinks, type Network } from '@opensovd/uds'
import { Alarm } from '../alarm.ts'
import { ecuFacets } from './ecu-facets.ts'
import { EcuLink } from './ecu-link.ts'
import { Interlocks } from './interlocks.ts'
import type { DoipBackendOptions } from './options.ts'
import { lookAt, type Presence, UNTRIED } from './presence.ts'

export interface DoipBackendDependencies {
  readonly clock: Clock
  readonly log: Logger
  readonly network: Network
  /** Lets programs compute keys, where a description wants that. */
  readonly commandKeys?: CommandKeys
  readonly observe?: BackendObserver
}

/** Between two looks at an ECU that is not there: at first, by how much more each time, and at most. */
const RETRY = { firstMs: 1000, growth: 1.5, maxMs: 5000 }

/** Between two looks, whatever happens. */
const SHORTEST_PAUSE_MS = 100

interface ServedEcu {
  readonly link: EcuLink
  readonly alarm: Alarm
  presence: Presence
  /** Undefined until it was looked at. */
  isTried: boolean
  facets: { readonly of: unknown; readonly facets: Facets }
}

/**
 * The ECUs behind one DoIP entity as components. What an ECU can do is what its description says; whether it is there
 * is asked again and again.
 * `untried → up ⇄ down`: up is where at least one ECU answers.
 */
export class DoipBackend implements Backend {
  readonly name: string
  readonly #options: DoipBackendOptions
  readonly #clock: Clock
  readonly #log: Logger
  readonly #links: DoipLinks
  readonly #link: DoipLink
  readonly #ecus: readonly ServedEcu[]
  readonly #changed: Listeners<void>
  #snapshot: BackendSnapshot

  /** @throws AppError when options contradict each other */
  constructor(options: DoipBackendOptions, { clock, log, network, observe }: DoipBackendDependencies) {
    const runtime = { clock, network, log }
    this.name = options.name
    this.#options = options
    this.#clock = clock
    this.#log = log
    this.#changed = new Listeners((error) => log.error('a listener failed', { error: messageOf(error) }))
    this.#links = new DoipLinks(runtime, options.uds)
    this.#link = this.#links.link(options.connection)
    const interlocks = new Interlocks(runtime, this.#link.tester, options)
    this.#ecus = options.ecus.map((ecu) => {
      const dependencies = { clock, log, link: this.#link, options, interlocks, ...(observe && { observe }) }
      return served(new EcuLink(ecu, dependencies))
    })
    this.#link.gateway.subscribe(({ kind }) => {
      if (kind === 'lost') this.#onLost()
    })
    this.#snapshot = { status: { phase: 'untried' }, entities: this.#entities() }
  }

  get snapshot(): BackendSnapshot {
    return this.#snapshot
  }

  onChange(listener: () => void): () => void {
    return this.#changed.add(listener)
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#ecus.map((ecu) => this.#watch(ecu, signal)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { link } of this.#ecus) link[Symbol.dispose]()
    await this.#links[Symbol.asyncDispose]()
  }

  async #watch(ecu: ServedEcu, signal: AbortSignal): Promise<void> {
    let retryMs = RETRY.firstMs
    while (!signal.aborted) {
      try {
        await this.#look(ecu, signal)
        const isThere = ecu.presence.connectionState === 'connected' || ecu.link.isHeld
        const pauseMs = isThere ? this.#options.presenceMs : retryMs
        retryMs = isThere ? RETRY.firstMs : Math.min(retryMs * RETRY.growth, RETRY.maxMs)
        await ecu.alarm.pause(this.#clock, SHORTEST_PAUSE_MS, pauseMs, signal)
      } catch (error) {
        if (!signal.aborted) throw error
      }
    }
  }

  async #look(ecu: ServedEcu, signal: AbortSignal): Promise<void> {
    const before = ecu.presence
    const look = ecu.link.isHeld ? Promise.resolve(UNTRIED) : lookAt(ecu.link, before, signal)
    ecu.presence = await raceSignal(look, signal)
    ecu.isTried = true
    this.#tell(ecu, before)
    this.#publish()
  }

  #tell({ link, presence }: ServedEcu, before: Presence): void {
    if (presence.connectionState === before.connectionState && presence.failure?.code === before.failure?.code) return
    const fields = { ecu: link.id, ...(link.variant && { variant: link.variant.id }) }
    if (presence.connectionState === 'connected') {
      this.#log.info('an ECU is there', fields)
      if (!link.variant && link.described.variants.length > 0) {
        this.#log.warn('an ECU is of no variant that is described', fields)
      }
    } else if (presence.failure) {
      this.#log.warn('an ECU is not there', { ...fields, error: presence.failure.message })
    }
  }

  #onLost(): void {
    for (const ecu of this.#ecus) {
      if (ecu.presence.connectionState === 'connected')
        ecu.presence = { ...ecu.presence, connectionState: 'connecting' }
      ecu.alarm.ring()
    }
    this.#publish()
  }

  #publish(): void {
    const snapshot = { status: this.#status(), entities: this.#entities() }
    if (isDeepStrictEqual(snapshot, this.#snapshot)) return
    this.#snapshot = snapshot
    this.#changed.notify()
  }

  #status(): BackendStatus {
    const isUp = this.#ecus.some(({ presence, link }) => presence.connectionState === 'connected' || link.isHeld)
    if (isUp) return { phase: 'up' }
    if (!this.#ecus.every(({ isTried }) => isTried)) return this.#snapshot.status
    const failure = this.#ecus.find(({ presence }) => presence.failure)?.presence.failure
    if (!failure) return this.#snapshot.status
    return { phase: 'down', code: failure.code, message: failure.message }
  }

  #entities(): readonly Entity[] {
    return this.#ecus.map((ecu) => entityOf(ecu))
  }
}

function served(link: EcuLink): ServedEcu {
  const facets = { of: link.ecu, facets: ecuFacets(link) }
  return { link, alarm: new Alarm(), presence: UNTRIED, isTried: false, facets }
}

/** Facets are made anew only when the variant changes: they hold what is going on. */
function entityOf(ecu: ServedEcu): Entity {
  const { link, presence } = ecu
  if (ecu.facets.of !== link.ecu) ecu.facets = { of: link.ecu, facets: ecuFacets(link) }
  const { id, name = id, description } = link.ecu
  return {
    kind: 'component',
    id,
    name,
    category: 'ecu',
    connectionState: presence.connectionState,
    ...(description !== undefined && { description }),
    ...(presence.softwareVersion !== undefined && { softwareVersion: presence.softwareVersion }),
    ...(link.variant && { hardwareVariant: link.variant.id }),
    facets: ecu.facets.facets,
  }
}
