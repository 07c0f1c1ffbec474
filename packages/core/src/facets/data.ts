import type { Json, JsonObject } from '@opensovd/base'
import type { CallContext } from '../ports/call-context.ts'

export type DataCategory = 'identData' | 'currentData' | 'storedData' | 'sysInfo' | `x-${string}`
export type Access = 'readOnly' | 'readWrite' | 'writeOnly'
export type DataType = 'string' | 'integer' | 'float' | 'boolean' | 'bytes' | 'enum' | 'struct'

/** What is known of a data item without reading it. */
export interface DataItem {
  readonly id: string
  readonly name: string
  readonly description?: string
  readonly category?: DataCategory
  readonly groups?: readonly string[]
  readonly tags?: readonly string[]
  readonly access: Access
  readonly dataType: DataType
  readonly unit?: string
  /** UDS data identifier, four hex digits. */
  readonly did?: string
  readonly normalRange?: { readonly min?: number; readonly max?: number }
  /** COVESA VSS path or `x-vendor.*`. */
  readonly semanticRef?: string
  /** Seconds between two sensible readings. */
  readonly samplingHint?: number
  readonly classificationTags?: readonly string[]
}

export interface DataValue {
  readonly id: string
  readonly value: Json
  /** What the source says beside the value: name, unit, time, …; without `id` and `value`. */
  readonly attributes?: JsonObject
}

/** One item of a bulk request: a value (absent after a write) or why it could not be had. */
export type DataOutcome =
  | { readonly id: string; readonly value?: Json }
  | { readonly id: string; readonly error: string }

/** Data of an entity. Calls reject with `SovdError`; an aborted call may or may not have had its effect. */
export interface DataFacet {
  list(context: CallContext): Promise<readonly DataItem[]>
  read(id: string, context: CallContext): Promise<DataValue>
  write?(id: string, value: Json, context: CallContext): Promise<void>
  /** One request for several items, where the source has that; the outcomes are in the order of `ids`. */
  readMany?(ids: readonly string[], context: CallContext): Promise<readonly DataOutcome[]>
  writeMany?(
    values: readonly { readonly id: string; readonly value: Json }[],
    context: CallContext,
  ): Promise<readonly DataOutcome[]>
  /**
   * Tells of new values of some items as they come, for a source that can tell: nobody has to poll those.
   * Resolves when the signal aborts; rejects when the source ends it.
   */
  watch?(ids: readonly string[], listener: (value: DataValue) => void, context: CallContext): Promise<void>
}
