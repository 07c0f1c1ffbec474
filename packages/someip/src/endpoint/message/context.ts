import type { Clock, Logger } from '@opensovd/base'
import type { Network } from '../network.ts'

/** What endpoints need of their surroundings. */
export interface EndpointContext {
  readonly network: Network
  readonly clock: Clock
  readonly log: Logger
}
