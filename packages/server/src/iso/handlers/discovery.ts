import type { Diagnostics, EntityTree, FacetName } from '@opensovd/core'
import { genericError, ISO_VERSION, type IsoApi } from '@opensovd/sovd'
import { handlersOf, type RequestContext } from '../../contract.ts'
import { COLLECTIONS, entityAt, kindOf } from '../entities.ts'
import { hasTag } from '../tags.ts'
import { variantOf } from '../views/entities.ts'

type DiscoveryRoutes = Pick<IsoApi, 'getVersionInfo' | 'getServer' | 'listEntities' | 'getEntity'>

export interface DiscoveryOptions {
  readonly serverName: string
  readonly serverVersion: string
  /** Prefix of the contract, without a trailing slash. */
  readonly base: string
  /** Prefixes of all contracts, this one first. */
  readonly bases: readonly string[]
}

const FACETS: readonly FacetName[] = ['data', 'faults', 'operations', 'modes', 'configurations', 'logs']

export function discoveryHandlers({ tree }: Diagnostics, options: DiscoveryOptions) {
  const { serverName, serverVersion, base, bases } = options
  const uriOf = ({ origin }: RequestContext, ...segments: string[]) =>
    [origin + base, ...segments.map(encodeURIComponent)].join('/')

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
      }
    },

    listEntities: ({ params: { entityCollection }, query }, context) => ({
      items: tree
        .list(kindOf(entityCollection))
        .filter(() => hasTag(query.tags))
        .map(({ id, name }) => ({ id, name, href: uriOf(context, entityCollection, id) })),
      ...partialOf(tree),
    }),

    getEntity: ({ params }, context) => {
      const entity = entityAt(tree, params)
      const collections = [...FACETS.filter((name) => entity.facets[name]), 'locks']
      return {
        id: entity.id,
        name: entity.name,
        ...variantOf(entity),
        ...Object.fromEntries(
          collections.map((name) => [name, uriOf(context, params.entityCollection, entity.id, name)]),
        ),
      }
    },
  })
}

function partialOf(tree: EntityTree) {
  const failures = tree.failures()
  if (failures.length === 0) return {}
  return {
    'x-opensovd-partial': failures.map((failure) => ({ backend: failure.backend, error: genericError(failure) })),
  }
}
