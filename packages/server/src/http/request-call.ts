import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Deadline, Deadlines } from '@opensovd/base'
import type { AuditOutcome, Caller } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { callerOf } from '../caller.ts'
import type { RequestContext } from '../contract.ts'

interface Note {
  readonly detail: string
  readonly outcome: AuditOutcome
}

/**
 * The context of one request. Its signal aborts when the client goes away or the time is up; most answers
 * from memory never look at it, so it is made on demand.
 */
export class RequestCall implements RequestContext {
  readonly url: string
  readonly traceparent: string
  readonly #response: ServerResponse
  readonly #deadlines: Deadlines
  readonly #onTimeout: (error: SovdError) => void
  #deadline: Deadline
  #controller: AbortController | undefined
  #reason: Error | undefined
  #caller: Caller | undefined
  #noted: Note | undefined

  /** @param onTimeout is called with the error to answer when the time is up */
  constructor(
    url: string,
    traceparent: string,
    response: ServerResponse,
    deadlines: Deadlines,
    onTimeout: (error: SovdError) => void,
  ) {
    this.url = url
    this.traceparent = traceparent
    this.#response = response
    this.#deadlines = deadlines
    this.#onTimeout = onTimeout
    this.#deadline = this.#begin()
  }

  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal
    this.#controller = new AbortController()
    if (this.#reason) this.#controller.abort(this.#reason)
    else this.#response.once('close', this.#onClose)
    return this.#controller.signal
  }

  get caller(): Caller {
    this.#caller ??= callerOf(this.#response.req.headers)
    return this.#caller
  }

  get origin(): string {
    const { headers, socket } = this.#response.req
    const scheme = 'encrypted' in socket ? 'https' : 'http'
    const host = headers.host ?? ''
    return `${scheme}://${URL.canParse(`http://${host}`) ? host : hostOf(socket)}`
  }

  get peer(): string {
    return this.#response.req.socket.remoteAddress ?? ''
  }

  get authorization(): string | undefined {
    return this.#response.req.headers.authorization
  }

  get accept(): string {
    return this.#response.req.headers.accept ?? ''
  }

  get lastEventId(): string {
    return this.#response.req.headers['last-event-id']?.toString() ?? ''
  }

  note(detail: string, outcome: AuditOutcome = 'success'): void {
    this.#noted = { detail, outcome }
  }

  /** What the audit trail is to tell beside the request. */
  get noted(): Note | undefined {
    return this.#noted
  }

  /** Whether the request was given up, so that nobody waits for its answer. */
  get isOver(): boolean {
    return this.#reason !== undefined
  }

  /** Counts the time anew, for an answer that is sent in parts. */
  startTime(): void {
    this.stopTime()
    this.#deadline = this.#begin()
  }

  stopTime(): void {
    this.#deadlines.end(this.#deadline)
  }

  /** The answer is made. */
  finish(): void {
    this.stopTime()
    if (this.#controller) this.#response.off('close', this.#onClose)
  }

  #begin(): Deadline {
    return this.#deadlines.begin(() => {
      const seconds = this.#deadlines.timeoutMs / 1000
      const error = new SovdError('gateway-timeout', `the request took longer than ${seconds} s`)
      this.#abort(error)
      this.#onTimeout(error)
    })
  }

  readonly #onClose = () => this.#abort(new DOMException('the client is gone', 'AbortError'))

  #abort(reason: Error): void {
    this.#reason = reason
    this.#controller?.abort(reason)
  }
}

/** What a client without a usable `Host` header has addressed. */
function hostOf({ localAddress, localPort }: Socket): string {
  if (localAddress === undefined) return 'localhost'
  return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`
}
