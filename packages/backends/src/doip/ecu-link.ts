import type { Clock, Logger } from '@opensovd/base'
import type { BackendObserver, CallContext } from '@opensovd/core'
import { type AccessDescription, type EcuDescription, inVariant, type VariantDescription } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import {
  type DoipLink,
  decodeResponseOf,
  describeSid,
  type EcuClient,
  type EcuExchange,
  encodeRequest,
  NegativeResponseError,
  NRC,
  type RequestOf,
  type ResponseOf,
  SERVICES,
  SESSION,
  type ServiceName,
  type UdsTester,
} from '@opensovd/uds'
import { sessionName, unmetAccess } from './access.ts'
import { ExchangeLog } from './exchange-log.ts'
import type { Interlocks } from './interlocks.ts'
import type { DoipBackendOptions, Guarded } from './options.ts'
import { Programming } from './programming.ts'
import { ecuError, type Unmet } from './refusal.ts'
import { SessionKeeper } from './session-keeper.ts'

export interface EcuLinkDependencies {
  readonly clock: Clock
  readonly log: Logger
  readonly link: DoipLink
  readonly options: DoipBackendOptions
  readonly interlocks: Interlocks
  readonly observe?: BackendObserver
}

/** Services that change nothing at an ECU. */
const READING: readonly ServiceName[] = [
  'testerPresent',
  'readDataByIdentifier',
  'readDtcInformation',
  'readMemoryByAddress',
  'readScalingDataByIdentifier',
]

/** What a request needs by the description, and what it is about where an interlock may be in the way. */
export interface RequestNeeds {
  /** Whether it changes nothing, so that it does not disturb a programming. */
  readonly isReading?: boolean
  readonly access?: AccessDescription | undefined
  readonly guarded?: Guarded
}

/**
 * One ECU: its description as far as its variant is known, requests in the words of the domain, and what they have
 * changed at it. All of that is gone with the connection.
 */
export class EcuLink implements Disposable {
  readonly id: string
  readonly client: EcuClient
  readonly clock: Clock
  readonly log: Logger
  readonly options: DoipBackendOptions
  readonly exchanges: ExchangeLog
  readonly keeper: SessionKeeper
  readonly programming: Programming
  readonly #described: EcuDescription
  readonly #dependencies: EcuLinkDependencies
  readonly #removers: (() => void)[]
  #ecu: EcuDescription
  #variant: VariantDescription | undefined
  #isHeld = false
  #lossCount = 0

  constructor(described: EcuDescription, dependencies: EcuLinkDependencies) {
    const { clock, log, link, options } = dependencies
    this.id = described.id
    this.client = link.tester.ecu(described.address)
    this.clock = clock
    this.log = log
    this.options = options
    this.exchanges = new ExchangeLog(clock, described.id)
    this.keeper = new SessionKeeper(described, link.tester, this.client, { clock, log, ...options })
    this.programming = new Programming(described.id, this.keeper)
    this.#described = described
    this.#dependencies = dependencies
    this.#ecu = described
    this.#removers = [
      this.client.onExchange((exchange) => this.#onExchange(exchange)),
      link.gateway.subscribe(({ kind }) => {
        if (kind === 'lost') this.#lossCount++
      }),
    ]
  }

  /** As it is in its variant, once that is known. */
  get ecu(): EcuDescription {
    return this.#ecu
  }

  get variant(): VariantDescription | undefined {
    return this.#variant
  }

  set variant(variant: VariantDescription | undefined) {
    if (variant?.id === this.#variant?.id) return
    this.#variant = variant
    this.#ecu = variant ? inVariant(this.#described, variant) : this.#described
  }

  /** Without what a variant changes. */
  get described(): EcuDescription {
    return this.#described
  }

  /** Whether a client has disconnected it: nothing is asked of it until one connects it again. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  set isHeld(isHeld: boolean) {
    this.#isHeld = isHeld
  }

  /** What it shares with the other ECUs behind its entity. */
  get tester(): UdsTester {
    return this.#dependencies.link.tester
  }

  /** Grows whenever the connection is lost, and with it whatever an ECU was doing for this tester. */
  get lossCount(): number {
    return this.#lossCount
  }

  /** The ECU does not answer any more: what it was in is gone. */
  vanished(error: Error): void {
    this.#lossCount++
    this.client.lost(error)
  }

  /**
   * Sends a request and reads its positive answer.
   * @throws SovdError; the signal's reason after an abort
   */
  async request<N extends ServiceName>(
    service: N,
    request: RequestOf<N>,
    context: CallContext,
    needs: RequestNeeds = {},
  ): Promise<ResponseOf<N>> {
    const encode = () => encodeRequest(service, request)
    const isReading = READING.includes(service)
    return await this.#ask(encode, context, { ...needs, isReading }, (answer) => decodeResponseOf(service, answer))
  }

  /**
   * Sends a message as it is.
   * @returns the positive answer; empty when the message asked for none
   */
  async requestRaw(message: Uint8Array, context: CallContext, needs: RequestNeeds): Promise<Uint8Array> {
    return await this.#ask(
      () => message,
      context,
      needs,
      (answer) => answer,
    )
  }

  /**
   * Does something with the client that takes several requests.
   * @throws as `request` does
   */
  async run<T>(task: (client: EcuClient) => Promise<T>, context: CallContext, needs: RequestNeeds = {}): Promise<T> {
    const { signal } = context
    try {
      signal.throwIfAborted()
      this.#requireConnected()
      if (!needs.isReading) this.programming.requireNone(context)
      await this.#guard(needs, signal)
      return await task(this.client)
    } catch (error) {
      const unmet = unmetAccess(this.#ecu, needs.access, this.client.state) ?? this.#leftSession(error, needs)
      throw ecuError(error, { signal, unmet, refusals: this.options.refusals })
    }
  }

  [Symbol.dispose](): void {
    for (const remove of this.#removers) remove()
    this.keeper[Symbol.dispose]()
  }

  #ask<T>(
    encode: () => Uint8Array,
    context: CallContext,
    needs: RequestNeeds,
    decode: (answer: Uint8Array) => T,
  ): Promise<T> {
    this.keeper.touch(context.caller)
    return this.run(
      async (client) => {
        const answer = await client.requestRaw(encode(), context.signal)
        try {
          return decode(answer ?? NONE)
        } catch (error) {
          const message = `the answer of '${this.id}' cannot be read: ${error instanceof Error ? error.message : error}`
          throw new SovdError('bad-gateway', message, { cause: error, details: [INVALID_CONTENT] })
        }
      },
      context,
      needs,
    )
  }

  /** An ECU that refuses for its session what the description allows in it is not in that session any more. */
  #leftSession(error: unknown, { access }: RequestNeeds): Unmet | undefined {
    const { session } = this.client.state
    const isAboutSession = error instanceof NegativeResponseError && SESSION_REFUSALS.has(error.nrc)
    if (!isAboutSession || !access?.sessions || session === SESSION.DEFAULT) return undefined
    const name = sessionName(this.#ecu, session)
    this.log.warn('an ECU has left its session by itself', { ecu: this.id, session: name })
    this.client.forgetSession()
    return { code: 'conflict', text: `it has left the session ${name} by itself` }
  }

  #requireConnected(): void {
    if (!this.#isHeld) return
    throw new SovdError('conflict', `'${this.id}' was disconnected by a client; connect it first`, {
      target: this.id,
    })
  }

  async #guard({ guarded }: RequestNeeds, signal: AbortSignal): Promise<void> {
    if (guarded !== undefined) await this.#dependencies.interlocks.require(guarded, signal)
  }

  #onExchange(exchange: EcuExchange): void {
    this.exchanges.add(exchange)
    const { observe, clock, options } = this.#dependencies
    const { request, startedMs, error } = exchange
    if (error === undefined) this.keeper.heard()
    if (request[0] !== SERVICES.testerPresent.sid) this.keeper.used()
    if (!observe) return
    const failure = error === undefined ? undefined : ecuError(error, { signal: NEVER, refusals: options.refusals })
    observe({
      backend: options.name,
      method: describeSid(request[0] ?? 0),
      outcome: failure instanceof SovdError ? failure.code : 'ok',
      durationMs: clock.monotonic() - startedMs,
    })
  }
}

const NONE = new Uint8Array(0)
const SESSION_REFUSALS: ReadonlySet<number> = new Set([
  NRC.subFunctionNotSupportedInActiveSession,
  NRC.serviceNotSupportedInActiveSession,
])
const NEVER = new AbortController().signal
const INVALID_CONTENT = { code: 'invalid-response-content', message: 'it has another layout than its service' }
