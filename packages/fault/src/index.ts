export type { FaultRecord, FaultSeverity, FaultStage } from './fault-record.ts'
export { FaultReporter, type FaultReporterOptions, type ReporterDebounce } from './fault-reporter.ts'
export type { FaultSink } from './fault-sink.ts'
export {
  type FaultClient,
  type FaultClientCounters,
  type FaultClientOptions,
  openFaultClient,
} from './socket/fault-client.ts'
