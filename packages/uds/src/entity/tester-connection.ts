import { messageOf } from '@opensovd/base'
import { formatAddress } from '../codec/address.ts'
import { DIAGNOSTIC_NACK, DOIP_VERSION, HEADER_NACK } from '../doip/constants.ts'
import { type DoipFrame, DoipFramer } from '../doip/framer.ts'
import { DoipHeaderError } from '../doip/header.ts'
import { type DoipMessage, type DoipMessageOf, decodePayload, encodeDoipParts } from '../doip/message.ts'
import type { ByteStream } from '../network.ts'
import type { Runtime } from '../runtime.ts'
import type { EntityOptions } from './options.ts'

/** accepted → registered (a tester, but no route yet) → active → closed; from everywhere → closed. */
export type ConnectionState =
  | { readonly phase: 'accepted' }
  | { readonly phase: 'registered' | 'active'; readonly tester: number }
  | { readonly phase: 'closed' }

/** What a connection needs of the entity it belongs to. */
export interface ConnectionOwner {
  readonly runtime: Runtime
  readonly options: EntityOptions
  /** Answers the request, changes the state of the connection, and says whether to keep it. */
  activate(connection: TesterConnection, request: DoipMessageOf<'routingActivationRequest'>): Promise<boolean>
  /** @param release is called once nobody needs the bytes of the message any longer; or never */
  diagnose(connection: TesterConnection, message: DoipMessageOf<'diagnosticMessage'>, release: () => void): void
  closed(connection: TesterConnection): void
}

/** What a tester may leave unread before its connection is closed. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024

/** One TCP connection of a tester with this entity. */
export class TesterConnection implements AsyncDisposable {
  readonly #stream: ByteStream
  readonly #owner: ConnectionOwner
  readonly #framer: DoipFramer
  readonly #closing = new AbortController()
  readonly #running: Promise<void>
  #state: ConnectionState = { phase: 'accepted' }
  #version: number
  #lastActivityMs: number
  #cancelTimer: () => void
  #aliveCheck: PromiseWithResolvers<boolean> | undefined

  constructor(stream: ByteStream, owner: ConnectionOwner) {
    const { clock } = owner.runtime
    this.#stream = stream
    this.#owner = owner
    this.#version = owner.options.protocolVersion
    this.#framer = new DoipFramer(owner.options.maxDataSize)
    this.#lastActivityMs = clock.monotonic()
    this.#cancelTimer = clock.after(owner.options.timing.initialInactivityMs, () =>
      this.#closeSoon('initial inactivity'),
    )
    this.#running = this.#run()
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** The registered tester. */
  get tester(): number | undefined {
    return 'tester' in this.#state ? this.#state.tester : undefined
  }

  get secure(): boolean {
    return this.#stream.secure
  }

  /** Aborts when the connection closes. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** Takes the connection for `tester`; with `active`, also lets its diagnostic messages through. */
  register(tester: number, phase: 'registered' | 'active'): void {
    if (this.#state.phase === 'closed') return
    this.#state = { phase, tester }
    this.#cancelTimer()
    this.#awaitInactivity()
  }

  /** Sends in the background; a tester that is gone or does not read loses the connection. */
  send(message: DoipMessage): void {
    if (this.#state.phase === 'closed') return
    this.#touch()
    this.#stream.write(...encodeDoipParts(message, this.#version))
    if (this.#stream.unsentBytes > MAX_UNSENT_BYTES) this.#closeSoon('the tester does not read')
  }

  /** Asks the tester whether it is there; false when it does not say so in time. Several callers share one question. */
  isAlive(): Promise<boolean> {
    if (this.#state.phase === 'closed') return Promise.resolve(false)
    if (this.#aliveCheck) return this.#aliveCheck.promise
    const { clock } = this.#owner.runtime
    const check = Promise.withResolvers<boolean>()
    this.#aliveCheck = check
    const cancel = clock.after(this.#owner.options.timing.aliveCheckMs, () => check.resolve(false))
    this.send({ type: 'aliveCheckRequest' })
    return check.promise.finally(() => {
      cancel()
      this.#aliveCheck = undefined
    })
  }

  /** What was sent before still goes out. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end()
    await this.#stream[Symbol.asyncDispose]()
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      for await (const chunk of this.#stream.incoming) {
        this.#touch()
        for (const frame of this.#framer.push(chunk)) {
          const keep = this.#onFrame(frame)
          if (keep !== true && !(await keep)) return
          if (this.#state.phase === 'closed') return
        }
      }
    } catch (error) {
      if (error instanceof DoipHeaderError) this.send({ type: 'headerNegativeAcknowledge', code: error.nackCode })
      this.#owner.runtime.log.debug('a tester connection failed', { error: messageOf(error) })
    } finally {
      this.#end()
      await this.#stream[Symbol.asyncDispose]()
    }
  }

  /** Whether to keep the connection. */
  #onFrame(frame: DoipFrame): boolean | Promise<boolean> {
    if (frame.version === DOIP_VERSION.ANY) {
      throw new DoipHeaderError(HEADER_NACK.incorrectPatternFormat, 'version 0xff is for discovery only')
    }
    this.#version = frame.version
    if ('oversized' in frame) return this.#refuse(HEADER_NACK.messageTooLarge)
    const message = decodePayload(frame.payloadType, frame.payload)
    switch (message.type) {
      case 'routingActivationRequest':
        return this.#owner.activate(this, message)
      case 'aliveCheckRequest':
        this.send({ type: 'aliveCheckResponse', source: this.#owner.options.identity.logicalAddress })
        return true
      case 'aliveCheckResponse':
        if (message.source === this.tester) this.#aliveCheck?.resolve(true)
        return true
      case 'diagnosticMessage':
        return this.#onDiagnosticMessage(message, () => this.#framer.recycle(frame.payload))
      default:
        return this.#refuse(HEADER_NACK.unknownPayloadType)
    }
  }

  #onDiagnosticMessage(message: DoipMessageOf<'diagnosticMessage'>, release: () => void): boolean {
    if (message.data.length === 0) {
      throw new DoipHeaderError(HEADER_NACK.invalidPayloadLength, 'a diagnostic message without data')
    }
    const { source, target } = message
    const refusal = { type: 'diagnosticNegativeAcknowledge', source: target, target: source } as const
    const previous = new Uint8Array(0)
    if (source !== this.tester) {
      this.send({ ...refusal, code: DIAGNOSTIC_NACK.invalidSourceAddress, previous })
      return false
    }
    if (this.#state.phase === 'active') this.#owner.diagnose(this, message, release)
    else this.send({ ...refusal, code: DIAGNOSTIC_NACK.targetUnreachable, previous })
    return true
  }

  #refuse(code: number): true {
    this.send({ type: 'headerNegativeAcknowledge', code })
    return true
  }

  #touch(): void {
    this.#lastActivityMs = this.#owner.runtime.clock.monotonic()
  }

  #awaitInactivity(): void {
    const { clock } = this.#owner.runtime
    const dueMs = this.#lastActivityMs + this.#owner.options.timing.generalInactivityMs
    this.#cancelTimer = clock.after(dueMs - clock.monotonic(), () => {
      const isOver = clock.monotonic() - this.#lastActivityMs >= this.#owner.options.timing.generalInactivityMs
      if (isOver) this.#closeSoon('general inactivity')
      else this.#awaitInactivity()
    })
  }

  #closeSoon(reason: string): void {
    if (this.#state.phase === 'closed') return
    const tester = this.tester === undefined ? 'none' : formatAddress(this.tester)
    this.#owner.runtime.log.debug('closing a tester connection', { tester, reason })
    this[Symbol.asyncDispose]().catch((error) =>
      this.#owner.runtime.log.error('closing a tester connection failed', { error: messageOf(error) }),
    )
  }

  #end(): void {
    if (this.#state.phase === 'closed') return
    this.#state = { phase: 'closed' }
    this.#cancelTimer()
    this.#aliveCheck?.resolve(false)
    this.#closing.abort(new DOMException('the connection was closed', 'AbortError'))
    this.#owner.closed(this)
  }
}
