import type { LogFields } from '@opensovd/base'
import type { Backend, BackendSnapshot } from '@opensovd/core'
import type { BackendDependencies } from '../dependencies.ts'
import type { HttpClient } from '../http/http-client.ts'
import { Lookout } from '../lookout.ts'
import { ApiClient } from '../sovd/api-client.ts'
import { Complaints } from '../sovd/complaints.ts'
import { openPeer } from '../sovd/peer.ts'
import { AuthorizedHttp } from './authorized-http.ts'
import { cdaError } from './cda-error.ts'
import { discover, type Found, NOTHING } from './discovery.ts'
import { CdaEntities } from './entities.ts'
import type { CdaBackendOptions } from './options.ts'
import { Tokens } from './tokens.ts'

/**
 * A Classic Diagnostic Adapter as a source: its ECUs are components, its functional groups functions, and it is an
 * app itself. Requests go to it whether or not it was found lately; what it has is looked for again and again.
 */
export class CdaBackend implements Backend {
  readonly name: string
  readonly #componentIds: readonly string[]
  readonly #http: HttpClient
  readonly #api: ApiClient
  readonly #entities: CdaEntities
  readonly #complaints: Complaints
  readonly #lookout: Lookout
  #found: Found = NOTHING

  constructor(options: CdaBackendOptions, dependencies: BackendDependencies) {
    const { clientId, clientSecret } = options
    const { clock, observe } = dependencies
    const log = dependencies.log.child({ backend: options.name })
    const peer = openPeer(options, clock)
    this.name = options.name
    this.#componentIds = options.componentIds.map((id) => id.toLowerCase())
    this.#complaints = new Complaints(log)
    this.#http = peer.http
    const tokens = new Tokens({ ...peer, path: `${peer.base}/authorize`, clientId, clientSecret, clock })
    this.#api = new ApiClient({
      ...peer,
      http: new AuthorizedHttp(peer.http, tokens),
      clock,
      errorOf: cdaError,
      onContact: (failure) => this.#lookout.onContact(failure),
      ...(observe === undefined ? {} : { observe }),
    })
    this.#entities = new CdaEntities({ ...options, api: this.#api, clock })
    this.#lookout = new Lookout({
      clock,
      log,
      refreshMs: options.refreshMs,
      look: (wasUp, signal) => this.#look(wasUp, signal),
      entities: (state) => this.#entities.of(this.#withStubs(this.#found), state),
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
    this.#found = this.#withStubs(await discover(this.#api, this.#complaints, signal))
    if (!wasUp) this.#http.recover()
    this.#entities.retain(this.#found)
    return { components: this.#found.components.length }
  }

  /** With the components that are configured and not listed. */
  #withStubs(found: Found): Found {
    const ids = new Set(found.components.map(({ id }) => id))
    const missing = this.#componentIds.filter((id) => !ids.has(id))
    if (missing.length === 0) return found
    const stubs = missing.map((id) => ({ id, name: id, category: 'ecu', connectionState: 'disconnected' as const }))
    return { ...found, components: [...found.components, ...stubs] }
  }
}
