import type { Clock, Listeners, Logger, Scope } from '@opensovd/base'
import type { Configuration } from '../config/configuration.ts'
import type { ApplicationConfiguration } from '../config/sections/applications.ts'
import type { Network } from '../endpoint/network.ts'
import type { Caller, Callers } from '../routing/callers.ts'
import type { LimitedLog } from '../routing/limited-log.ts'
import type { Outbox } from '../routing/outbox.ts'
import type { NetworkStatus } from './network-state.ts'

/** What the applications of a host share. */
export interface HostContext {
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Logger
  readonly limitedLog: LimitedLog
  readonly network: Network
  /** Of the host's background work. */
  readonly scope: Scope
  readonly outbox: Outbox
  readonly callers: Callers
  readonly networkStatus: NetworkStatus
  /** Told the addresses of hosts that rebooted. */
  readonly reboots: Listeners<string>
  /** Told of a callback of an application that threw. */
  readonly onFailure: (error: unknown) => void
}

/** What all parts of an application share. */
export interface ApplicationContext extends HostContext {
  readonly application: ApplicationConfiguration
  readonly caller: Caller
  /** Answer requests for unknown methods with an error, or stay silent as vsomeip does. */
  readonly unknownMethods: 'answer' | 'ignore'
  /** Aborts when the application is closed. */
  readonly closing: AbortSignal
}
