import type { ClientSideLogging } from './environment.ts'
import type { Acceptance } from './sections/acceptances.ts'
import type { ApplicationConfiguration, ApplicationDefaults } from './sections/applications.ts'
import type { ClientPorts } from './sections/clients.ts'
import type { DebounceFilters } from './sections/debounce.ts'
import type { E2eConfiguration } from './sections/e2e.ts'
import type { InternalServices } from './sections/internal-services.ts'
import type { LoggingConfiguration } from './sections/logging.ts'
import type { ClientIdConfiguration, NetworkConfiguration } from './sections/network.ts'
import type { NpduDefaults } from './sections/npdu.ts'
import type { RoutingConfiguration } from './sections/routing.ts'
import type { SecurityConfiguration } from './sections/security.ts'
import type { ServiceDiscoveryConfiguration } from './sections/service-discovery.ts'
import type { ServiceConfiguration } from './sections/services.ts'
import type { MessageSizes } from './sections/sizes.ts'
import type { SocketConfiguration } from './sections/sockets.ts'
import type { SuppressedEvents } from './sections/suppressed-events.ts'
import type { TracingConfiguration } from './sections/tracing.ts'

/** What the stack is told. Complete: what no file gives has its default. Ids and limits are those of vsomeip. */
export interface Configuration {
  readonly network: NetworkConfiguration
  readonly clientIds: ClientIdConfiguration
  /** The folder of local sockets and of the lock file; ends with a slash. */
  readonly basePath: string
  readonly logging: LoggingConfiguration
  /** Which messages an application logs itself. */
  readonly clientSideLogging: ClientSideLogging
  readonly routing: RoutingConfiguration
  /** By name. */
  readonly applications: ReadonlyMap<string, ApplicationConfiguration>
  readonly applicationDefaults: ApplicationDefaults
  /** By `serviceInstanceKey`. */
  readonly services: ReadonlyMap<number, ServiceConfiguration>
  readonly serviceDiscovery: ServiceDiscoveryConfiguration
  readonly npduDefaults: NpduDefaults
  readonly internalServices: readonly InternalServices[]
  readonly clientPorts: readonly ClientPorts[]
  /** Addresses of hosts that understand selective subscriptions. */
  readonly selectiveBroadcastHosts: ReadonlySet<string>
  readonly e2e: E2eConfiguration
  readonly debounce: DebounceFilters
  readonly acceptances: readonly Acceptance[]
  /** By `serviceInstanceKey`. */
  readonly secureServices: ReadonlySet<number>
  /** By `serviceInstanceKey`; services that are not in here are in partition 0. */
  readonly partitions: ReadonlyMap<number, number>
  readonly suppressedEvents: readonly SuppressedEvents[]
  readonly security: SecurityConfiguration
  readonly tracing: TracingConfiguration
  readonly messageSizes: MessageSizes
  readonly sockets: SocketConfiguration
}
