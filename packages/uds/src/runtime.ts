import type { Clock, Logger } from '@opensovd/base'
import type { Network } from './network.ts'

/** What clients and entities need of the program around them. */
export interface Runtime {
  readonly network: Network
  readonly clock: Clock
  readonly log: Logger
}
