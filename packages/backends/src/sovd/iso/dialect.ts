import type { JsonObject } from '@opensovd/base'
import type { EntityKind } from '@opensovd/core'
import { type Collection, type Dialect, FACET_NAMES } from '../dialect.ts'
import type { FoundComponent } from '../found.ts'
import { defined, requiredText, textOf, textsOf } from '../shape.ts'
import { isoCapabilities } from './capabilities.ts'
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
  collections: {
    area: collectionOf('area', '/areas'),
    app: collectionOf('app', '/apps'),
    function: collectionOf('function', '/functions'),
  },
  capabilities: isoCapabilities,
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
  return defined<FoundComponent>({
    id,
    name: textOf(item, 'name') ?? id,
    translationId: textOf(item, 'translation_id'),
    tags: textsOf(item, 'tags'),
    connectionState: 'connected',
  })
}

function collectionOf(kind: EntityKind, path: string): Collection {
  const decode = (item: JsonObject) => (textOf(item, 'id') === undefined ? [] : [{ kind, ...component(item) }])
  return { path, facets: FACET_NAMES, untold: FACET_NAMES, decode }
}
