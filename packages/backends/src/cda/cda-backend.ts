import { isDeepStrictEqual } from 'node:util'
import { type Clock, Listeners, type Logger, messageOf } from '@opensovd/base'
import type { Backend, BackendObserver, BackendSnapshot, BackendStatus, ConnectionState, Entity } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { Alarm } from '../alarm.ts'
import { HttpClient } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { ApiClient } from '../sovd/api-client.ts'
import { Complaints } from '../sovd/complaints.ts'
import { addressOf } from '../sovd/options.ts'
import { AuthorizedHttp } from './authorized-http.ts'
import { cdaError } from './cda-error.ts'
import { discover, type Found, NOTHING } from './discovery.ts'
import { CdaEntities } from './entities.ts'
import type { CdaBackendOptions } from './options.ts'
import { Tokens } from './tokens.ts'

export interface CdaBackendDependencies {
  readonly clock: Clock
  readonly log: Logger
  readonly observe?: BackendObserver
}

/** Between two looks at an adapter that is not there: at first, by how much more each time, and at most. */
const RETRY = { firstMs: 1000, growth: 1.5, jitter: 0.1, maxMs: 5000 }

/** Between two looks, whatever happens. */
const SHORTEST_PAUSE_MS = 200

/**
 * A Classic Diagnostic Adapter as a source: its ECUs are components, its functional groups functions, and it is an
 * app itself. Requests go to it whether or not it was found lately; what it has is looked for again and again.
 * `untried → up ⇄ down`
 */
export class CdaBackend implements Backend {
  readonly name: string
  readonly #options: CdaBackendOptions
  readonly #clock: Clock
  readonly #log: Logger
  readonly #http: HttpClient
  readonly #api: ApiClient
  readonly #entities: CdaEntities
  readonly #complaints: Complaints
  readonly #alarm = new Alarm()
  readonly #changed: Listeners<void>
  #found: Found = NOTHING
  #snapshot: BackendSnapshot

  constructor(options: CdaBackendOptions, { clock, log, observe }: CdaBackendDependencies) {
    const { name, timeoutMs, maxConcurrency, tls, maxResponseBytes } = options
    const { base, ...address } = addressOf(options)
    this.name = name
    this.#options = { ...options, componentIds: options.componentIds.map((id) => id.toLowerCase()) }
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
      ...(tls === undefined ? {} : { tls }),
      ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
    })
    const { clientId, clientSecret } = options
    const tokens = new Tokens({ peer, path: `${base}/authorize`, clientId, clientSecret, clock, http: this.#http })
    this.#api = new ApiClient({
      name,
      peer,
      base,
      http: new AuthorizedHttp(this.#http, tokens),
      clock,
      errorOf: cdaError,
      onContact: (failure) => this.#onContact(failure),
      ...(observe === undefined ? {} : { observe }),
    })
    this.#entities = new CdaEntities({ ...options, api: this.#api, clock })
    this.#snapshot = { status: { phase: 'untried' }, entities: this.#entitiesIn('disconnected') }
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

  /** Looks what the adapter has, and publishes it; false when it is down. */
  async #look(signal: AbortSignal): Promise<boolean> {
    try {
      this.#found = this.#withStubs(await discover(this.#api, this.#complaints, signal))
    } catch (error) {
      if (!(error instanceof SovdError) || signal.aborted) throw error
      this.#onDown(error)
      return false
    }
    if (this.#snapshot.status.phase !== 'up') {
      this.#http.recover()
      this.#log.info('backend is up', { components: this.#found.components.length })
    }
    this.#entities.retain(this.#found)
    this.#publish({ phase: 'up' }, this.#entitiesIn(undefined))
    return true
  }

  #onDown(error: SovdError): void {
    const { code, message } = error
    if (this.#snapshot.status.phase !== 'down') this.#log.warn('backend is down', { code, message })
    this.#publish({ phase: 'down', code, message }, this.#entitiesIn(isSilent(error) ? 'disconnected' : 'error'))
  }

  /** What requests tell of the adapter, before the next look would. */
  #onContact(failure: HttpFailure | undefined): void {
    const { phase } = this.#snapshot.status
    const isNews = failure ? phase === 'up' && failure.kind !== 'untried' : phase === 'down'
    if (isNews) this.#alarm.ring()
  }

  #entitiesIn(state: ConnectionState | undefined): readonly Entity[] {
    return this.#entities.of(this.#withStubs(this.#found), state)
  }

  /** With the components that are configured and not listed. */
  #withStubs(found: Found): Found {
    const ids = new Set(found.components.map(({ id }) => id))
    const missing = this.#options.componentIds.filter((id) => !ids.has(id))
    if (missing.length === 0) return found
    const stubs = missing.map((id) => ({ id, name: id, category: 'ecu', connectionState: 'disconnected' as const }))
    return { ...found, components: [...found.components, ...stubs] }
  }

  #publish(status: BackendStatus, entities: readonly Entity[]): void {
    const snapshot = { status, entities }
    if (isDeepStrictEqual(snapshot, this.#snapshot)) return
    this.#snapshot = snapshot
    this.#changed.notify()
  }
}

/** Whether the adapter says nothing, rather than something that makes no sense. */
function isSilent(error: SovdError): boolean {
  if (error instanceof HttpFailure) return error.kind !== 'protocol' && error.kind !== 'oversized'
  return error.code === 'unavailable' || error.code === 'gateway-timeout'
}
