import { type Clock, type Logger, messageOf, Scope, withTimeout } from '@opensovd/base'
import { NO_NPDU_TIMING, type NpduTiming } from '../../npdu/collector.ts'
import type { PortLease } from '../client-ports.ts'
import type { EndpointAddress } from '../endpoint-address.ts'
import { EndpointError } from '../errors.ts'
import type { ByteStream, ConnectOptions, Network } from '../network.ts'
import { Backoff, type BackoffOptions } from './backoff.ts'
import type { EndpointContext } from './context.ts'
import { MessageStream, type MessageStreamOptions, STREAM_DEFAULTS } from './message-stream.ts'
import { type ConnectionReceiver, guardedReceiver } from './receiver.ts'
import { TcpCounters, type TcpStatistics } from './tcp-counters.ts'
import { WaitingMessages } from './waiting-messages.ts'

export interface TcpClientOptions extends Omit<ConnectOptions, 'localPort'>, MessageStreamOptions, BackoffOptions {
  /** The port to connect from, replaced when the system refuses it; the endpoint disposes of it. Default: any. */
  readonly localPort?: PortLease
  /** Time after which an attempt to connect is given up. Default: 500, as vsomeip. */
  readonly attemptTimeoutMs?: number
  /**
   * `restart` waits so long for connecting to succeed; messages wait so long for a connection
   * (`tcp-connect-time-max`). Default: 5000.
   */
  readonly connectTimeMaxMs?: number
  /** `restart` waits so often for connecting to succeed (`tcp-restart-aborts-max`). Default: 5. */
  readonly restartAbortsMax?: number
}

/** Either connected, or connecting again and again since a point in time of the clock. */
export type TcpClientState =
  | { readonly phase: 'connecting'; readonly sinceMs: number }
  | { readonly phase: 'connected'; readonly local: EndpointAddress }
  | { readonly phase: 'closed' }

interface Connection {
  readonly stream: ByteStream
  readonly messages: MessageStream
}

interface Patience {
  readonly attemptTimeoutMs: number
  readonly connectTimeMaxMs: number
  readonly restartAbortsMax: number
}

const DEFAULTS: Patience = { attemptTimeoutMs: 500, connectTimeMaxMs: 5000, restartAbortsMax: 5 }

/**
 * A connection with the endpoint of services on another host. Connects at once and, whenever that fails or the
 * connection ends, again after a wait that doubles. Messages sent meanwhile wait, within bounds; those under way when a
 * connection ends are lost.
 */
export class TcpClientEndpoint implements AsyncDisposable {
  readonly transport = 'reliable'
  readonly #network: Network
  readonly #clock: Clock
  readonly #log: Logger
  readonly #options: TcpClientOptions & Patience
  readonly #receiver: ConnectionReceiver
  readonly #counters = new TcpCounters()
  readonly #waiting: WaitingMessages
  readonly #backoff: Backoff
  readonly #scope: Scope
  #state: TcpClientState
  #connection: Connection | undefined
  /** Ends the present attempt, or the wait for the next one. */
  #attempt = new AbortController()
  #ignoredRestarts = 0

  constructor({ network, clock, log }: EndpointContext, options: TcpClientOptions, receiver: ConnectionReceiver) {
    this.#network = network
    this.#clock = clock
    this.#log = log.child({ remote: options.remote.key })
    this.#options = { ...DEFAULTS, ...options }
    this.#receiver = guardedReceiver(receiver, this.#log)
    this.#waiting = new WaitingMessages({
      clock,
      maxBytes: options.maxQueuedBytes ?? STREAM_DEFAULTS.maxQueuedBytes,
      maxAgeMs: this.#options.connectTimeMaxMs,
      onDrop: (message) => this.#counters.count(message, false),
    })
    this.#backoff = new Backoff(options)
    this.#state = { phase: 'connecting', sinceMs: clock.monotonic() }
    this.#scope = new Scope((error) => this.#log.error('a TCP client ended', { error: messageOf(error) }))
    this.#scope.run((signal) => this.#run(signal))
  }

  get remote(): EndpointAddress {
    return this.#options.remote
  }

  /** This side's address and port; undefined while there is no connection. */
  get local(): EndpointAddress | undefined {
    return this.#state.phase === 'connected' ? this.#state.local : undefined
  }

  get state(): TcpClientState {
    return this.#state
  }

  /** Messages that wait for a connection are counted when they leave or are dropped. */
  get statistics(): TcpStatistics {
    return this.#counters
  }

  /**
   * Takes an encoded message, which must not be changed afterwards. Returns false, and counts the message as dropped,
   * when too much is waiting. `to` is not looked at: there is one peer.
   */
  send(message: Uint8Array, _to: EndpointAddress = this.remote, timing: NpduTiming = NO_NPDU_TIMING): boolean {
    if (this.#connection !== undefined) return this.#sendNow(this.#connection, message, timing)
    const isTaken = this.#state.phase === 'connecting' && this.#waiting.add(message, timing)
    if (!isTaken) this.#counters.count(message, false)
    return isTaken
  }

  /**
   * Ends the connection and connects anew. While connecting, the call is ignored, but for the one after
   * `restartAbortsMax` and those after `connectTimeMaxMs`: these drop what waits, and start over.
   */
  restart(): void {
    if (this.#state.phase === 'closed') return
    if (this.#state.phase === 'connected') {
      this.#connection?.stream.close()
      return
    }
    const { restartAbortsMax, connectTimeMaxMs } = this.#options
    const nowMs = this.#clock.monotonic()
    if (this.#ignoredRestarts < restartAbortsMax && nowMs - this.#state.sinceMs < connectTimeMaxMs) {
      this.#ignoredRestarts++
      return
    }
    this.#startOver(nowMs)
  }

  /** Writes what waits, and ends the connection or the attempts. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection?.messages.flush()
    this.#connection?.stream.close()
    await this.#scope.close()
    this.#state = { phase: 'closed' }
    this.#waiting.clear()
    this.#options.localPort?.[Symbol.dispose]()
  }

  #startOver(nowMs: number): void {
    this.#log.info('connecting starts over', { ignoredRestarts: this.#ignoredRestarts })
    this.#state = { phase: 'connecting', sinceMs: nowMs }
    this.#ignoredRestarts = 0
    this.#waiting.clear()
    this.#backoff.reset()
    this.#attempt.abort(new EndpointError('ENDPOINT_CLOSED', 'connecting starts over'))
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      this.#attempt = new AbortController()
      const both = AbortSignal.any([signal, this.#attempt.signal])
      const ended = Promise.withResolvers<EndpointError | undefined>()
      try {
        await this.#connect(ended.resolve, both)
      } catch (error) {
        this.#attemptFailed(error)
        await this.#pause(signal)
        continue
      }
      const connectedMs = this.#clock.monotonic()
      this.#lost(await ended.promise)
      // A peer that accepts and hangs up at once is not asked ten times a second.
      if (this.#clock.monotonic() - connectedMs >= this.#backoff.maxMs) this.#backoff.reset()
      await this.#pause(signal)
    }
  }

  /** @throws EndpointError, or the signal's reason */
  async #connect(ended: (error: EndpointError | undefined) => void, signal: AbortSignal): Promise<void> {
    const { attemptTimeoutMs, remote, localPort, ...options } = this.#options
    const timeout = () =>
      new EndpointError('ENDPOINT_TIMEOUT', `${remote.key} did not answer in ${attemptTimeoutMs} ms`)
    let messages: MessageStream | undefined
    const handler = {
      data: (chunk: Uint8Array) => messages?.data(chunk),
      drained: () => messages?.drained(),
      closed: ended,
    }
    const connectOptions = { ...options, remote, localPort: localPort?.port ?? 0 }
    const stream = await withTimeout(this.#clock, attemptTimeoutMs, timeout, signal, (limited) =>
      this.#network.connectTcp(connectOptions, handler, limited),
    )
    if (signal.aborted) stream.close()
    signal.throwIfAborted()
    messages = this.#createMessages(stream, ended)
    const connection = { stream, messages }
    this.#connection = connection
    this.#state = { phase: 'connected', local: stream.local }
    this.#ignoredRestarts = 0
    this.#log.info('connected', { local: stream.local.key })
    this.#waiting.release((message, timing) => this.#sendNow(connection, message, timing))
    this.#receiver.connected(remote, stream.local)
  }

  #createMessages(stream: ByteStream, ended: (error: EndpointError) => void): MessageStream {
    const { remote } = this
    return new MessageStream({
      ...this.#options,
      clock: this.#clock,
      stream,
      role: 'client',
      sink: {
        message: (message) => {
          this.#counters.receivedMessages++
          this.#receiver.message(message, remote, false)
        },
        problem: (problem) => {
          this.#counters.problems++
          this.#receiver.problem(problem, remote)
        },
      },
      onFailure: (error) => {
        ended(error)
        stream.close()
      },
    })
  }

  #sendNow({ messages }: Connection, message: Uint8Array, timing: NpduTiming): boolean {
    const isTaken = messages.send(message, timing)
    this.#counters.count(message, isTaken)
    return isTaken
  }

  #lost(error: EndpointError | undefined): void {
    this.#connection?.messages[Symbol.dispose]()
    this.#connection = undefined
    this.#state = { phase: 'connecting', sinceMs: this.#clock.monotonic() }
    this.#log.info('disconnected', error === undefined ? {} : { code: error.code, error: error.message })
    this.#receiver.disconnected(this.remote, error)
  }

  #attemptFailed(error: unknown): void {
    this.#log.debug('could not connect', { error: messageOf(error) })
    const code = error instanceof EndpointError ? error.code : undefined
    if (code !== 'ENDPOINT_ADDRESS_IN_USE' && code !== 'ENDPOINT_ADDRESS_NOT_AVAILABLE') return
    try {
      this.#options.localPort?.replace()
    } catch (noPort) {
      this.#log.warn('no local port is left for a TCP connection', { error: messageOf(noPort) })
    }
  }

  /** Waits before the next attempt; a wait that is cut short starts over. */
  async #pause(signal: AbortSignal): Promise<void> {
    for (let isOver = false; !isOver; ) {
      if (this.#attempt.signal.aborted) this.#attempt = new AbortController()
      const { signal: cut } = this.#attempt
      try {
        await this.#clock.sleep(this.#backoff.next(), AbortSignal.any([signal, cut]))
        isOver = true
      } catch {
        signal.throwIfAborted()
      }
    }
  }
}
