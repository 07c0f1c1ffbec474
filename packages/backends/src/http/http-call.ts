import type { Clock } from '@opensovd/base'
import type { Dispatcher } from 'undici'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { ConcurrencyLimit, Waiter } from './concurrency-limit.ts'
import type { Connections } from './connections.ts'
import { Exchange, type ExchangeOwner, type HttpAnswer, OversizedAnswer } from './exchange.ts'
import {
  connectFailure,
  exchangeFailure,
  type FailureKind,
  HttpFailure,
  isRefusal,
  isSocketDeath,
} from './http-failure.ts'

export interface HttpCallHost {
  /** How messages call the peer. */
  readonly peer: string
  readonly clock: Clock
  readonly timeoutMs: number
  readonly maxResponseBytes: number
  readonly connections: Connections
  readonly limit: ConcurrencyLimit
  readonly breaker: CircuitBreaker
}

/** Learns how a call ended: by exactly one of these, unless it was cancelled. */
export interface HttpListener {
  onAnswer(answer: HttpAnswer): void
  onFailure(failure: HttpFailure): void
}

export interface HttpCallOptions {
  readonly dispatch: Dispatcher.DispatchOptions
  readonly urgent: boolean
  readonly listener: HttpListener
}

/** What a call's end says of the peer. */
type Verdict = 'alive' | 'failed' | 'none'

/** One call: its wait for a slot, its exchange, a second one where that is safe, and its deadline over all. */
export class HttpCall implements Waiter, ExchangeOwner {
  readonly #host: HttpCallHost
  readonly #options: HttpCallOptions
  #exchange: Exchange | undefined
  #over = false
  #cancelDeadline: (() => void) | undefined

  constructor(host: HttpCallHost, options: HttpCallOptions) {
    this.#host = host
    this.#options = options
  }

  begin(): void {
    const { clock, breaker, limit, peer, timeoutMs } = this.#host
    const { urgent, listener } = this.#options
    const closedMs = urgent ? 0 : breaker.admit()
    if (closedMs > 0) {
      listener.onFailure(circuitOpen(peer, closedMs))
      return
    }
    this.#cancelDeadline = clock.after(timeoutMs, () => this.#timeOut())
    if (!limit.enter(this, urgent)) this.#fail(busy(peer), 'none')
  }

  /** Ends the call; its listener hears no more of it. It may have had its effect. */
  cancel(): void {
    if (this.#over) return
    this.#finish('none')
    this.#abandon()
  }

  /** Has a slot. */
  start(): void {
    const { connections, maxResponseBytes } = this.#host
    const pool = this.#exchange ? connections.fresh : connections.pool
    this.#exchange = new Exchange(this, maxResponseBytes)
    pool.dispatch(this.#options.dispatch, this.#exchange)
  }

  /** The slot is kept until the exchange is over, also when nobody waits for its outcome. */
  ended(exchange: Exchange): void {
    const { error } = exchange
    if (error && !this.#over && this.#mayTryAgain(exchange, error)) {
      this.start()
      return
    }
    this.#host.limit.leave()
    if (this.#over) return
    if (error) this.#failWith(exchange, error)
    else {
      this.#finish('alive')
      this.#options.listener.onAnswer(exchange)
    }
  }

  /**
   * A connection that others had used may die at any moment. What was not sent can then be sent over a new one, and
   * so can a read of whose answer nothing came. Over a new one nothing is sent again.
   */
  #mayTryAgain({ failedIn, reused }: Exchange, error: Error): boolean {
    if (!reused || !isSocketDeath(error)) return false
    return failedIn === 'queued' || (failedIn === 'sent' && this.#options.dispatch.method === 'GET')
  }

  #failWith(exchange: Exchange, error: Error): void {
    const failure = this.#failureOf(exchange, error)
    // What refuses connections costs no time, and was started anew when it takes them again.
    if (isRefusal(failure)) this.#host.breaker.succeeded()
    this.#fail(failure, VERDICTS[failure.kind])
  }

  #failureOf(exchange: Exchange, error: Error): HttpFailure {
    const { peer, maxResponseBytes } = this.#host
    if (error instanceof OversizedAnswer) {
      const text = `${peer} answered more than the ${maxResponseBytes} bytes that are accepted`
      return new HttpFailure('oversized', 'bad-gateway', text)
    }
    if (exchange.failedIn === 'queued') return connectFailure(peer, error)
    return exchangeFailure(peer, error, exchange.failedIn === 'answering')
  }

  #timeOut(): void {
    const { peer, timeoutMs } = this.#host
    const failure = new HttpFailure('timeout', 'gateway-timeout', `${peer} did not answer within ${timeoutMs} ms`)
    this.#fail(failure, this.#exchange ? 'failed' : 'none')
    this.#abandon()
  }

  #abandon(): void {
    if (this.#exchange) this.#exchange.cancel()
    else this.#host.limit.withdraw(this)
  }

  #fail(failure: HttpFailure, verdict: Verdict): void {
    this.#finish(verdict)
    this.#options.listener.onFailure(failure)
  }

  #finish(verdict: Verdict): void {
    this.#over = true
    this.#cancelDeadline?.()
    if (this.#options.urgent) return
    const { breaker } = this.#host
    if (verdict === 'alive') breaker.succeeded()
    else if (verdict === 'failed') breaker.failed()
    else breaker.undecided()
  }
}

/** What fails at once needs no circuit to keep calls from waiting for it. */
const VERDICTS: Readonly<Record<FailureKind, Verdict>> = {
  connect: 'none',
  closed: 'none',
  cut: 'failed',
  timeout: 'failed',
  protocol: 'failed',
  oversized: 'alive',
  untried: 'none',
}

function circuitOpen(peer: string, ms: number): HttpFailure {
  const seconds = Math.ceil(ms / 1000)
  const text = `${peer} failed repeatedly and is not asked again for ${seconds} s`
  return new HttpFailure('untried', 'bad-gateway', text, { retryAfterSeconds: seconds })
}

function busy(peer: string): HttpFailure {
  return new HttpFailure('untried', 'unavailable', `too many requests to ${peer} are waiting`, { retryAfterSeconds: 1 })
}
