import { messageOf, raceSignal } from '@opensovd/base'
import { formatAddress } from '../codec/address.ts'
import { decodeResponseOf, encodeRequest, NEGATIVE_RESPONSE_SID } from '../codec/message.ts'
import type { RequestOf, ResponseOf, ServiceName } from '../codec/services.ts'
import { type NegativeResponseError, refusal, UdsError } from '../errors.ts'
import { type ClientContext, expectsAnswer, TESTER_PRESENT } from './ecu-client.ts'
import { type GroupAnswers, GroupExchange } from './group-exchange.ts'

/** What one ECU made of a request to its group. */
export type GroupOutcome<T> = { readonly ecu: number } & (
  | { readonly response: T }
  | { readonly error: NegativeResponseError | UdsError }
)

export interface GroupOptions {
  /** The ECUs that must answer: others are dropped, missing ones reported. Without it whoever answers counts. */
  readonly expected?: readonly number[]
}

/** What a group client tells the owner of the channel. */
export interface GroupObserver {
  /** Which exchange takes what arrives now; undefined when none does any longer. */
  active(exchange: GroupExchange | undefined): void
  accepted(ecu: number, request: Uint8Array, answer: Uint8Array): void
}

/** Talks with all ECUs that listen to a functional address. While it does, requests to single ECUs wait. */
export class GroupClient {
  /** The functional logical address. */
  readonly address: number
  readonly #context: ClientContext
  readonly #observer: GroupObserver
  #lastRequestMs = Number.NEGATIVE_INFINITY

  constructor(context: ClientContext, address: number, observer: GroupObserver) {
    this.#context = context
    this.address = address
    this.#observer = observer
  }

  /** Group requests do not queue here: the clients of the single ECUs know whether those are busy. */
  get isIdle(): boolean {
    return true
  }

  /** When the last message was sent, on the monotonic clock. */
  get lastRequestMs(): number {
    return this.#lastRequestMs
  }

  /**
   * Sends a request and collects the answers, in order of the ECUs' addresses.
   * @throws what the channel throws, such as DoipError; the signal's reason after an abort. What single ECUs do
   * wrong is in the result.
   */
  async request<N extends ServiceName>(
    service: N,
    request: RequestOf<N>,
    options: GroupOptions = {},
    signal?: AbortSignal,
  ): Promise<readonly GroupOutcome<ResponseOf<N>>[]> {
    const message = encodeRequest(service, request)
    return await this.#collect(message, options, signal, (answer) => decodeResponseOf(service, answer))
  }

  /**
   * Sends a request that asks for no positive answers; the result are those of ECUs that refuse nevertheless.
   * @throws as `request` does
   */
  async requestSuppressed<N extends ServiceName>(
    service: N,
    request: RequestOf<N>,
    signal?: AbortSignal,
  ): Promise<readonly GroupOutcome<ResponseOf<N>>[]> {
    const message = encodeRequest(service, request, { suppressPositiveResponse: true })
    return await this.#collect(message, {}, signal, (answer) => decodeResponseOf(service, answer))
  }

  /**
   * Sends any message and collects the answers as they are.
   * @throws as `request` does
   */
  async requestRaw(
    message: Uint8Array,
    options: GroupOptions = {},
    signal?: AbortSignal,
  ): Promise<readonly GroupOutcome<Uint8Array>[]> {
    return await this.#collect(message, options, signal, (answer) => answer)
  }

  /** Tells the ECUs that a tester is there, without waiting for anything. */
  async sendTesterPresent(signal?: AbortSignal): Promise<void> {
    this.#lastRequestMs = this.#context.clock.monotonic()
    await this.#context.channel.send(this.address, TESTER_PRESENT, signal)
  }

  async #collect<T>(
    message: Uint8Array,
    { expected = [] }: GroupOptions,
    signal: AbortSignal | undefined,
    decode: (answer: Uint8Array) => T,
  ): Promise<readonly GroupOutcome<T>[]> {
    const missing = expectsAnswer(message) ? expected : []
    const running = this.#runAlone(message, missing, signal)
    // An aborted caller does not listen any longer.
    running.catch(() => {})
    const { answers, unfinished } = await (signal ? raceSignal(running, signal) : running)
    const ecus = expected.length > 0 ? missing : [...answers.keys(), ...unfinished]
    return [...new Set(ecus)]
      .sort((a, b) => a - b)
      .map((ecu) => ({ ecu, ...outcome(formatAddress(ecu), answers.get(ecu), decode) }))
  }

  async #runAlone(
    message: Uint8Array,
    expected: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<GroupAnswers> {
    const { barrier, channel, clock, closing, options } = this.#context
    await barrier.acquire('exclusive', signal)
    try {
      closing.throwIfAborted()
      const exchange = new GroupExchange(clock, message, options.timing)
      this.#lastRequestMs = clock.monotonic()
      this.#observer.active(exchange)
      const result = await exchange.run(() => channel.send(this.address, message, signal), expected)
      for (const [ecu, answer] of result.answers) {
        if (answer[0] !== NEGATIVE_RESPONSE_SID) this.#observer.accepted(ecu, message, answer)
      }
      return result
    } finally {
      this.#observer.active(undefined)
      barrier.release('exclusive')
    }
  }
}

function outcome<T>(
  ecu: string,
  answer: Uint8Array | undefined,
  decode: (answer: Uint8Array) => T,
): { response: T } | { error: NegativeResponseError | UdsError } {
  if (!answer) return { error: new UdsError('UDS_TIMEOUT', `ECU ${ecu}: no answer to a request to its group`) }
  if (answer[0] === NEGATIVE_RESPONSE_SID) return { error: refusal(ecu, answer) }
  try {
    return { response: decode(answer) }
  } catch (cause) {
    return { error: new UdsError('UDS_UNEXPECTED_ANSWER', `ECU ${ecu}: ${messageOf(cause)}`, { cause }) }
  }
}
