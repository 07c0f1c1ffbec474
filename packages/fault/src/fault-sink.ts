import type { FaultRecord } from './fault-record.ts'

/** Where records go. Publishing neither waits nor throws: what cannot be delivered is the sink's to count. */
export interface FaultSink {
  publish(record: FaultRecord): void
}
