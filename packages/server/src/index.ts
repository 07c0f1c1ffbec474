export type { TlsOptions } from './http/listener.ts'
export { createMetrics, type Metrics } from './observe/metrics.ts'
export {
  DEFAULT_ISO_BASE,
  DEFAULT_NATIVE_BASE,
  openSovdServer,
  type SovdServer,
  type SovdServerOptions,
} from './server.ts'
