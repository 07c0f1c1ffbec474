import type { UdpStatistics } from '../network.ts'

/** What a socket counts while it works. */
export class UdpCounters implements UdpStatistics {
  receivedDatagrams = 0
  receivedBytes = 0
  oversizeDatagrams = 0
  sentDatagrams = 0
  sentBytes = 0
  droppedDatagrams = 0
  droppedBytes = 0
  failedDatagrams = 0
  queuedBytes = 0
}
