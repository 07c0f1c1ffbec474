import { messageOf } from '@opensovd/base'
import { SovdError, type SovdErrorCode } from '@opensovd/sovd'
import { errors } from 'undici'

/**
 * How an exchange failed without an answer that could be used: no connection; the connection ended before or within
 * the answer; no answer in time; something that is not HTTP; an answer beyond all bounds; not tried at all.
 */
export type FailureKind = 'connect' | 'closed' | 'cut' | 'timeout' | 'protocol' | 'oversized' | 'untried'

export interface HttpFailureOptions extends ErrorOptions {
  readonly retryAfterSeconds?: number
}

/** An exchange that brought no answer. */
export class HttpFailure extends SovdError {
  readonly kind: FailureKind

  constructor(kind: FailureKind, code: SovdErrorCode, message: string, options?: HttpFailureOptions) {
    super(code, message, options)
    this.kind = kind
  }
}

/** What the codes of failed connections mean for the peer, whose name stands before. */
const CONNECT_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'reset the connection',
  EPIPE: 'closed the connection',
  ENOTFOUND: 'cannot be reached: its host name is unknown',
  EAI_AGAIN: 'cannot be reached: its host name cannot be resolved at the moment',
  EHOSTUNREACH: 'cannot be reached: no route to its host',
  ENETUNREACH: 'cannot be reached: no route to its network',
}

const TIMEOUTS = ['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']
const CLOSED = ['UND_ERR_DESTROYED', 'UND_ERR_CLOSED']

/** The failure to connect, from what the HTTP library threw. */
export function connectFailure(peer: string, error: Error): HttpFailure {
  const cause = firstOf(error)
  const code = codeOf(cause)
  if (TIMEOUTS.includes(code)) {
    return new HttpFailure('timeout', 'gateway-timeout', `${peer} did not accept a connection in time`, { cause })
  }
  if (CLOSED.includes(code)) {
    return new HttpFailure('untried', 'unavailable', `${peer} is not asked any more: shutting down`, { cause })
  }
  const text = CONNECT_ERRORS[code] ?? `cannot be reached: ${shorten(messageOf(cause))}`
  return new HttpFailure('connect', 'bad-gateway', `${peer} ${text}`, { cause })
}

/** The failure of an exchange that was under way, from what the HTTP library threw. */
export function exchangeFailure(peer: string, error: Error, answering: boolean): HttpFailure {
  const code = codeOf(error)
  if (CLOSED.includes(code)) return connectFailure(peer, error)
  if (isStrange(error)) {
    const text = `${peer} does not speak HTTP: ${shorten(error.message)}`
    return new HttpFailure('protocol', 'bad-gateway', text, { cause: error })
  }
  const when = answering ? 'in the middle of its answer' : 'without an answer'
  const how = isSocketDeath(error) || code.startsWith('UND_ERR_') ? 'closed the connection' : shorten(error.message)
  return new HttpFailure(answering ? 'cut' : 'closed', 'bad-gateway', `${peer}: ${how} ${when}`, { cause: error })
}

/** Whether what came was no answer. */
function isStrange(error: Error): boolean {
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) return true
  return error instanceof errors.SocketError && error.message.startsWith('bad ')
}

/** Whether the connection ended under an exchange. */
export function isSocketDeath(error: Error): boolean {
  const code = codeOf(error)
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE'
}

/** Whether nothing listens at the peer's address. */
export function isRefusal(failure: HttpFailure): boolean {
  return failure.cause instanceof Error && codeOf(failure.cause) === 'ECONNREFUSED'
}

/** Of the errors of all addresses of a host, the first. */
function firstOf(error: Error): Error {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined
  return first instanceof Error ? first : error
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
