import { type Logger, messageOf } from '@opensovd/base'
import type { MessageView } from '../../wire/message.ts'
import type { WireProblem } from '../../wire/wire-problem.ts'
import type { EndpointAddress } from '../endpoint-address.ts'
import type { EndpointError } from '../errors.ts'

/** Whom an endpoint hands what arrives. What a function throws is logged, and concerns nothing else. */
export interface MessageReceiver {
  /** The message shares memory with a buffer that is used again: copy what outlives the call. */
  message(message: MessageView, source: EndpointAddress, isMulticast: boolean): void
  /** Bytes that are no message. On a connection without magic cookies it ends after this call. */
  problem(problem: WireProblem, source: EndpointAddress): void
}

/** Also learns of connections. */
export interface ConnectionReceiver extends MessageReceiver {
  connected(peer: EndpointAddress, local: EndpointAddress): void
  /** Without an error it was this side that ended the connection. */
  disconnected(peer: EndpointAddress, error: EndpointError | undefined): void
}

/** A receiver that never throws. */
export function guardedReceiver(receiver: ConnectionReceiver, log: Logger): ConnectionReceiver {
  const failed = (what: string, error: unknown) =>
    log.error(`a receiver of SOME/IP ${what} failed`, { error: messageOf(error) })
  return {
    message(message, source, isMulticast) {
      try {
        receiver.message(message, source, isMulticast)
      } catch (error) {
        failed('messages', error)
      }
    },
    problem(problem, source) {
      try {
        receiver.problem(problem, source)
      } catch (error) {
        failed('messages', error)
      }
    },
    connected(peer, local) {
      try {
        receiver.connected(peer, local)
      } catch (error) {
        failed('connections', error)
      }
    },
    disconnected(peer, error) {
      try {
        receiver.disconnected(peer, error)
      } catch (failure) {
        failed('connections', failure)
      }
    },
  }
}

/** A receiver without connections as one that has none. */
export function connectionless(receiver: MessageReceiver): ConnectionReceiver {
  return {
    message: (message, source, isMulticast) => receiver.message(message, source, isMulticast),
    problem: (problem, source) => receiver.problem(problem, source),
    connected: () => {},
    disconnected: () => {},
  }
}
