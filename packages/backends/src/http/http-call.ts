import type { Clock } from '@opensovd/base'
import type { Dispatcher } from 'undici'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { ConcurrencyLimit, Waiter } from './concurrency-limit.ts'
import { Exchange, type ExchangeOwner, OversizedAnswer } from './exchange.ts'
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
  readonly pool: Dispatcher
  readonly limit: ConcurrencyLimit
  readonly breaker: CircuitBreaker
}

/** What is done, and how it ended. Exactly one of the last two is called, once. */
export interface HttpCallTask {
  readonly dispatch: Dispatcher.DispatchOptions
  readonly urgent: boolean
  readonly signal: AbortSignal
  readonly resolve: (exchange: Exchange) => void
  readonly reject: (reason: unknown) => void
}

/** What a call's end says of the peer. */
type Verdict = 'alive' | 'failed' | 'none'

/** One call: its wait for a slot, its exchange, a second one where that is safe, and its deadline over all. */
export class HttpCall implements Waiter, ExchangeOwner {
  readonly #host: HttpCallHost
  readonly #task: HttpCallTask
  #exchange: Exchange | undefined
  #attempts = 0
  #over = false
  #cancelDeadline: () => void = () => {}

  constructor(host: HttpCallHost, task: HttpCallTask) {
    this.#host = host
    this.#task = task
  }

  begin(): void {
    const { breaker, peer } = this.#host
    const { signal, urgent, reject } = this.#task
    const closedMs = urgent || signal.aborted ? 0 : breaker.admit()
    if (signal.aborted) reject(signal.reason)
    else if (closedMs > 0) reject(circuitOpen(peer, closedMs))
    else this.#queue()
  }

  #queue(): void {
    const { clock, limit, peer, timeoutMs } = this.#host
    const { signal, urgent } = this.#task
    signal.addEventListener('abort', this)
    this.#cancelDeadline = clock.after(timeoutMs, () => this.#timeOut())
    if (!limit.enter(this, urgent)) this.#fail(busy(peer), 'none')
  }

  /** Has a slot. */
  start(): void {
    this.#attempts++
    this.#exchange = new Exchange(this, this.#host.maxResponseBytes)
    this.#host.pool.dispatch(this.#task.dispatch, this.#exchange)
  }

  /** The slot is kept until the exchange is over, also when nobody waits for its outcome. */
  ended(exchange: Exchange): void {
    const { error } = exchange
    if (error && !this.#over && this.#attempts < 2 && this.#mayTryAgain(exchange, error)) {
      this.start()
      return
    }
    if (!this.#over) {
      if (error) this.#failWith(exchange, error)
      else this.#finish('alive', () => this.#task.resolve(exchange))
    }
    this.#host.limit.leave()
  }

  /** The caller's signal aborted. */
  handleEvent(): void {
    const { reason } = this.#task.signal
    this.#fail(reason, 'none')
    this.#end(reason)
  }

  /**
   * A connection that others had used may die at any moment. What was not sent can be sent over another one, and so
   * can a read of whose answer nothing came.
   */
  #mayTryAgain({ failedIn, reused, connection }: Exchange, error: Error): boolean {
    if (!isSocketDeath(error)) return false
    if (failedIn === 'queued') return connection?.connected === true
    return failedIn === 'sent' && reused && this.#task.dispatch.method === 'GET'
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
    const waited = this.#exchange === undefined
    const what = waited ? 'was too busy to be asked' : 'did not answer'
    const failure = new HttpFailure('timeout', 'gateway-timeout', `${peer} ${what} within ${timeoutMs} ms`)
    this.#fail(failure, waited ? 'none' : 'failed')
    this.#end(failure)
  }

  #end(reason: Error): void {
    if (this.#exchange) this.#exchange.cancel(reason)
    else this.#host.limit.withdraw(this)
  }

  #fail(reason: unknown, verdict: Verdict): void {
    this.#finish(verdict, () => this.#task.reject(reason))
  }

  #finish(verdict: Verdict, settle: () => void): void {
    this.#over = true
    this.#cancelDeadline()
    this.#task.signal.removeEventListener('abort', this)
    if (!this.#task.urgent) this.#judge(verdict)
    settle()
  }

  #judge(verdict: Verdict): void {
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
