/** Counts since an endpoint was opened, over all its connections. */
export interface TcpStatistics {
  readonly receivedMessages: number
  /** Bytes that were no messages. */
  readonly problems: number
  /** Taken for sending; those under way when a connection ends are lost. */
  readonly sentMessages: number
  readonly sentBytes: number
  /** Refused because too much was waiting or nobody was connected, or dropped because they waited too long. */
  readonly droppedMessages: number
  readonly droppedBytes: number
}

/** What an endpoint counts while it works. */
export class TcpCounters implements TcpStatistics {
  receivedMessages = 0
  problems = 0
  sentMessages = 0
  sentBytes = 0
  droppedMessages = 0
  droppedBytes = 0

  /** Counts a message as sent or as dropped. */
  count({ length }: Uint8Array, isTaken: boolean): void {
    if (isTaken) {
      this.sentMessages++
      this.sentBytes += length
    } else {
      this.droppedMessages++
      this.droppedBytes += length
    }
  }
}
