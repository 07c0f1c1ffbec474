import type { JsonObject } from '@opensovd/base'
import type { ApiClient } from '../api-client.ts'
import { type Dialect, FACET_NAMES, type FoundComponent, type RemoteFacet } from '../dialect.ts'
import { objectOf, requiredText, textOf } from '../shape.ts'
import { isoConfigurations } from './configurations.ts'
import { isoData } from './data.ts'
import { isoFaults } from './faults.ts'
import { isoLogs } from './logs.ts'
import { isoModes } from './modes.ts'
import { isoOperations } from './operations.ts'

/** The contract of ISO 17978-3: lists in `items`, one resource for each mode and parameter; it has no groups. */
export const isoDialect: Dialect = {
  name: 'iso',
  listMember: 'items',
  component,
  groups: async () => [],
  capabilities,
  facets: {
    data: isoData,
    faults: isoFaults,
    operations: isoOperations,
    modes: isoModes,
    configurations: isoConfigurations,
    logs: isoLogs,
  },
}

function component(item: JsonObject): FoundComponent {
  const id = requiredText(item, 'id')
  return { id, name: textOf(item, 'name') ?? id, connectionState: 'connected' }
}

/** An entity's document links the collections it has [17978-3 7.6]. */
function capabilities(api: ApiClient, path: string, signal: AbortSignal): Promise<ReadonlySet<RemoteFacet>> {
  return api.probe(path, signal, (json) => {
    const document = objectOf(json)
    return new Set(FACET_NAMES.filter((name) => typeof document[name] === 'string'))
  })
}
