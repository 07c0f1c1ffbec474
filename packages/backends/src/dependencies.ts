import type { Clock, Logger } from '@opensovd/base'
import type { BackendObserver } from '@opensovd/core'

/** What a backend is made with. */
export interface BackendDependencies {
  readonly clock: Clock
  readonly log: Logger
  readonly observe?: BackendObserver
}
