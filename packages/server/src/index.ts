export type { TlsOptions } from './http/listener.ts'
export { type FaultIntake, type FaultIntakeOptions, openFaultIntake } from './intake/fault-intake.ts'
export { createMetrics, type Metrics } from './observe/metrics.ts'
export {
  DEFAULT_ISO_BASE,
  DEFAULT_NATIVE_BASE,
  openSovdServer,
  type SovdServer,
  type SovdServerOptions,
} from './server.ts'
