import type { JsonObject } from '@opensovd/base'
import type {
  ConfigurationFacet,
  DataFacet,
  EntityKind,
  Facets,
  FaultFacet,
  LogFacet,
  ModeFacet,
  OperationFacet,
} from '@opensovd/core'
import type { ApiClient } from './api-client.ts'
import type { FoundComponent, FoundEntity, FoundRelations } from './found.ts'

type With<F, K extends keyof F> = F & Required<Pick<F, K>>

/** All that a component of a SOVD server can have. */
export interface AllFacets {
  readonly data: With<DataFacet, 'write' | 'readMany' | 'writeMany'>
  readonly faults: With<FaultFacet, 'read' | 'clearAll' | 'clear'>
  readonly operations: With<OperationFacet, 'stop'>
  readonly modes: ModeFacet
  readonly configurations: With<ConfigurationFacet, 'write'>
  readonly logs: LogFacet
}

/** The facets that are told and used over HTTP. */
export type RemoteFacet = keyof AllFacets

/** Entities of one kind at a server. */
export interface Collection {
  /** Where they are listed, with a slash before it. */
  readonly path: string
  /** What they can do at most. */
  readonly facets: readonly RemoteFacet[]
  /** What those can do whose server does not know how to tell. */
  readonly untold: readonly RemoteFacet[]
  /** Nothing for what is none. */
  readonly decode: (item: JsonObject) => readonly FoundEntity[]
}

export interface Told {
  readonly facets: ReadonlySet<RemoteFacet>
  readonly relations?: FoundRelations
  /** What it can do beside those: what there is of it has to be asked for first. */
  readonly further?: Pick<Facets, 'bulkData' | 'clearData' | 'lifecycle' | 'scripts' | 'communicationLogs'>
}

/** How a kind of server names and shapes what all of them have. */
export interface Dialect {
  readonly name: 'native' | 'iso'
  /** The member of a list's body with its items; servers are told apart by it. */
  readonly listMember: 'value' | 'items'
  /** @throws ShapeError for what cannot be a component */
  component(item: JsonObject): FoundComponent
  /** The kinds beside components that such servers have. */
  readonly collections: Partial<Readonly<Record<EntityKind, Collection>>>
  /** What an entity can do. Rejects when the server does not tell. */
  capabilities(api: ApiClient, path: string, signal: AbortSignal): Promise<Told>
  /** Each facet, for the entity at `path`. */
  readonly facets: { readonly [N in RemoteFacet]: (api: ApiClient, path: string) => AllFacets[N] }
}

export const FACET_NAMES: readonly RemoteFacet[] = ['data', 'faults', 'operations', 'modes', 'configurations', 'logs']

/** All facets of the entity at `path`. */
export function allFacetsOf({ facets }: Dialect, api: ApiClient, path: string): AllFacets {
  return {
    data: facets.data(api, path),
    faults: facets.faults(api, path),
    operations: facets.operations(api, path),
    modes: facets.modes(api, path),
    configurations: facets.configurations(api, path),
    logs: facets.logs(api, path),
  }
}
