import type { ConfigurationFacet } from '../facets/configurations.ts'
import type { DataFacet } from '../facets/data.ts'
import type { FaultFacet } from '../facets/faults.ts'
import type { ModeFacet } from '../facets/modes.ts'
import type { OperationFacet } from '../facets/operations.ts'

export type EntityKind = 'area' | 'component' | 'app' | 'function' | 'group'

export type ConnectionState = 'connected' | 'disconnected' | 'connecting' | 'error'

/** What an entity can do: a facet that is there is a capability, one that is not is none. */
export interface Facets {
  readonly data?: DataFacet
  readonly faults?: FaultFacet
  readonly operations?: OperationFacet
  readonly modes?: ModeFacet
  readonly configurations?: ConfigurationFacet
}

export type FacetName = keyof Facets

/** Something that can be diagnosed, as known at one moment: what changes is yielded anew. */
export interface Entity {
  readonly kind: EntityKind
  /** Unique among the entities of its kind. */
  readonly id: string
  readonly name: string
  readonly description?: string
  readonly category?: string
  readonly connectionState: ConnectionState
  readonly softwareVersion?: string
  readonly hardwareVariant?: string
  readonly installationVariant?: string
  /** Ids of the components of a group. */
  readonly members?: readonly string[]
  readonly facets: Facets
}
