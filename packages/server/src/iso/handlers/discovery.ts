import type { Diagnostics, Entity, EntityTree, FacetName } from '@opensovd/core'
import { genericError, ISO_VERSION, type IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { COLLECTIONS, entityAt, kindOf } from '../entities.ts'
import { hasTag } from '../tags.ts'
import { pathOf, urisBelow } from '../uris.ts'
import { identityOf, referenceView, variantOf } from '../views/entities.ts'
import { relationsOf } from './relations.ts'

type DiscoveryRoutes = Pick<IsoApi, 'getVersionInfo' | 'getServer' | 'listEntities' | 'getEntity'>

export interface DiscoveryOptions {
  readonly serverName: string
  readonly serverVersion: string
  /** Prefix of the contract, without a trailing slash. */
  readonly base: string
  /** Prefixes of all contracts, this one first. */
  readonly bases: readonly string[]
}

/** What an entity has under it, by what it can do. */
const COLLECTIONS_OF: Readonly<Partial<Record<FacetName, readonly string[]>>> = {
  data: ['data', 'data-lists'],
  faults: ['faults'],
  operations: ['operations'],
  modes: ['modes'],
  configurations: ['configurations'],
  logs: ['logs'],
  bulkData: ['bulk-data'],
}

const OF_EVERY_ENTITY = ['locks', 'cyclic-subscriptions', 'triggers', 'communication-logs', 'clear-data', 'status']

export function discoveryHandlers({ tree, updates, scripts }: Diagnostics, options: DiscoveryOptions) {
  const { serverName, serverVersion, base, bases } = options
  const uriOf = urisBelow(base)

  return handlersOf<DiscoveryRoutes>({
    getVersionInfo: (_call, { origin }) => ({
      sovd_info: bases.map((each) => ({
        version: ISO_VERSION,
        base_uri: origin + each,
        vendor_info: { name: serverName, version: serverVersion },
      })),
    }),

    getServer: (_call, context) => {
      const collections = Object.entries(COLLECTIONS).filter(([, kind]) => tree.list(kind).length > 0)
      return {
        id: '',
        name: serverName,
        ...Object.fromEntries(collections.map(([name]) => [name, uriOf(context, name)])),
        ...(updates.isAvailable ? { updates: uriOf(context, 'updates') } : {}),
      }
    },

    listEntities: ({ params: { entityCollection }, query }, context) => {
      const kind = kindOf(entityCollection)
      tree.requireKind(kind)
      return {
        items: tree
          .list(kind)
          .filter(({ tags }) => hasTag(query.tags, tags))
          .map((entity) => referenceView(entity, uriOf(context, entityCollection, entity.id))),
        ...partialOf(tree),
      }
    },

    getEntity: ({ params }, context) => {
      const entity = entityAt(tree, params)
      const related = relationsOf({ tree }, entity)
      const own = Object.entries(COLLECTIONS_OF).flatMap(([name, lists]) => (hasFacet(entity, name) ? lists : []))
      const links = [...own, ...OF_EVERY_ENTITY, ...(scripts.areAt(entity) ? ['scripts'] : []), ...related.lists]
      return {
        ...identityOf(entity),
        ...variantOf(entity),
        ...Object.fromEntries(links.map((name) => [name, uriOf(context, ...pathOf(entity), name)])),
        ...Object.fromEntries(related.single.map(([name, other]) => [name, uriOf(context, ...pathOf(other))])),
      }
    },
  })
}

function hasFacet({ facets }: Entity, name: string): boolean {
  return Object.hasOwn(facets, name) && facets[name as FacetName] !== undefined
}

function partialOf(tree: EntityTree) {
  const failures = tree.failures()
  if (failures.length === 0) return {}
  return {
    'x-opensovd-partial': failures.map((failure) => ({ backend: failure.backend, error: genericError(failure) })),
  }
}
