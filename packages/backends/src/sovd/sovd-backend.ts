import type { LogFields } from '@opensovd/base'
import type { Backend, BackendSnapshot, ConnectionState, Entity, EntityKind } from '@opensovd/core'
import type { BackendDependencies } from '../dependencies.ts'
import type { HttpClient } from '../http/http-client.ts'
import { Lookout } from '../lookout.ts'
import { ApiClient } from './api-client.ts'
import { Complaints } from './complaints.ts'
import type { Dialect } from './dialect.ts'
import { configuredDialect, discover } from './discovery.ts'
import { FacetDirectory } from './facet-directory.ts'
import { type FoundEntity, relate } from './found.ts'
import type { SovdBackendOptions } from './options.ts'
import { openPeer } from './peer.ts'

/**
 * Another SOVD server as a source of entities. Requests go to it whether or not it was found lately, so that what it
 * can serve is served; what it has is looked for again and again.
 */
export class SovdBackend implements Backend {
  readonly name: string
  readonly #options: SovdBackendOptions
  readonly #http: HttpClient
  readonly #api: ApiClient
  readonly #facets: FacetDirectory
  readonly #complaints: Complaints
  readonly #lookout: Lookout
  #dialect: Dialect | undefined
  #components: readonly FoundEntity[] = []
  /** By kind. */
  #others: ReadonlyMap<EntityKind, readonly FoundEntity[]> = new Map()
  /** All of them, with what they are to each other. */
  #related: readonly FoundEntity[] = []

  constructor(options: SovdBackendOptions, dependencies: BackendDependencies) {
    const { clock, observe } = dependencies
    const log = dependencies.log.child({ backend: options.name })
    const peer = openPeer(options, clock)
    this.name = options.name
    this.#options = options
    this.#complaints = new Complaints(log)
    this.#http = peer.http
    this.#api = new ApiClient({
      ...peer,
      clock,
      onContact: (failure) => this.#lookout.onContact(failure),
      ...(observe === undefined ? {} : { observe }),
    })
    this.#facets = new FacetDirectory(this.#api, clock)
    this.#dialect = configuredDialect(options.dialect)
    this.#lookout = new Lookout({
      clock,
      log,
      refreshMs: options.refreshMs,
      look: (wasUp, signal) => this.#look(wasUp, signal),
      entities: (state) => this.#entities(state),
    })
  }

  get snapshot(): BackendSnapshot {
    return this.#lookout.snapshot
  }

  onChange(listener: () => void): () => void {
    return this.#lookout.onChange(listener)
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#lookout.run(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]()
  }

  async #look(wasUp: boolean, signal: AbortSignal): Promise<LogFields> {
    const expected = configuredDialect(this.#options.dialect)
    const { dialect, components, others } = await discover(this.#api, expected, this.#complaints, signal)
    if (!wasUp) {
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
    return { dialect: dialect.name, components: components.length }
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
}
