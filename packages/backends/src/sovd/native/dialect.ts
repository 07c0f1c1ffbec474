import type { JsonObject } from '@opensovd/base'
import type { ConnectionState } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import { type Dialect, FACET_NAMES, type FoundComponent, type FoundGroup, type RemoteFacet } from '../dialect.ts'
import { isMissing } from '../fallback.ts'
import { choiceOf, defined, itemsOf, objectOf, requiredText, ShapeError, textOf, textsOf } from '../shape.ts'
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
  groups,
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

/** Servers without groups are fine; groups that are none are left out. */
async function groups(api: ApiClient, signal: AbortSignal): Promise<readonly FoundGroup[]> {
  try {
    return await api.probe('/groups', signal, (json) => itemsOf(json, 'value').flatMap(group))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function group(item: JsonObject): FoundGroup[] {
  const id = textOf(item, 'id')
  if (id === undefined) return []
  const members = textsOf(item, 'componentIds') ?? []
  return [
    defined<FoundGroup>({ id, name: textOf(item, 'name') ?? id, description: textOf(item, 'description'), members }),
  ]
}

/** Older servers name neither modes nor configurations though they have them, or name no category at all. */
async function capabilities(api: ApiClient, path: string, signal: AbortSignal): Promise<ReadonlySet<RemoteFacet>> {
  const named = await api.probe(`${path}/capabilities`, signal, (json) => {
    const categories = textsOf(objectOf(json), 'supportedCategories')
    if (!categories) throw new ShapeError('supportedCategories is not an array')
    return FACET_NAMES.filter((name) => categories.includes(name))
  })
  if (named.length === 0) return new Set(FACET_NAMES)
  const isOld = !named.includes('modes') && !named.includes('configurations')
  return new Set<RemoteFacet>(isOld ? [...named, 'modes', 'configurations'] : named)
}
