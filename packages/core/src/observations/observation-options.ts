import type { Clock } from '@opensovd/base'
import type { EventLimits } from '../events/event-limits.ts'
import type { ReaderLimit } from '../events/reader-limit.ts'
import type { Sources } from '../events/sources.ts'
import type { Locks } from '../locks/locks.ts'

/** What subscriptions and triggers need of their surroundings. */
export interface ObservationOptions {
  readonly clock: Clock
  readonly createId: () => string
  readonly createTag: () => string
  readonly sources: Sources
  readonly locks: Locks
  readonly limits: EventLimits
  readonly readers: ReaderLimit
}
