import { Listeners, messageOf, raceSignal } from '@opensovd/base'
import type { ChannelEvent, UdsChannel } from '../client/channel.ts'
import { DoipError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import { type DoipConnection, openDoipConnection } from './connection.ts'
import { type ConnectionOptions, type ConnectionSettings, connectionOptions } from './connection-options.ts'

/** disconnected → connecting → connected → disconnected; from everywhere → closed. */
export type GatewayState =
  | { readonly phase: 'disconnected' }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'connected'; readonly entityAddress: number | undefined }
  | { readonly phase: 'closed' }

/**
 * The one connection with the entity at a network address, shared by all ECUs behind it. The first message opens
 * it, the first message after a loss opens it again; what was on the way when it broke is never sent again.
 */
export class DoipGateway implements UdsChannel, AsyncDisposable {
  readonly #runtime: Runtime
  readonly #options: ConnectionOptions
  readonly #events: Listeners<ChannelEvent>
  readonly #states: Listeners<GatewayState>
  readonly #closing = new AbortController()
  #connection: DoipConnection | undefined
  #attempt: Promise<DoipConnection> | undefined
  #state: GatewayState = { phase: 'disconnected' }

  constructor(runtime: Runtime, settings: ConnectionSettings) {
    const onFailure = (error: unknown) => runtime.log.error('a listener failed', { error: messageOf(error) })
    this.#runtime = runtime
    this.#options = connectionOptions(settings)
    this.#events = new Listeners(onFailure)
    this.#states = new Listeners(onFailure)
  }

  get options(): ConnectionOptions {
    return this.#options
  }

  get state(): GatewayState {
    return this.#state
  }

  /** Returns a function that removes the listener. */
  onState(listener: (state: GatewayState) => void): () => void {
    return this.#states.add(listener)
  }

  subscribe(listener: (event: ChannelEvent) => void): () => void {
    return this.#events.add(listener)
  }

  /**
   * Connects unless it is connected already.
   * @throws DoipError. Aborting stops waiting; the attempt goes on for others that wait for it.
   */
  async connect(signal?: AbortSignal): Promise<void> {
    await this.#connected(signal)
  }

  /** Closes the connection; the next message opens another one. */
  async disconnect(): Promise<void> {
    const connection = this.#connection
    if (!connection) return
    this.#connection = undefined
    this.#enter({ phase: 'disconnected' })
    this.#events.notify({ kind: 'lost', error: new DoipError('DOIP_CLOSED', 'the connection was closed') })
    await connection[Symbol.asyncDispose]()
  }

  /**
   * Closes the connection and tries to connect until it works: for an entity that restarts.
   * @throws the error of the last attempt after `withinMs`
   */
  async reconnect(limits: { withinMs: number; pauseMs: number }, signal?: AbortSignal): Promise<void> {
    const { clock } = this.#runtime
    const deadlineMs = clock.monotonic() + limits.withinMs
    await this.disconnect()
    for (;;) {
      try {
        await this.#connected(signal)
        return
      } catch (error) {
        const givenUp = clock.monotonic() + limits.pauseMs > deadlineMs
        if (givenUp || signal?.aborted || this.#state.phase === 'closed') throw error
        await clock.sleep(limits.pauseMs, signal)
      }
    }
  }

  send(target: number, message: Uint8Array, signal?: AbortSignal): Promise<void> {
    const isReady = !signal?.aborted && !this.#closing.signal.aborted
    if (this.#connection && isReady) return this.#connection.send(target, message)
    return this.#connectAndSend(target, message, signal)
  }

  async #connectAndSend(target: number, message: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    const connection = await this.#connected(signal)
    signal?.throwIfAborted()
    await connection.send(target, message)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state.phase === 'closed') return
    this.#closing.abort(new DoipError('DOIP_CLOSED', `${this.#options.host}: the gateway was closed`))
    // Whoever asked for the connection is told.
    await this.#attempt?.catch(() => {})
    await this.disconnect()
    this.#enter({ phase: 'closed' })
  }

  async #connected(signal?: AbortSignal): Promise<DoipConnection> {
    signal?.throwIfAborted()
    this.#closing.signal.throwIfAborted()
    if (this.#connection) return this.#connection
    this.#attempt ??= this.#open()
    return await (signal ? raceSignal(this.#attempt, signal) : this.#attempt)
  }

  async #open(): Promise<DoipConnection> {
    this.#enter({ phase: 'connecting' })
    try {
      const connection = await openDoipConnection(
        this.#runtime,
        this.#options,
        (event) => this.#onEvent(event),
        this.#closing.signal,
      )
      if (connection.ended) throw connection.ended
      this.#connection = connection
      this.#enter({ phase: 'connected', entityAddress: connection.entityAddress })
      return connection
    } catch (error) {
      this.#enter({ phase: 'disconnected' })
      throw error
    } finally {
      this.#attempt = undefined
    }
  }

  #onEvent(event: ChannelEvent): void {
    if (event.kind === 'lost') {
      this.#connection = undefined
      this.#enter({ phase: 'disconnected' })
      this.#runtime.log.info('connection lost', { host: this.#options.host, error: event.error.message })
    }
    this.#events.notify(event)
  }

  #enter(state: GatewayState): void {
    this.#state = state
    this.#states.notify(state)
  }
}
