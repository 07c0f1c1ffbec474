import type { JsonObject } from '@opensovd/base'
import type {
  ConfigurationFacet,
  DataFacet,
  Entity,
  FaultFacet,
  LogFacet,
  ModeFacet,
  OperationFacet,
} from '@opensovd/core'
import type { ApiClient } from './api-client.ts'

/** What a list says of a component. */
export type FoundComponent = Omit<Entity, 'kind' | 'members' | 'facets'>

export interface FoundGroup extends Pick<Entity, 'id' | 'name' | 'description'> {
  readonly members: readonly string[]
}

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

/** How a kind of server names and shapes what all of them have. */
export interface Dialect {
  readonly name: 'native' | 'iso'
  /** The member of a list's body with its items; servers are told apart by it. */
  readonly listMember: 'value' | 'items'
  /** @throws ShapeError for what cannot be a component */
  component(item: JsonObject): FoundComponent
  groups(api: ApiClient, signal: AbortSignal): Promise<readonly FoundGroup[]>
  /** What a component can do. Rejects when the server does not tell. */
  capabilities(api: ApiClient, path: string, signal: AbortSignal): Promise<ReadonlySet<RemoteFacet>>
  /** Each facet, for the component at `path`. */
  readonly facets: { readonly [N in RemoteFacet]: (api: ApiClient, path: string) => AllFacets[N] }
}

export const FACET_NAMES: readonly RemoteFacet[] = ['data', 'faults', 'operations', 'modes', 'configurations', 'logs']

/** All facets of the component at `path`. */
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
