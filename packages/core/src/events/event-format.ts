import type { SovdError } from '@opensovd/sovd'
import type { EventText } from './event-text.ts'

/** How a contract tells of what is observed. */
export interface EventFormat {
  value(payload: unknown, atMs: number): EventText
  error(error: SovdError, atMs: number): EventText
  readonly lost: (count: number, atMs: number) => EventText
  readonly unknown: (atMs: number) => EventText
}
