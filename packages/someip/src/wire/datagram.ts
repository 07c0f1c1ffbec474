import { HEADER_LENGTH, LENGTH_UNCOVERED_HEADER } from './header.ts'
import { MessageView, viewOf } from './message.ts'
import { checkHeader, type WireProblem } from './wire-problem.ts'

/** Receives what a datagram or stream contains, in order. */
export interface MessageSink {
  /** The message shares memory with the receive buffer. */
  message(message: MessageView): void
  problem(problem: WireProblem): void
}

/**
 * Splits a datagram into its messages [PRS_SOMEIP_00140]. A message with an intact length but another flaw is reported
 * and skipped; where the length is unusable, the rest of the datagram is one problem.
 */
export function splitDatagram(bytes: Uint8Array, sink: MessageSink, view = viewOf(bytes)): void {
  let at = 0
  do {
    const available = bytes.length - at
    if (available < HEADER_LENGTH) {
      sink.problem({ kind: 'TRUNCATED_HEADER', offset: at, needed: HEADER_LENGTH, available, header: undefined })
      return
    }
    const message = new MessageView(bytes, view, at)
    const needed = LENGTH_UNCOVERED_HEADER + message.length
    if (needed > available) {
      sink.problem({ kind: 'LENGTH_BEYOND_END', offset: at, needed, available, header: message })
      return
    }
    const problem = checkHeader(message, at)
    if (problem === undefined) sink.message(message)
    else sink.problem(problem)
    if (problem?.kind === 'LENGTH_TOO_SMALL') return
    at += needed
  } while (at < bytes.length)
}
