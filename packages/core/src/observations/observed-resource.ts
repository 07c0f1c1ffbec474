import { type ResourceCollection, SovdError } from '@opensovd/sovd'
import type { Reading } from '../events/reading.ts'
import type { Source } from '../events/source.ts'

/** A resource of a contract as something to watch. */
export interface ObservedResource<T = unknown> {
  /** As clients know it. */
  readonly uri: string
  readonly collection?: ResourceCollection
  /** Whether it is there for a while only, as executions are. */
  readonly isTemporary: boolean
  readonly source: Source<T>
  /** What reading the resource gives. @throws SovdError when the value is not good enough for that */
  payload(value: T): unknown
}

/** What observing a resource came to. */
export type Observation =
  | { readonly atMs: number; readonly payload: unknown }
  | { readonly atMs: number; readonly error: SovdError }

export function observationOf(observed: ObservedResource, reading: Reading<unknown>): Observation {
  if ('error' in reading) return reading
  try {
    return { atMs: reading.atMs, payload: observed.payload(reading.value) }
  } catch (error) {
    if (error instanceof SovdError) return { atMs: reading.atMs, error }
    throw error
  }
}
