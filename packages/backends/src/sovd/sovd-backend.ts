import { isDeepStrictEqual } from 'node:util'
import { type Clock, Listeners, type Logger, messageOf } from '@opensovd/base'
import type {
  Backend,
  BackendObserver,
  BackendSnapshot,
  BackendStatus,
  ConnectionState,
  Entity,
  EntityKind,
} from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { Alarm } from '../alarm.ts'
import { HttpClient } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { ApiClient } from './api-client.ts'
import { Complaints } from './complaints.ts'
import type { Dialect } from './dialect.ts'
import { configuredDialect, discover, type Found } from './discovery.ts'
import { FacetDirectory } from './facet-directory.ts'
import { type FoundEntity, relate } from './found.ts'
import { addressOf, type SovdBackendOptions } from './options.ts'

export interface SovdBackendDependencies {
  readonly clock: Clock
  readonly log: Logger
  readonly observe?: BackendObserver
}

/** Between two looks at a server that is not there: at first, by how much more each time, and at most. */
const RETRY = { firstMs: 1000, growth: 1.5, jitter: 0.1, maxMs: 5000 }

/** Between two looks, whatever happens. */
const SHORTEST_PAUSE_MS = 200

/**
 * Another SOVD server as a source of entities. Requests go to it whether or not it was found lately, so that what it
 * can serve is served; what it has is looked for again and again.
 * `untried → up ⇄ down`
 */
export class SovdBackend implements Backend {
  readonly name: string
  readonly #options: SovdBackendOptions
  readonly #clock: Clock
  readonly #log: Logger
  readonly #http: HttpClient
  readonly #api: ApiClient
  readonly #facets: FacetDirectory
  readonly #complaints: Complaints
  readonly #alarm = new Alarm()
  readonly #changed: Listeners<void>
  #dialect: Dialect | undefined
  #components: readonly FoundEntity[] = []
  /** By kind. */
  #others: ReadonlyMap<EntityKind, readonly FoundEntity[]> = new Map()
  /** All of them, with what they are to each other. */
  #related: readonly FoundEntity[] = []
  #snapshot: BackendSnapshot

  constructor(options: SovdBackendOptions, { clock, log, observe }: SovdBackendDependencies) {
    const { name, timeoutMs, maxConcurrency, bearerToken, tls, maxResponseBytes } = options
    const { base, ...address } = addressOf(options)
    this.name = name
    this.#options = options
    this.#clock = clock
    this.#log = log.child({ backend: name })
    this.#complaints = new Complaints(this.#log)
    this.#changed = new Listeners((error) => this.#log.error('a listener failed', { error: messageOf(error) }))
    const peer = `backend '${name}'`
    this.#http = new HttpClient(clock, {
      peer,
      ...address,
      timeoutMs,
      maxConcurrency,
      ...(bearerToken === undefined ? {} : { bearerToken }),
      ...(tls === undefined ? {} : { tls }),
      ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
    })
    this.#api = new ApiClient({
      name,
      peer,
      base,
      http: this.#http,
      clock,
      onContact: (failure) => this.#onContact(failure),
      ...(observe === undefined ? {} : { observe }),
    })
    this.#facets = new FacetDirectory(this.#api, clock)
    this.#dialect = configuredDialect(options.dialect)
    this.#snapshot = { status: { phase: 'untried' }, entities: this.#entities('disconnected') }
  }

  get snapshot(): BackendSnapshot {
    return this.#snapshot
  }

  onChange(listener: () => void): () => void {
    return this.#changed.add(listener)
  }

  async run(signal: AbortSignal): Promise<void> {
    let retryMs = RETRY.firstMs
    while (!signal.aborted) {
      try {
        const isUp = await this.#look(signal)
        const jitter = 1 + RETRY.jitter * (2 * this.#clock.random() - 1)
        const pauseMs = isUp ? this.#options.refreshMs : Math.min(retryMs * jitter, RETRY.maxMs)
        retryMs = isUp ? RETRY.firstMs : Math.min(retryMs * RETRY.growth, RETRY.maxMs)
        await this.#alarm.pause(this.#clock, SHORTEST_PAUSE_MS, pauseMs, signal)
      } catch (error) {
        if (!signal.aborted) throw error
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]()
  }

  /** Looks what the server has, and publishes it; false when the server is down. */
  async #look(signal: AbortSignal): Promise<boolean> {
    try {
      const found = await discover(this.#api, configuredDialect(this.#options.dialect), this.#complaints, signal)
      await this.#onFound(found, signal)
      return true
    } catch (error) {
      if (!(error instanceof SovdError) || signal.aborted) throw error
      this.#onDown(error)
      return false
    }
  }

  async #onFound({ dialect, components, others }: Found, signal: AbortSignal): Promise<void> {
    if (this.#snapshot.status.phase !== 'up') {
      this.#http.recover()
      this.#facets.askAgain()
    }
    this.#components = components.map((component) => ({ kind: 'component', ...component }))
    this.#others = new Map([...this.#others, ...others])
    const found = [...this.#components, ...[...this.#others.values()].flat()]
    await this.#facets.ask(found, dialect, signal)
    const stubs = this.#options.componentIds.map((id) => ({ kind: 'component' as const, id }))
    this.#facets.retain([...found, ...stubs])
    this.#dialect = dialect
    this.#related = relate(found, (entity) => this.#facets.relationsOf(entity))
    if (this.#snapshot.status.phase !== 'up') {
      this.#log.info('backend is up', { dialect: dialect.name, components: components.length })
    }
    this.#publish({ phase: 'up' }, this.#entities(undefined))
  }

  #onDown(error: SovdError): void {
    const { code, message } = error
    if (this.#snapshot.status.phase !== 'down') this.#log.warn('backend is down', { code, message })
    this.#publish({ phase: 'down', code, message }, this.#entities(isSilent(error) ? 'disconnected' : 'error'))
  }

  /** What requests tell of the server, before the next look would. */
  #onContact(failure: HttpFailure | undefined): void {
    const { phase } = this.#snapshot.status
    const isNews = failure ? phase === 'up' && failure.kind !== 'untried' : phase === 'down'
    if (isNews) this.#alarm.ring()
  }

  /** @param state of everything, when the server is not there to tell */
  #entities(state: ConnectionState | undefined): readonly Entity[] {
    const known = new Set(this.#components.map(({ id }) => id))
    const stubs = this.#options.componentIds.filter((id) => !known.has(id)).map((id) => this.#stub(id))
    const isComponent = ({ kind }: FoundEntity) => kind === 'component'
    return [
      ...this.#related.filter(isComponent),
      ...stubs,
      ...this.#related.filter((entity) => !isComponent(entity)),
    ].map((entity) => this.#entity(entity, state ?? entity.connectionState))
  }

  #entity(found: FoundEntity, connectionState: ConnectionState): Entity {
    return { ...found, connectionState, facets: this.#facets.facetsOf(found, this.#dialect) }
  }

  #stub(id: string): FoundEntity {
    const description = `via ${this.name}`
    return { kind: 'component', id, name: id, category: 'ecu', description, connectionState: 'disconnected' }
  }

  #publish(status: BackendStatus, entities: readonly Entity[]): void {
    const snapshot = { status, entities }
    if (isDeepStrictEqual(snapshot, this.#snapshot)) return
    this.#snapshot = snapshot
    this.#changed.notify()
  }
}

/** Whether the server says nothing, rather than something that makes no sense. */
function isSilent(error: SovdError): boolean {
  if (error instanceof HttpFailure) return error.kind !== 'protocol' && error.kind !== 'oversized'
  return error.code === 'unavailable' || error.code === 'gateway-timeout'
}
