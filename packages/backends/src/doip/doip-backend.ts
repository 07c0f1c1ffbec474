import { AppError, type Clock, messageOf, raceSignal, Scope } from '@opensovd/base'
import type { Backend, BackendSnapshot, BackendStatus, Entity } from '@opensovd/core'
import type { CommandKeys } from '@opensovd/ecu'
import { type DoipLink, DoipLinks, type Network } from '@opensovd/uds'
import type { BackendDependencies } from '../dependencies.ts'
import { keepLooking } from '../keep-looking.ts'
import { PublishedSnapshot } from '../published-snapshot.ts'
import { EcuLink } from './ecu-link.ts'
import { Interlocks } from './interlocks.ts'
import type { DoipBackendOptions } from './options.ts'
import { ServedEcu } from './served-ecu.ts'

export interface DoipBackendDependencies extends BackendDependencies {
  readonly network: Network
  /** Lets programs compute keys, where a description wants that. */
  readonly commandKeys?: CommandKeys
}

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
  readonly #published: PublishedSnapshot

  constructor(options: DoipBackendOptions, dependencies: DoipBackendDependencies) {
    const { clock, log, network, commandKeys, observe } = dependencies
    const runtime = { clock, network, log }
    this.name = options.name
    this.#options = options
    this.#clock = clock
    this.#scope = new Scope((error) => log.error('work in the background failed', { error: messageOf(error) }))
    this.#links = new DoipLinks(runtime, options.uds)
    this.#link = this.#links.link(options.connection)
    const interlocks = new Interlocks(runtime, this.#link.tester, options)
    const parts = { clock, log, link: this.#link, options, interlocks, ...(observe && { observe }) }
    this.#ecus = options.ecus.map(
      (ecu) =>
        new ServedEcu({
          link: new EcuLink(ecu, parts),
          neighbours: () => this.#ecus.map(({ link }) => link),
          scope: this.#scope,
          commandKeys,
          changed: () => this.#publish(),
          held: () => this.#disconnectIfUnused(),
        }),
    )
    this.#published = new PublishedSnapshot(log, this.#entities())
    this.#link.gateway.subscribe(({ kind }) => {
      if (kind === 'lost') this.#onLost()
    })
  }

  get snapshot(): BackendSnapshot {
    return this.#published.current
  }

  onChange(listener: () => void): () => void {
    return this.#published.onChange(listener)
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#ecus.map((ecu) => this.#watch(ecu, signal)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope.close()
    for (const ecu of this.#ecus) ecu[Symbol.dispose]()
    await this.#links[Symbol.asyncDispose]()
  }

  #watch(ecu: ServedEcu, signal: AbortSignal): Promise<void> {
    const { presenceMs: refreshMs } = this.#options
    const pauses = { clock: this.#clock, alarm: ecu.alarm, shortestMs: SHORTEST_PAUSE_MS, refreshMs }
    return keepLooking(pauses, (looking) => this.#look(ecu, looking), signal)
  }

  /** Returns whether the ECU is as it should be. */
  async #look(ecu: ServedEcu, signal: AbortSignal): Promise<boolean> {
    await raceSignal(ecu.look(signal), signal)
    if (isDeaf(ecu, this.#options) && !this.#ecus.some(({ isThere }) => isThere)) await this.#link.gateway.disconnect()
    return ecu.isThere || ecu.link.isHeld
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
    this.#published.publish(this.#status(), this.#entities())
  }

  #entities(): readonly Entity[] {
    return this.#ecus.map(({ entity }) => entity)
  }

  #status(): BackendStatus {
    if (this.#ecus.some(({ isThere, link }) => isThere || link.isHeld)) return { phase: 'up' }
    if (!this.#ecus.every(({ isTried }) => isTried)) return this.snapshot.status
    const failure = this.#ecus.find(({ presence }) => presence.failure)?.presence.failure
    return failure ? { phase: 'down', code: failure.code, message: failure.message } : this.snapshot.status
  }
}

/**
 * Whether nothing comes back for an ECU, not even what its entity owes when the ECU is silent. Where no other ECU
 * answers either, the connection is opened anew: a peer may have lost its place in the stream.
 */
function isDeaf({ presence, isThere }: ServedEcu, { connection }: DoipBackendOptions): boolean {
  const cause = presence.failure?.cause
  if (isThere || !(cause instanceof AppError)) return false
  return (
    cause.code === 'DOIP_ACKNOWLEDGE_TIMEOUT' || (connection.acknowledge === 'ignore' && cause.code === 'UDS_TIMEOUT')
  )
}
