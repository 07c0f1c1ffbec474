import { messageOf, raceSignal, withTimeout } from '@opensovd/base'
import type { ChannelEvent } from '../client/channel.ts'
import { formatAddress } from '../codec/address.ts'
import { DoipError } from '../errors.ts'
import { Mailbox } from '../mailbox.ts'
import type { ByteStream } from '../network.ts'
import type { Runtime } from '../runtime.ts'
import { Acknowledgements } from './acknowledgements.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { ACTIVATION_CODE, DIAGNOSTIC_NACK, describeCode, HEADER_NACK } from './constants.ts'
import { type DoipFrame, DoipFramer } from './framer.ts'
import {
  type DoipMessage,
  type DoipMessageOf,
  decodePayload,
  encodeDoipParts,
  type UnknownDoipMessage,
} from './message.ts'

type ActivationResponse = DoipMessageOf<'routingActivationResponse'>
type Acknowledge = DoipMessageOf<'diagnosticAcknowledge' | 'diagnosticNegativeAcknowledge'>

/** What an entity may leave unread before its connection is given up. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024
const NOT_READ = 'the entity does not read'

/**
 * Connects and activates the route.
 * @throws DoipError; the signal's reason after an abort. Nothing stays open then.
 */
export async function openDoipConnection(
  runtime: Runtime,
  options: ConnectionOptions,
  listener: (event: ChannelEvent) => void,
  signal?: AbortSignal,
): Promise<DoipConnection> {
  const connection = new DoipConnection(await connectStream(runtime, options, signal), runtime, options, listener)
  try {
    await connection.activate(signal)
    return connection
  } catch (error) {
    await connection[Symbol.asyncDispose]()
    throw error
  }
}

/**
 * One TCP connection to an entity. It answers alive checks by itself, and ends with the first error of the network
 * or the protocol: `lost` is then the last event, unless no route had been activated.
 */
export class DoipConnection implements AsyncDisposable {
  readonly #stream: ByteStream
  readonly #runtime: Runtime
  readonly #options: ConnectionOptions
  readonly #listener: (event: ChannelEvent) => void
  readonly #acknowledgements: Acknowledgements
  readonly #reading: Promise<void>
  readonly #activations = new Mailbox<ActivationResponse>()
  #entityAddress: number | undefined
  #ended: DoipError | undefined

  constructor(
    stream: ByteStream,
    runtime: Runtime,
    options: ConnectionOptions,
    listener: (event: ChannelEvent) => void,
  ) {
    this.#stream = stream
    this.#runtime = runtime
    this.#options = options
    this.#listener = listener
    this.#acknowledgements = new Acknowledgements(runtime.clock, options.timing.acknowledgeMs)
    this.#reading = this.#read()
  }

  /** Logical address of the entity that activated the route; undefined before. */
  get entityAddress(): number | undefined {
    return this.#entityAddress
  }

  /** Why the connection ended; undefined while it lives. */
  get ended(): DoipError | undefined {
    return this.#ended
  }

  /**
   * Asks for the route and waits, also for a confirmation in the vehicle.
   * @throws DoipError
   */
  async activate(signal?: AbortSignal): Promise<void> {
    const { testerAddress, activationType, oem, timing } = this.#options
    const request = { type: 'routingActivationRequest', source: testerAddress, activationType } as const
    this.#write({ ...request, ...(oem && { oem }) })
    let response = await this.#activationResponse(timing.controlMs, signal)
    if (response.code === ACTIVATION_CODE.confirmationRequired) {
      response = await this.#activationResponse(timing.confirmationMs, signal)
    }
    if (response.code !== ACTIVATION_CODE.activated) {
      const reason = describeCode(ACTIVATION_CODE, response.code)
      const message = `${this.#peer}: routing activation type 0x${activationType.toString(16)} for tester ${formatAddress(testerAddress)} refused: ${reason}`
      throw new DoipError('DOIP_ACTIVATION_REFUSED', message, { responseCode: response.code })
    }
    const expected = this.#options.entityAddress
    if (expected !== undefined && response.entity !== expected) {
      const message = `${this.#peer}: entity ${formatAddress(response.entity)} answered, ${formatAddress(expected)} was expected`
      throw new DoipError('DOIP_WRONG_ENTITY', message)
    }
    this.#entityAddress = response.entity
  }

  /** Like `UdsChannel.send`, on this connection only. */
  async send(target: number, data: Uint8Array): Promise<void> {
    if (this.#ended) throw this.#ended
    const message = { type: 'diagnosticMessage', source: this.#options.testerAddress, target, data } as const
    this.#write(message)
    await (this.#options.acknowledge === 'ignore' ? this.#flush() : this.#acknowledgements.wait(target))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(new DoipError('DOIP_CLOSED', `${this.#peer}: the connection was closed`), 'silently')
    await this.#stream[Symbol.asyncDispose]()
    await this.#reading
  }

  get #peer(): string {
    return `${this.#stream.remote.host}:${this.#stream.remote.port}`
  }

  /** What fails on the way ends the connection. */
  #write(message: DoipMessage): void {
    if (this.#stream.unsentBytes > MAX_UNSENT_BYTES) throw this.#abandon(NOT_READ)
    this.#stream.write(...encodeDoipParts(message, this.#options.protocolVersion))
  }

  async #flush(): Promise<void> {
    const { clock } = this.#runtime
    const timeout = () => new Error(NOT_READ)
    try {
      await withTimeout(clock, this.#options.timing.acknowledgeMs, timeout, undefined, (ends) =>
        raceSignal(this.#stream.flush(), ends),
      )
    } catch (error) {
      throw this.#abandon(messageOf(error), error)
    }
  }

  /** Gives a connection up that is of no more use; returns why it ended. */
  #abandon(reason: string, cause?: unknown): DoipError {
    const error = this.#end(this.#lostBecause(reason, cause))
    void this.#closeStream()
    return error
  }

  async #closeStream(): Promise<void> {
    try {
      await this.#stream[Symbol.asyncDispose]()
    } catch (error) {
      this.#runtime.log.debug('closing a connection failed', { peer: this.#peer, error: messageOf(error) })
    }
  }

  #activationResponse(timeoutMs: number, signal?: AbortSignal): Promise<ActivationResponse> {
    const timeout = () => {
      const message = `${this.#peer}: no answer to the routing activation within ${timeoutMs} ms`
      return new DoipError('DOIP_ACTIVATION_TIMEOUT', message)
    }
    return withTimeout(this.#runtime.clock, timeoutMs, timeout, signal, (ends) => this.#activations.take(ends))
  }

  async #read(): Promise<void> {
    const framer = new DoipFramer(this.#options.maxMessageLength)
    try {
      for await (const chunk of this.#stream.incoming) {
        for (const frame of framer.push(chunk)) this.#onFrame(frame)
      }
      this.#end(this.#lostBecause('the entity closed it'))
    } catch (error) {
      this.#end(this.#lostBecause(messageOf(error), error))
    } finally {
      await this.#closeStream()
    }
  }

  #onFrame(frame: DoipFrame): void {
    if ('payload' in frame) this.#onMessage(decodePayload(frame.payloadType, frame.payload))
    else this.#runtime.log.warn('dropped a DoIP message over the limit', { peer: this.#peer, ...frame })
  }

  #onMessage(message: DoipMessage | UnknownDoipMessage): void {
    const { testerAddress } = this.#options
    switch (message.type) {
      case 'aliveCheckRequest':
        this.#write({ type: 'aliveCheckResponse', source: testerAddress })
        break
      case 'routingActivationResponse':
        if (message.tester === testerAddress && this.#entityAddress === undefined) this.#activations.put(message)
        else this.#drop(message)
        break
      case 'diagnosticMessage':
        if (message.target === testerAddress)
          this.#emit({ kind: 'received', source: message.source, message: message.data })
        else this.#drop(message)
        break
      case 'diagnosticAcknowledge':
      case 'diagnosticNegativeAcknowledge':
        if (message.target === testerAddress) this.#onAcknowledge(message)
        else this.#drop(message)
        break
      case 'headerNegativeAcknowledge':
        this.#acknowledgements.fail(this.#refused(describeCode(HEADER_NACK, message.code), message.code))
        break
      default:
        this.#drop(message)
    }
  }

  #onAcknowledge({ type, source, code }: Acknowledge): void {
    const isRefused = type === 'diagnosticNegativeAcknowledge'
    const reason = () => `${formatAddress(source)}: ${describeCode(DIAGNOSTIC_NACK, code)}`
    const error = isRefused ? this.#refused(reason(), code) : undefined
    if (this.#acknowledgements.settle(source, error)) return
    // Gateways that acknowledge in their own name are understood as long as one message is under way.
    const only = source === this.#entityAddress ? this.#acknowledgements.onlyTarget : undefined
    if (only !== undefined) this.#acknowledgements.settle(only, error)
    else if (error) this.#emit({ kind: 'refused', target: source, error })
  }

  #refused(reason: string, responseCode: number): DoipError {
    return new DoipError('DOIP_REFUSED', `${this.#peer} refused a message: ${reason}`, { responseCode })
  }

  #emit(event: ChannelEvent): void {
    if (!this.#ended) this.#listener(event)
  }

  #drop(message: DoipMessage | UnknownDoipMessage): void {
    this.#runtime.log.debug('dropped a DoIP message', { peer: this.#peer, type: message.type })
  }

  #lostBecause(reason: string, cause?: unknown): DoipError {
    return new DoipError('DOIP_CONNECTION_LOST', `${this.#peer}: the connection was lost: ${reason}`, { cause })
  }

  /** Returns the error that ended the connection, which is the first. */
  #end(error: DoipError, silently?: 'silently'): DoipError {
    if (this.#ended) return this.#ended
    if (!silently && this.#entityAddress !== undefined) this.#emit({ kind: 'lost', error })
    this.#ended = error
    this.#activations.fail(error)
    this.#acknowledgements.fail(error)
    this.#acknowledgements[Symbol.dispose]()
    return error
  }
}

async function connectStream(runtime: Runtime, options: ConnectionOptions, signal?: AbortSignal): Promise<ByteStream> {
  const { host, port, tls, timing } = options
  const timeout = () =>
    new DoipError('DOIP_CONNECT_FAILED', `${host}:${port}: no connection within ${timing.connectMs} ms`)
  try {
    return await withTimeout(runtime.clock, timing.connectMs, timeout, signal, (ends) =>
      runtime.network.connect({ host, port, ...(tls && { tls }) }, ends),
    )
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (error instanceof DoipError) throw error
    throw new DoipError('DOIP_CONNECT_FAILED', `${host}:${port}: ${messageOf(error)}`, { cause: error })
  }
}
