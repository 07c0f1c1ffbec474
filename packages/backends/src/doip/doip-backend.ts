import { isDeepStrictEqual } from 'node:util'
import { AppError, type Clock, Listeners, type Logger, messageOf, raceSignal, Scope } from '@opensovd/base'
import type { Backend, BackendObserver, BackendSnapshot, BackendStatus } from '@opensovd/core'
import type { CommandKeys } from '@opensovd/ecu'
import { type DoipLink, DoipLinks, type Network } from '@opensovd/uds'
import { EcuLink } from './ecu-link.ts'
import { Interlocks } from './interlocks.ts'
import type { DoipBackendOptions } from './options.ts'
import { ServedEcu } from './served-ecu.ts'

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

/**
 * The ECUs behind one DoIP entity as components. What an ECU can do is what its description says; whether it is there
 * is asked again and again.
 * `untried → up ⇄ down`: up is where at least one ECU answers.
 */
export class DoipBackend implements Backend {
  readonly name: string
  readonly #options: DoipBackendOptions
  readonly #clock: Clock
  readonly #links: DoipLinks
  readonly #link: DoipLink
  readonly #scope: Scope
  readonly #ecus: readonly ServedEcu[]
  readonly #changed: Listeners<void>
  #snapshot: BackendSnapshot

  constructor(options: DoipBackendOptions, dependencies: DoipBackendDependencies) {
    const { clock, log, network, commandKeys, observe } = dependencies
    const runtime = { clock, network, log }
    this.name = options.name
    this.#options = options
    this.#clock = clock
    this.#changed = new Listeners((error) => log.error('a listener failed', { error: messageOf(error) }))
    this.#scope = new Scope((error) => log.error('work in the background failed', { error: messageOf(error) }))
    this.#links = new DoipLinks(runtime, options.uds)
    this.#link = this.#links.link(options.connection)
    const interlocks = new Interlocks(runtime, this.#link.tester, options)
    const parts = { clock, log, link: this.#link, options, interlocks, ...(observe && { observe }) }
    this.#ecus = options.ecus.map(
      (ecu) =>
        new ServedEcu({
          link: new EcuLink(ecu, parts),
          scope: this.#scope,
          commandKeys,
          changed: () => this.#publish(),
          held: () => this.#disconnectIfUnused(),
        }),
    )
    this.#link.gateway.subscribe(({ kind }) => {
      if (kind === 'lost') this.#onLost()
    })
    this.#snapshot = { status: { phase: 'untried' }, entities: this.#ecus.map(({ entity }) => entity) }
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
    await this.#scope.close()
    for (const ecu of this.#ecus) ecu[Symbol.dispose]()
    await this.#links[Symbol.asyncDispose]()
  }

  async #watch(ecu: ServedEcu, signal: AbortSignal): Promise<void> {
    let retryMs = RETRY.firstMs
    while (!signal.aborted) {
      try {
        await raceSignal(ecu.look(signal), signal)
        if (isDeaf(ecu, this.#options)) await this.#link.gateway.disconnect()
        const isAsItShould = ecu.isThere || ecu.link.isHeld
        const pauseMs = isAsItShould ? this.#options.presenceMs : retryMs
        retryMs = isAsItShould ? RETRY.firstMs : Math.min(retryMs * RETRY.growth, RETRY.maxMs)
        await ecu.alarm.pause(this.#clock, SHORTEST_PAUSE_MS, pauseMs, signal)
      } catch (error) {
        if (!signal.aborted) throw error
      }
    }
  }

  #onLost(): void {
    for (const ecu of this.#ecus) ecu.lost()
    this.#publish()
  }

  /** The connection is that of all its ECUs: it goes when clients have disconnected each of them. */
  async #disconnectIfUnused(): Promise<void> {
    if (this.#ecus.every(({ link }) => link.isHeld)) await this.#link.gateway.disconnect()
  }

  #publish(): void {
    const snapshot = { status: this.#status(), entities: this.#ecus.map(({ entity }) => entity) }
    if (isDeepStrictEqual(snapshot, this.#snapshot)) return
    this.#snapshot = snapshot
    this.#changed.notify()
  }

  #status(): BackendStatus {
    if (this.#ecus.some(({ isThere, link }) => isThere || link.isHeld)) return { phase: 'up' }
    if (!this.#ecus.every(({ isTried }) => isTried)) return this.#snapshot.status
    const failure = this.#ecus.find(({ presence }) => presence.failure)?.presence.failure
    return failure ? { phase: 'down', code: failure.code, message: failure.message } : this.#snapshot.status
  }
}

/**
 * Whether nothing comes back on the connection, not even what an entity owes for an ECU that is silent: it is opened
 * anew then, because a peer may have lost its place in the stream.
 */
function isDeaf({ presence, isThere }: ServedEcu, { connection }: DoipBackendOptions): boolean {
  const cause = presence.failure?.cause
  if (isThere || !(cause instanceof AppError)) return false
  return (
    cause.code === 'DOIP_ACKNOWLEDGE_TIMEOUT' || (connection.acknowledge === 'ignore' && cause.code === 'UDS_TIMEOUT')
  )
}
