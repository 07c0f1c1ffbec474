import type { Json } from '@opensovd/base'
import type { DataItem, EntityKind, Fault, Operation } from '@opensovd/core'

/** One value of a program. What its functions throw is told to the client as the message of the error. */
export interface ProvidedData extends Partial<Omit<DataItem, 'id' | 'access' | 'dataType'>> {
  readonly type: DataItem['dataType']
  /** Values outside are refused before `write` is called. */
  readonly min?: number
  readonly max?: number
  /** The values of an `enum`. */
  readonly values?: readonly string[]
  readonly read: () => Json | Promise<Json>
  /** Absent: nobody can write it. */
  readonly write?: (value: Json) => void | Promise<void>
}

/** What a run of an operation gets from its starter, and tells. */
export interface Run {
  readonly parameters: Json | undefined
  /** Aborts when the run is cancelled, or the program closes its provider. */
  readonly signal: AbortSignal
  /** @param percent 0 to 100 */
  progress(percent: number): void
}

export interface ProvidedOperation extends Partial<Omit<Operation, 'id' | 'running' | 'capabilities'>> {
  /** Resolves to the result. What it rejects with is the message of the failure. Runs once at a time. */
  readonly run: (run: Run) => Json | undefined | Promise<Json | undefined>
}

/** A fault that is there; where it is not told, its status is that of a test that failed just now. */
export type ProvidedFault = Omit<Fault, 'id' | 'status'> & { readonly status?: Fault['status'] }

/** An entity of a program, as a plain object. */
export interface ProvidedEntity {
  /** `app` unless told. */
  readonly kind?: Extract<EntityKind, 'app' | 'component' | 'function'>
  readonly id: string
  readonly name?: string
  readonly description?: string
  readonly softwareVersion?: string
  /** The component that an app runs on. */
  readonly hostId?: string
  readonly tags?: readonly string[]
  readonly data?: Readonly<Record<string, ProvidedData>>
  readonly operations?: Readonly<Record<string, ProvidedOperation>>
  /** Makes the entity have a fault memory. Called when a client clears a fault; what it throws keeps the fault. */
  readonly onClearFault?: (code: string) => void | Promise<void>
}
