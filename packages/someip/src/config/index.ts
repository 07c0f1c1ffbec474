export type { Configuration } from './configuration.ts'
export {
  applicationNameFrom,
  basePathFrom,
  type ClientSideLogging,
  clientSideLoggingFrom,
  type Environment,
} from './environment.ts'
export type { ConfigurationFiles } from './files.ts'
export {
  type LoadedConfiguration,
  type LoadOptions,
  loadConfiguration,
  type ParseOptions,
  parseConfiguration,
} from './load.ts'
export { nodeFiles } from './node-files.ts'
export { loadPolicyExtension, type PolicyExtensionOptions } from './policy-extensions.ts'
export {
  ConfigurationError,
  formatProblem,
  PROBLEM_KINDS,
  type Problem,
  type ProblemKind,
  type Severity,
} from './problems.ts'
export {
  applicationNamed,
  guestPortRanges,
  isEventSuppressed,
  isInternalService,
  logIntervals,
  maxReliableBytes,
  npduTiming,
  queueLimitBytes,
  serviceAt,
  serviceOf,
  tpSegmentation,
} from './queries.ts'
export { type Range, serviceInstanceKey } from './ranges.ts'
export { renderReference } from './reference.ts'
export { type KeyRow, keyRows, type SectionGroup } from './schema.ts'
export type { Acceptance, ProtectedPorts } from './sections/acceptances.ts'
export type { ApplicationConfiguration, ApplicationDefaults, Plugin } from './sections/applications.ts'
export type { ClientPorts, ClientTransportPorts } from './sections/clients.ts'
export type { PolicyCredentials, PolicyOwners } from './sections/credentials.ts'
export type { DebounceFilter, DebounceFilters } from './sections/debounce.ts'
export type { E2eConfiguration, E2eProfile, E2eProtection } from './sections/e2e.ts'
export type { EndpointLimits } from './sections/endpoint-limits.ts'
export type { EventConfiguration, EventgroupConfiguration, Reliability } from './sections/events.ts'
export type { InternalServices } from './sections/internal-services.ts'
export type { LoggingConfiguration, LogLevel } from './sections/logging.ts'
export type { ClientIdConfiguration, NetworkConfiguration } from './sections/network.ts'
export type { NpduConfiguration, NpduDefaults } from './sections/npdu.ts'
export type { InstanceMethods, Policy, PolicyOffer, PolicyRequest } from './sections/policies.ts'
export type { Credentials, GuestPorts, RoutingConfiguration } from './sections/routing.ts'
export type { SecurityConfiguration } from './sections/security.ts'
export type { ServiceDiscoveryConfiguration } from './sections/service-discovery.ts'
export type { ServiceConfiguration } from './sections/services.ts'
export type { MessageSizes } from './sections/sizes.ts'
export type { QueueLimits, SocketConfiguration, TcpOptions } from './sections/sockets.ts'
export type { SuppressedEvents } from './sections/suppressed-events.ts'
export type { TpConfiguration, TpSegmentation } from './sections/tp.ts'
export type { TracedMessage, TraceFilter, TracingConfiguration } from './sections/tracing.ts'
