import type { Clock, Logger, Scope } from '@opensovd/base'
import type { Configuration } from '../config/configuration.ts'
import type { ApplicationConfiguration } from '../config/sections/applications.ts'
import type { Network } from '../endpoint/network.ts'
import type { LimitedLog } from '../routing/limited-log.ts'
import type { Outbox } from '../routing/outbox.ts'
import type { PendingCalls } from '../routing/pending-calls.ts'

/** What all parts of an application share. */
export interface ApplicationContext {
  readonly configuration: Configuration
  readonly application: ApplicationConfiguration
  readonly clientId: number
  readonly clock: Clock
  readonly log: Logger
  readonly limitedLog: LimitedLog
  readonly network: Network
  /** Of the application's background work. */
  readonly scope: Scope
  readonly outbox: Outbox
  readonly calls: PendingCalls
  /** Answer requests for unknown methods with an error, or stay silent as vsomeip does. */
  readonly unknownMethods: 'answer' | 'ignore'
  /** Told of a callback of the application that threw. */
  readonly onFailure: (error: unknown) => void
}
