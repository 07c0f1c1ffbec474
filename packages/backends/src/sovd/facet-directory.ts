import { type Clock, pick, withTimeout } from '@opensovd/base'
import type { CallContext, Facets } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { HttpFailure } from '../http/http-failure.ts'
import type { ApiClient } from './api-client.ts'
import { type AllFacets, allFacetsOf, type Dialect, FACET_NAMES, type RemoteFacet, type Told } from './dialect.ts'
import { COMPONENTS, dialectOf } from './discovery.ts'
import { isMissing } from './fallback.ts'
import type { FoundEntity, FoundRelations } from './found.ts'
import { lateFacets } from './late-facets.ts'
import { MAX_TOGETHER, mapLimited } from './map-limited.ts'
import { entityPath } from './path.ts'

/** Asking what new components can do may take this long at a time; the rest are asked the next time. */
const ASKING_MS = 5000

interface Entry {
  readonly dialect: Dialect | undefined
  readonly facets: Facets
  readonly relations: FoundRelations
  readonly asked: boolean
}

type Place = Pick<FoundEntity, 'kind' | 'id'>

/** What the entities of one server can do, and are to each other. One that did not tell yet has all its kind may have. */
export class FacetDirectory {
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()

  constructor(api: ApiClient, clock: Clock) {
    this.#api = api
    this.#clock = clock
  }

  /** @param dialect undefined when the server was never reached: then it is told at the first use */
  facetsOf(place: Place, dialect: Dialect | undefined): Facets {
    const known = this.#entries.get(keyOf(place))
    if (known && known.dialect === dialect) return known.facets
    const facets = dialect ? this.#facets(place, dialect) : this.#lateFacets(place.id)
    this.#entries.set(keyOf(place), { dialect, facets, relations: {}, asked: false })
    return facets
  }

  relationsOf(place: Place): FoundRelations {
    return this.#entries.get(keyOf(place))?.relations ?? {}
  }

  /** Asks those entities that were not asked yet, as far as there is time. */
  async ask(places: readonly Place[], dialect: Dialect, signal: AbortSignal): Promise<void> {
    const unasked = places.filter((place) => !this.#isAsked(place, dialect))
    if (unasked.length === 0) return
    const timeUp = () => new SovdError('gateway-timeout', 'no time left to ask what entities can do')
    await withTimeout(this.#clock, ASKING_MS, timeUp, signal, (limited) =>
      mapLimited(unasked, MAX_TOGETHER, (place) => this.#ask(place, dialect, limited)),
    )
    signal.throwIfAborted()
  }

  /** All entities are asked again the next time. */
  askAgain(): void {
    for (const [key, entry] of this.#entries) this.#entries.set(key, { ...entry, asked: false })
  }

  /** Forgets all entities but these. */
  retain(places: readonly Place[]): void {
    const keys = new Set(places.map(keyOf))
    for (const key of this.#entries.keys()) if (!keys.has(key)) this.#entries.delete(key)
  }

  #isAsked(place: Place, dialect: Dialect): boolean {
    if (possibleFacets(dialect, place).length === 0) return true
    const known = this.#entries.get(keyOf(place))
    return known?.asked === true && known.dialect === dialect
  }

  async #ask(place: Place, dialect: Dialect, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const { facets: told, relations = {}, further, asked } = await this.#capabilities(place, dialect, signal)
    const names = possibleFacets(dialect, place).filter((name) => told.has(name))
    const facets = { ...this.#facets(place, dialect, names), ...further }
    this.#entries.set(keyOf(place), { dialect, facets, relations, asked })
  }

  /** Who has no connection or no time is asked again; who does not tell, or takes too long to, is not. */
  async #capabilities(place: Place, dialect: Dialect, signal: AbortSignal): Promise<Told & { asked: boolean }> {
    try {
      return { ...(await dialect.capabilities(this.#api, pathOf(dialect, place), signal)), asked: true }
    } catch (error) {
      if (!(error instanceof SovdError)) throw error
      const names = isMissing(error) ? untoldFacets(dialect, place) : FACET_NAMES
      return { facets: new Set(names), asked: !(error instanceof HttpFailure) || error.kind === 'timeout' }
    }
  }

  #facets(place: Place, dialect: Dialect, names = possibleFacets(dialect, place)): Facets {
    if (names.length === 0) return {}
    return pick(allFacetsOf(dialect, this.#api, pathOf(dialect, place)), names)
  }

  #lateFacets(id: string): AllFacets {
    const path = entityPath(COMPONENTS, id)
    return lateFacets(async (context: CallContext) => {
      const dialect = await this.#api.get(COMPONENTS, context, dialectOf)
      return allFacetsOf(dialect, this.#api, path)
    })
  }
}

function keyOf({ kind, id }: Place): string {
  return `${kind}/${id}`
}

function possibleFacets({ collections }: Dialect, { kind }: Place): readonly RemoteFacet[] {
  return kind === 'component' ? FACET_NAMES : (collections[kind]?.facets ?? [])
}

function untoldFacets({ collections }: Dialect, { kind }: Place): readonly RemoteFacet[] {
  return kind === 'component' ? FACET_NAMES : (collections[kind]?.untold ?? [])
}

function pathOf({ collections }: Dialect, { kind, id }: Place): string {
  return entityPath(collections[kind]?.path ?? COMPONENTS, id)
}
