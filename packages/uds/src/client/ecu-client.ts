import { Alarm, type Clock, Listeners, type Logger, messageOf, raceSignal } from '@opensovd/base'
import { formatAddress } from '../codec/address.ts'
import { decodeResponseOf, encodeRequest, NEGATIVE_RESPONSE_SID, SUPPRESS_POSITIVE_RESPONSE } from '../codec/message.ts'
import { NRC } from '../codec/nrc.ts'
import {
  describeSid,
  type RequestOf,
  type ResponseOf,
  SERVICES,
  type ServiceName,
  serviceNameOf,
} from '../codec/services.ts'
import { refusal, UdsError } from '../errors.ts'
import type { UdsChannel } from './channel.ts'
import { DEFAULT_STATE, type EcuState, stateAfter } from './ecu-state.ts'
import { Exchange } from './exchange.ts'
import type { UdsOptions, UdsTiming } from './options.ts'
import { SharedLock } from './shared-lock.ts'

/** One request that was sent, and how it ended. */
export interface EcuExchange {
  readonly request: Uint8Array
  /** The last answer; absent when none came. */
  readonly answer?: Uint8Array
  /** Why none came although one was expected. */
  readonly error?: unknown
  /** On the monotonic clock. */
  readonly startedMs: number
}

export const TESTER_PRESENT = Uint8Array.of(SERVICES.testerPresent.sid, SUPPRESS_POSITIVE_RESPONSE)

/** What the clients of one channel have in common. */
export interface ClientContext {
  readonly channel: UdsChannel
  readonly clock: Clock
  readonly log: Logger
  readonly options: UdsOptions
  /** Aborts when the owner of the channel closes. */
  readonly closing: AbortSignal
  /** Held shared by a request to one ECU, exclusively by one to a group. */
  readonly barrier: SharedLock
}

/**
 * Talks with one ECU: one request at a time, in the order they were made. An aborted request that was sent already
 * keeps its place until the ECU answers or its time is over, so that its answer cannot be taken for another's.
 */
export class EcuClient implements Disposable {
  /** Logical address of the ECU. */
  readonly address: number
  readonly #context: ClientContext
  readonly #name: string
  readonly #queue = new SharedLock()
  readonly #states: Listeners<EcuState>
  readonly #exchanges: Listeners<EcuExchange>
  readonly #alarm: Alarm
  #exchange: Exchange | undefined
  #state = DEFAULT_STATE
  #timing: UdsTiming
  #lastRequestMs = Number.NEGATIVE_INFINITY

  constructor(context: ClientContext, address: number) {
    this.#context = context
    this.address = address
    this.#name = formatAddress(address)
    this.#alarm = new Alarm(context.clock, () => this.#exchange?.expire())
    this.#timing = context.options.timing
    const onFailure = (error: unknown) => context.log.error('a listener failed', { error: messageOf(error) })
    this.#states = new Listeners(onFailure)
    this.#exchanges = new Listeners(onFailure)
  }

  get state(): EcuState {
    return this.#state
  }

  /** Returns a function that removes the listener. */
  onState(listener: (state: EcuState) => void): () => void {
    return this.#states.add(listener)
  }

  /**
   * Tells of every request that was sent, once it is over; tester present without an answer is none. The bytes may
   * hold secrets, and may be others after the call. Returns a function that removes the listener.
   */
  onExchange(listener: (exchange: EcuExchange) => void): () => void {
    return this.#exchanges.add(listener)
  }

  /** Whether no request is under way or waiting. */
  get isIdle(): boolean {
    return this.#exchange === undefined && this.#queue.waiting === 0
  }

  /** When the last message was sent, on the monotonic clock. */
  get lastRequestMs(): number {
    return this.#lastRequestMs
  }

  /**
   * Sends a request and reads its positive answer.
   * @throws NegativeResponseError when the ECU refuses
   * @throws UdsError UDS_TIMEOUT, UDS_PENDING_TOO_LONG, UDS_UNEXPECTED_ANSWER, UDS_OVERLOADED, UDS_CLOSED
   * @throws what the channel throws, such as DoipError; the signal's reason after an abort
   */
  async request<N extends ServiceName>(
    service: N,
    request: RequestOf<N>,
    signal?: AbortSignal,
  ): Promise<ResponseOf<N>> {
    return await this.requestEncoded(service, encodeRequest(service, request), signal)
  }

  /** Like `request`, for one that was encoded before. */
  async requestEncoded<N extends ServiceName>(
    service: N,
    message: Uint8Array,
    signal?: AbortSignal,
  ): Promise<ResponseOf<N>> {
    const answer = await this.requestRaw(message, signal)
    try {
      return decodeResponseOf(service, answer ?? new Uint8Array(0))
    } catch (error) {
      const problem = `ECU ${this.#name}: ${messageOf(error)}`
      throw new UdsError('UDS_UNEXPECTED_ANSWER', problem, { cause: error })
    }
  }

  /**
   * Sends a request that asks for no positive answer, and gives the ECU the time to refuse it.
   * @throws as `request` does, except that silence means success
   */
  async requestSuppressed<N extends ServiceName>(
    service: N,
    request: RequestOf<N>,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.requestRaw(encodeRequest(service, request, { suppressPositiveResponse: true }), signal)
  }

  /**
   * Sends any message. The result is the positive answer, or undefined when the message asked for none.
   * @throws as `request` does
   */
  async requestRaw(message: Uint8Array, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    if (this.#queue.waiting >= this.#context.options.maxWaiting) {
      const problem = `ECU ${this.#name}: ${this.#queue.waiting} requests wait already`
      throw new UdsError('UDS_OVERLOADED', problem)
    }
    if (!this.#queue.tryAcquire('exclusive')) await this.#queue.acquire('exclusive', signal)
    const running = this.#runAlone(message, signal)
    if (!signal) return await running
    // An aborted caller does not listen any longer.
    running.catch(() => {})
    return await raceSignal(running, signal)
  }

  /** Tells the ECU that a tester is there, without queueing and without waiting for anything. */
  async sendTesterPresent(signal?: AbortSignal): Promise<void> {
    this.#lastRequestMs = this.#context.clock.monotonic()
    await this.#context.channel.send(this.address, TESTER_PRESENT, signal)
  }

  /** Called by the owner of the channel with what the ECU sent; returns whether somebody waited for it. */
  offer(message: Uint8Array): boolean {
    return this.#exchange?.offer(message) ?? false
  }

  /** Called also by the owner of the channel when the ECU accepted a request to its group. */
  accepted(request: Uint8Array, answer: Uint8Array | undefined): void {
    this.#enter(stateAfter(this.#state, request, answer))
  }

  /** Takes the ECU to be in the default session: it left the one that it was in by itself. */
  forgetSession(): void {
    this.#enter(DEFAULT_STATE)
  }

  /** Called by the owner of the channel when the request under way has failed. */
  fail(error: Error): void {
    this.#exchange?.fail(error)
  }

  /** Called by the owner of the channel when it closes: nothing is under way any longer. */
  [Symbol.dispose](): void {
    this.#alarm[Symbol.dispose]()
  }

  /** Called by the owner of the channel when the connection has ended. */
  lost(error: Error): void {
    this.fail(error)
    this.#enter(DEFAULT_STATE)
  }

  /** Gives the queue back, which the caller has taken. */
  async #runAlone(message: Uint8Array, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const { barrier, clock, closing, options } = this.#context
    try {
      if (!barrier.tryAcquire('shared')) await barrier.acquire('shared', signal)
      try {
        let answer = await this.#exchangeOnce(message, signal)
        for (let repeats = 0; isBusy(answer) && repeats < options.busyRepeats; repeats++) {
          await clock.sleep(options.busyPauseMs, signal ? AbortSignal.any([signal, closing]) : closing)
          answer = await this.#exchangeOnce(message, signal)
        }
        if (answer?.[0] === NEGATIVE_RESPONSE_SID) throw refusal(this.#name, answer)
        return answer
      } finally {
        barrier.release('shared')
      }
    } finally {
      this.#queue.release('exclusive')
    }
  }

  async #exchangeOnce(message: Uint8Array, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const { channel, clock, closing, log } = this.#context
    closing.throwIfAborted()
    signal?.throwIfAborted()
    const runtime = { clock, alarm: this.#alarm }
    const request = { ecu: this.#name, message, expectsAnswer: expectsAnswer(message) }
    const exchange = new Exchange(runtime, request, this.#timing)
    this.#exchange = exchange
    const startedMs = clock.monotonic()
    this.#lastRequestMs = startedMs
    log.debug('request', { ecu: this.#name, service: describeSid(message[0] ?? 0), length: message.length })
    channel.send(this.address, message, signal).then(
      () => exchange.taken(),
      (error) => exchange.notTaken(error),
    )
    try {
      const answer = await exchange.answer
      // Now, because the connection may be lost by the time that the caller goes on.
      if (answer?.[0] !== NEGATIVE_RESPONSE_SID) this.accepted(message, answer)
      this.#exchanges.notify({ request: message, startedMs, ...(answer && { answer }) })
      return answer
    } catch (error) {
      this.#exchanges.notify({ request: message, startedMs, error })
      throw error
    } finally {
      this.#exchange = undefined
    }
  }

  #enter(state: EcuState): void {
    if (state === this.#state) return
    this.#state = state
    this.#timing = { ...this.#context.options.timing, ...state.timing }
    this.#states.notify(state)
  }
}

function isBusy(answer: Uint8Array | undefined): boolean {
  return answer?.[0] === NEGATIVE_RESPONSE_SID && answer[2] === NRC.busyRepeatRequest
}

/** Whether an ECU that accepts `message` says so. */
export function expectsAnswer(message: Uint8Array): boolean {
  const name = serviceNameOf(message[0] ?? 0)
  const isSuppressed = ((message[1] ?? 0) & SUPPRESS_POSITIVE_RESPONSE) !== 0
  return !(name && SERVICES[name].hasSubFunction && isSuppressed)
}
