export { FileAuditStore, type FileAuditStoreOptions } from './audit/file-audit-store.ts'
export {
  type AuthOptions,
  type ClientSecret,
  HMAC_ALGORITHMS,
  type HmacAlgorithm,
  type TokenClient,
  type TokenKey,
} from './auth/options.ts'
export { isTrustedUrl } from './auth/trusted-url.ts'
export { FileFaultHistory, type FileFaultHistoryOptions } from './fault-history/file-fault-history.ts'
export type { TlsOptions } from './http/listener.ts'
export { type FaultIntake, type FaultIntakeOptions, openFaultIntake } from './intake/fault-intake.ts'
export {
  describeVehicle,
  type VehicleDescription,
  type VehicleDescriptionOptions,
} from './iso/docs/vehicle.ts'
export type { LogIntakeCounters } from './logs-intake/log-admission.ts'
export { type LogFile, type LogIntake, type LogIntakeOptions, openLogIntake } from './logs-intake/log-intake.ts'
export type { LogRule } from './logs-intake/log-rules.ts'
export type { SyslogDatagramOptions } from './logs-intake/syslog-datagrams.ts'
export { renderLogIntakeMetrics } from './observe/log-intake-metrics.ts'
export { createMetrics, type Metrics } from './observe/metrics.ts'
export { ed25519Verifier, hmacVerifier } from './proximity-verifier.ts'
export type { RateLimit } from './rate-limit/rate-limiter.ts'
export {
  DEFAULT_ISO_BASE,
  DEFAULT_NATIVE_BASE,
  openSovdServer,
  type SovdServer,
  type SovdServerOptions,
} from './server.ts'
