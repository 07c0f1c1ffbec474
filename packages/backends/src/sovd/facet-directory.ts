import { type Clock, pick, withTimeout } from '@opensovd/base'
import type { CallContext, Facets } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { HttpFailure } from '../http/http-failure.ts'
import type { ApiClient } from './api-client.ts'
import { type AllFacets, allFacetsOf, type Dialect, FACET_NAMES, type RemoteFacet } from './dialect.ts'
import { COMPONENTS, dialectOf } from './discovery.ts'
import { lateFacets } from './late-facets.ts'
import { MAX_TOGETHER, mapLimited } from './map-limited.ts'
import { componentPath } from './path.ts'

/** Asking what new components can do may take this long at a time; the rest are asked the next time. */
const ASKING_MS = 5000

interface Entry {
  readonly dialect: Dialect | undefined
  readonly facets: Facets
  readonly asked: boolean
}

interface Told {
  readonly names: readonly RemoteFacet[]
  readonly asked: boolean
}

/** The facets of the components of one server. A component that was not asked, or did not tell, has all of them. */
export class FacetDirectory {
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()

  constructor(api: ApiClient, clock: Clock) {
    this.#api = api
    this.#clock = clock
  }

  /** @param dialect undefined when the server was never reached: then it is told at the first use */
  facetsOf(id: string, dialect: Dialect | undefined): Facets {
    const known = this.#entries.get(id)
    if (known && known.dialect === dialect) return known.facets
    const facets = dialect ? allFacetsOf(dialect, this.#api, componentPath(id)) : this.#lateFacets(id)
    this.#entries.set(id, { dialect, facets, asked: false })
    return facets
  }

  /** Asks those components that were not asked yet, as far as there is time. */
  async ask(ids: readonly string[], dialect: Dialect, signal: AbortSignal): Promise<void> {
    const unasked = ids.filter((id) => !this.#isAsked(id, dialect))
    if (unasked.length === 0) return
    const timeUp = () => new SovdError('gateway-timeout', 'no time left to ask what components can do')
    await withTimeout(this.#clock, ASKING_MS, timeUp, signal, (limited) =>
      mapLimited(unasked, MAX_TOGETHER, (id) => this.#ask(id, dialect, limited)),
    )
    signal.throwIfAborted()
  }

  /** All components are asked again the next time. */
  askAgain(): void {
    for (const [id, entry] of this.#entries) this.#entries.set(id, { ...entry, asked: false })
  }

  /** Forgets all components but these. */
  retain(ids: ReadonlySet<string>): void {
    for (const id of this.#entries.keys()) if (!ids.has(id)) this.#entries.delete(id)
  }

  #isAsked(id: string, dialect: Dialect): boolean {
    const known = this.#entries.get(id)
    return known?.asked === true && known.dialect === dialect
  }

  async #ask(id: string, dialect: Dialect, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const path = componentPath(id)
    const { names, asked } = await this.#capabilities(dialect, path, signal)
    this.#entries.set(id, { dialect, facets: pick(allFacetsOf(dialect, this.#api, path), names), asked })
  }

  /** Who has no connection or no time is asked again; who does not tell, or takes too long to, is not. */
  async #capabilities(dialect: Dialect, path: string, signal: AbortSignal): Promise<Told> {
    try {
      return { names: [...(await dialect.capabilities(this.#api, path, signal))], asked: true }
    } catch (error) {
      if (!(error instanceof SovdError)) throw error
      return { names: FACET_NAMES, asked: !(error instanceof HttpFailure) || error.kind === 'timeout' }
    }
  }

  #lateFacets(id: string): AllFacets {
    const path = componentPath(id)
    return lateFacets(async (context: CallContext) => {
      const dialect = await this.#api.get(COMPONENTS, context, dialectOf)
      return allFacetsOf(dialect, this.#api, path)
    })
  }
}
