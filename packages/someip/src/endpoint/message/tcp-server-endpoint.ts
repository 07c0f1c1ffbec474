import type { Clock, Logger } from '@opensovd/base'
import { NO_NPDU_TIMING, type NpduTiming } from '../../npdu/collector.ts'
import type { EndpointAddress } from '../endpoint-address.ts'
import type { EndpointError } from '../errors.ts'
import type { ByteStream, ListenOptions, StreamHandler, StreamListener } from '../network.ts'
import type { EndpointContext } from './context.ts'
import { MessageStream, type MessageStreamOptions } from './message-stream.ts'
import { type ConnectionReceiver, guardedReceiver } from './receiver.ts'
import { TcpCounters, type TcpStatistics } from './tcp-counters.ts'

export interface TcpServerOptions extends ListenOptions, MessageStreamOptions {
  /** Further connections are refused. Default: 256. */
  readonly maxConnections?: number
  /** Further connections from one address are refused, so that one host cannot use up all of them. Default: 64. */
  readonly maxConnectionsPerHost?: number
}

export interface TcpServerStatistics extends TcpStatistics {
  readonly connections: number
  readonly refusedConnections: number
}

const DEFAULT_MAX_CONNECTIONS = 256
const DEFAULT_MAX_CONNECTIONS_PER_HOST = 64

/** Listens for clients of services. @throws EndpointError */
export async function openTcpServerEndpoint(
  context: EndpointContext,
  options: TcpServerOptions,
  receiver: ConnectionReceiver,
): Promise<TcpServerEndpoint> {
  const connections = new Connections(context, options, guardedReceiver(receiver, context.log))
  const listener = await context.network.listenTcp(options, connections)
  return new TcpServerEndpoint(listener, connections)
}

interface Connection {
  readonly stream: ByteStream
  readonly messages: MessageStream
}

/** The table of connections. */
class Connections {
  readonly counters = new TcpCounters()
  refusedConnections = 0
  readonly #clock: Clock
  readonly #log: Logger
  readonly #options: TcpServerOptions
  readonly #receiver: ConnectionReceiver
  /** By the peer's address and port; bounded by `maxConnections`. */
  readonly #open = new Map<string, Connection>()
  readonly #perHost = new Map<string, number>()

  constructor({ clock, log }: EndpointContext, options: TcpServerOptions, receiver: ConnectionReceiver) {
    this.#clock = clock
    this.#log = log
    this.#options = options
    this.#receiver = receiver
  }

  get size(): number {
    return this.#open.size
  }

  get peers(): EndpointAddress[] {
    return [...this.#open.values()].map(({ stream }) => stream.remote)
  }

  find(key: string): Connection | undefined {
    return this.#open.get(key)
  }

  accept(stream: ByteStream): StreamHandler | undefined {
    const { remote, local } = stream
    if (this.#isFull(remote)) {
      this.refusedConnections++
      this.#log.debug('a TCP connection was refused: too many', { peer: remote.key })
      return undefined
    }
    const messages = this.#createMessages(stream)
    this.#open.set(remote.key, { stream, messages })
    this.#perHost.set(remote.address, (this.#perHost.get(remote.address) ?? 0) + 1)
    this.#receiver.connected(remote, local)
    return {
      data: (chunk) => messages.data(chunk),
      drained: () => messages.drained(),
      closed: (error) => this.#forget({ stream, messages }, error),
    }
  }

  failed(error: EndpointError): void {
    this.#log.debug('a TCP connection could not be accepted', { code: error.code, error: error.message })
  }

  /** Writes what waits and ends all connections. */
  close(): void {
    for (const connection of [...this.#open.values()]) {
      connection.messages.flush()
      this.#forget(connection, undefined)
      connection.stream.close()
    }
  }

  #createMessages(stream: ByteStream): MessageStream {
    const { remote } = stream
    const messages = new MessageStream({
      ...this.#options,
      clock: this.#clock,
      stream,
      role: 'server',
      sink: {
        message: (message) => {
          this.counters.receivedMessages++
          this.#receiver.message(message, remote, false)
        },
        problem: (problem) => {
          this.counters.problems++
          this.#receiver.problem(problem, remote)
        },
      },
      onFailure: (error) => {
        this.#forget({ stream, messages }, error)
        stream.close()
      },
    })
    return messages
  }

  #isFull({ address }: EndpointAddress): boolean {
    const { maxConnections, maxConnectionsPerHost } = this.#options
    return (
      this.#open.size >= (maxConnections ?? DEFAULT_MAX_CONNECTIONS) ||
      (this.#perHost.get(address) ?? 0) >= (maxConnectionsPerHost ?? DEFAULT_MAX_CONNECTIONS_PER_HOST)
    )
  }

  #forget({ stream: { remote }, messages }: Connection, error: EndpointError | undefined): void {
    // A peer may have come back from the same port before the end of its first connection was noticed.
    if (this.#open.get(remote.key)?.messages !== messages) return
    this.#open.delete(remote.key)
    const ofHost = (this.#perHost.get(remote.address) ?? 1) - 1
    if (ofHost > 0) this.#perHost.set(remote.address, ofHost)
    else this.#perHost.delete(remote.address)
    messages[Symbol.dispose]()
    this.#receiver.disconnected(remote, error)
  }
}

/** The connections of clients with one port of this host. */
export class TcpServerEndpoint implements AsyncDisposable {
  readonly transport = 'reliable'
  readonly #listener: StreamListener
  readonly #connections: Connections

  /** Use `openTcpServerEndpoint`. */
  constructor(listener: StreamListener, connections: Connections) {
    this.#listener = listener
    this.#connections = connections
  }

  get local(): EndpointAddress {
    return this.#listener.local
  }

  get statistics(): TcpServerStatistics {
    const { counters, size, refusedConnections } = this.#connections
    return { ...counters, connections: size, refusedConnections }
  }

  /** The clients that are connected. */
  get peers(): readonly EndpointAddress[] {
    return this.#connections.peers
  }

  /** Whether a connection from exactly this address and port exists. */
  isConnected(peer: EndpointAddress): boolean {
    return this.#connections.find(peer.key) !== undefined
  }

  /**
   * Takes an encoded message, which must not be changed afterwards. Returns false, and counts the message as dropped,
   * when there is no such connection or too much waits for it.
   */
  send(message: Uint8Array, to: EndpointAddress, timing: NpduTiming = NO_NPDU_TIMING): boolean {
    const isTaken = this.#connections.find(to.key)?.messages.send(message, timing) ?? false
    this.#connections.counters.count(message, isTaken)
    return isTaken
  }

  /** Ends the connection of a client, if there is one. */
  disconnect(peer: EndpointAddress): void {
    this.#connections.find(peer.key)?.stream.close()
  }

  /** Ends the listening and all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener[Symbol.asyncDispose]()
    this.#connections.close()
  }
}
