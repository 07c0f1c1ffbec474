import type { ResourceCollection, SovdError } from '@opensovd/sovd'
import type { EventText } from './event-text.ts'
import type { Source } from './source.ts'

/** A resource of a contract as something to watch. */
export interface ObservedResource<T = unknown> {
  /** As clients know it. */
  readonly uri: string
  readonly collection?: ResourceCollection
  /** Whether it is there for a while only, as executions are. */
  readonly isTemporary: boolean
  readonly source: Source<T>
  /** What reading the resource gives. */
  payload(value: T): unknown
}

/** How a contract tells of what is observed. */
export interface EventFormat {
  value(payload: unknown, atMs: number): EventText
  error(error: SovdError, atMs: number): EventText
  readonly lost: (count: number) => EventText
  readonly unknown: EventText
}
