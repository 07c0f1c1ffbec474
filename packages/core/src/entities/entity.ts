import type { BulkDataFacet } from '../facets/bulk-data.ts'
import type { ClearDataFacet } from '../facets/clear-data.ts'
import type { CommunicationFacet } from '../facets/communication.ts'
import type { CommunicationLogFacet } from '../facets/communication-logs.ts'
import type { ConfigurationFacet } from '../facets/configurations.ts'
import type { DataFacet } from '../facets/data.ts'
import type { FaultFacet } from '../facets/faults.ts'
import type { LifecycleFacet } from '../facets/lifecycle.ts'
import type { LockFacet } from '../facets/locks.ts'
import type { LogFacet } from '../facets/logs.ts'
import type { ModeFacet } from '../facets/modes.ts'
import type { OperationFacet } from '../facets/operations.ts'
import type { ScriptFacet } from '../facets/scripts.ts'
import type { UdsFacet } from '../facets/uds.ts'

export type EntityKind = 'area' | 'component' | 'app' | 'function' | 'group'

export type ConnectionState = 'connected' | 'disconnected' | 'connecting' | 'error'

/** What an entity can do: a facet that is there is a capability, one that is not is none. */
export interface Facets {
  readonly data?: DataFacet
  readonly faults?: FaultFacet
  readonly operations?: OperationFacet
  readonly modes?: ModeFacet
  readonly configurations?: ConfigurationFacet
  readonly logs?: LogFacet
  readonly bulkData?: BulkDataFacet
  readonly lifecycle?: LifecycleFacet
  readonly clearData?: ClearDataFacet
  /** Scripts that its source keeps and runs itself. */
  readonly scripts?: ScriptFacet
  readonly communication?: CommunicationFacet
  /** Recordings that its source makes itself. */
  readonly communicationLogs?: CommunicationLogFacet
  readonly locks?: LockFacet
  readonly uds?: UdsFacet
}

export type FacetName = keyof Facets

/** Something that can be diagnosed, as known at one moment: what changes is yielded anew. */
export interface Entity {
  readonly kind: EntityKind
  /** Unique among the entities of its kind. */
  readonly id: string
  readonly name: string
  /** What names it in a catalogue of texts [17978-3 7.6]. */
  readonly translationId?: string
  readonly description?: string
  readonly category?: string
  readonly connectionState: ConnectionState
  readonly softwareVersion?: string
  readonly hardwareVariant?: string
  readonly installationVariant?: string
  readonly tags?: readonly string[]
  /** Whether an app runs, where its source tells. */
  readonly isRunning?: boolean
  /** Ids of the components of a group or of an area, and of those that a function or an app does what it does with. */
  readonly members?: readonly string[]
  /** The area that a subarea is in, the component that a subcomponent is part of [17978-3 7.6]. */
  readonly parentId?: string
  /** The component that an app runs on [17978-3 7.6]. */
  readonly hostId?: string
  /** Ids of what it cannot work without: of its own kind, or of components [17978-3 7.6]. */
  readonly dependsOn?: readonly string[]
  readonly facets: Facets
}
