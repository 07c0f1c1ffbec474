import type { JsonObject } from '@opensovd/base'
import type { ConnectionState, EntityKind } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import { type Dialect, FACET_NAMES, type RemoteFacet, type Told } from '../dialect.ts'
import type { FoundComponent, FoundEntity } from '../found.ts'
import { choiceOf, defined, objectOf, requiredText, ShapeError, textOf, textsOf } from '../shape.ts'
import { nativeConfigurations } from './configurations.ts'
import { nativeData } from './data.ts'
import { nativeFaults } from './faults.ts'
import { nativeLogs } from './logs.ts'
import { nativeModes } from './modes.ts'
import { nativeOperations } from './operations.ts'

/** The native contract: lists in `value`, one document for modes and one for configurations. */
export const nativeDialect: Dialect = {
  name: 'native',
  listMember: 'value',
  component,
  collections: {
    group: { path: '/groups', facets: [], untold: [], decode: (item) => entity('group', item, 'componentIds') },
    area: { path: '/areas', facets: [], untold: [], decode: (item) => entity('area', item, 'componentIds') },
    app: { path: '/apps', facets: ['data', 'faults', 'operations'], untold: ['data', 'operations'], decode: app },
    function: {
      path: '/funcs',
      facets: ['data', 'operations'],
      untold: ['data'],
      decode: (item) => entity('function', item, 'sourceComponents'),
    },
  },
  capabilities,
  facets: {
    data: nativeData,
    faults: nativeFaults,
    operations: nativeOperations,
    modes: nativeModes,
    configurations: nativeConfigurations,
    logs: nativeLogs,
  },
}

const CONNECTION_STATES: readonly ConnectionState[] = ['connected', 'disconnected', 'connecting', 'error']

function component(item: JsonObject): FoundComponent {
  const id = requiredText(item, 'id')
  return defined<FoundComponent>({
    id,
    name: textOf(item, 'name') ?? id,
    description: textOf(item, 'description'),
    category: textOf(item, 'category'),
    connectionState: choiceOf(item, 'connectionState', CONNECTION_STATES) ?? 'connected',
    softwareVersion: textOf(item, 'softwareVersion'),
    hardwareVariant: textOf(item, 'hardwareVariant'),
    installationVariant: textOf(item, 'installationVariant'),
  })
}

function entity(kind: EntityKind, item: JsonObject, membersIn: string): FoundEntity[] {
  const id = textOf(item, 'id')
  if (id === undefined) return []
  return [
    defined<FoundEntity>({
      kind,
      id,
      name: textOf(item, 'name') ?? id,
      description: textOf(item, 'description'),
      members: textsOf(item, membersIn) ?? [],
      connectionState: 'connected',
    }),
  ]
}

function app(item: JsonObject): FoundEntity[] {
  return entity('app', item, '').map(({ members: _, ...found }) =>
    defined<FoundEntity>({
      ...found,
      softwareVersion: textOf(item, 'version') || undefined,
      connectionState: item.status === 'error' ? 'error' : 'connected',
      isRunning: item.status === 'running' ? true : item.status === 'stopped' ? false : undefined,
    }),
  )
}

/**
 * Older servers name neither modes nor configurations of their components though they have them, or name no category
 * at all.
 */
async function capabilities(api: ApiClient, path: string, signal: AbortSignal): Promise<Told> {
  const named = await api.probe(`${path}/capabilities`, signal, (json) => {
    const categories = textsOf(objectOf(json), 'supportedCategories')
    if (!categories) throw new ShapeError('supportedCategories is not an array')
    return FACET_NAMES.filter((name) => categories.includes(name))
  })
  if (named.length === 0) return { facets: new Set(FACET_NAMES) }
  const isOld = !named.includes('modes') && !named.includes('configurations')
  return { facets: new Set<RemoteFacet>(isOld ? [...named, 'modes', 'configurations'] : named) }
}
