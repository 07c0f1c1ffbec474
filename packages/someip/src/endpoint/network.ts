/**
 * What the stack needs of a network: datagrams, byte streams and the state of the interfaces. `openNodeNetwork` has the
 * real one; tests use a simulated one that moves with a fake clock.
 */
import type { EndpointAddress } from './endpoint-address.ts'
import type { EndpointError } from './errors.ts'

/** A datagram that arrived. The object and its bytes are used again: copy what outlives the call that hands it over. */
export interface Datagram {
  readonly bytes: Uint8Array
  /** Covers `bytes`. */
  readonly view: DataView
  readonly source: EndpointAddress
  /** The local address or group it was sent to; undefined when a socket is bound to all addresses and cannot tell. */
  readonly destination: string | undefined
  /** Whether it came through a group that was joined. */
  readonly multicast: boolean
}

/** Receives in the order of arrival. What a function throws becomes an ENDPOINT_HANDLER_FAILED. */
export interface DatagramHandler {
  /** As many as arrived together, within a bound. The array is used again, like the datagrams. */
  datagrams(batch: readonly Datagram[]): void
  /** A datagram could not be sent, or the system reported a failure. The socket goes on. */
  failed(error: EndpointError): void
}

export interface UdpOptions {
  /** A local unicast address; `0.0.0.0` or `::` for all. */
  readonly address: string
  /** 0: any free port. */
  readonly port: number
  /** Larger datagrams are dropped and counted. Default: 1416. */
  readonly maxDatagramBytes?: number
  /** Datagrams that would make more than this wait are refused. Default: 16 MiB. */
  readonly maxQueuedBytes?: number
  /** Bytes of the system's receive buffer, beyond its configured limit where the process may. Default: the system's. */
  readonly receiveBufferBytes?: number
  /** SO_REUSEADDR: share the port with sockets that have it too. Default: false. */
  readonly reuseAddress?: boolean
  /** SO_REUSEPORT: share the port, and the load, with sockets that have it too. Default: false. */
  readonly reusePort?: boolean
  /** Allow sending to broadcast addresses. Default: false. */
  readonly broadcast?: boolean
  /** How many routers a datagram to a group may pass. Default: 1. */
  readonly multicastHops?: number
  /** Whether sockets of this host, the sending one included, receive what is sent to a group. Default: true. */
  readonly multicastLoopback?: boolean
  /** Name of the interface to bind to. */
  readonly device?: string
}

/** What holds where `UdpOptions` say nothing. */
export const UDP_DEFAULTS = {
  /** A header and 1400 bytes of payload: the largest SOME/IP message that needs no segments, and all vsomeip takes. */
  maxDatagramBytes: 1416,
  maxQueuedBytes: 16 * 2 ** 20,
} as const satisfies Partial<UdpOptions>

/** Counts since the socket was opened. */
export interface UdpStatistics {
  readonly receivedDatagrams: number
  readonly receivedBytes: number
  /** Larger than allowed, hence dropped. */
  readonly oversizeDatagrams: number
  readonly sentDatagrams: number
  readonly sentBytes: number
  /** Refused because too much was waiting. */
  readonly droppedDatagrams: number
  readonly droppedBytes: number
  /** Refused by the system: no route, too long, forbidden. */
  readonly failedDatagrams: number
  /** Waiting now. */
  readonly queuedBytes: number
}

export interface UdpSocket extends AsyncDisposable {
  readonly local: EndpointAddress
  readonly statistics: UdpStatistics
  /**
   * Sends once the current task is done, together with what else was sent meanwhile. The bytes must not be changed
   * afterwards. Groups are reached through the interface of the local address. Returns false, and counts the datagram
   * as dropped, when too much is waiting or the socket is closed.
   */
  send(bytes: Uint8Array, to: EndpointAddress): boolean
  /**
   * Receives what is sent to a group and port on the interface of the local address. Joining twice is joining once.
   * @throws EndpointError
   */
  join(group: string, port?: number): Promise<void>
  /** Undoes `join`; leaving a group that was not joined does nothing. */
  leave(group: string, port?: number): Promise<void>
}

/** What happens on a byte stream. What a function throws closes the stream with an ENDPOINT_HANDLER_FAILED. */
export interface StreamHandler {
  /** The bytes are the receiver's to keep. */
  data(chunk: Uint8Array): void
  /** Everything written was taken after `write` had returned false. */
  drained(): void
  /** The stream ended: by the peer (no error), by a failure, or by `close` (no error). Called once, last. */
  closed(error: EndpointError | undefined): void
}

export interface ByteStream extends Disposable {
  readonly local: EndpointAddress
  readonly remote: EndpointAddress
  /** Bytes written that the system has not taken. */
  readonly queuedBytes: number
  /**
   * Takes all bytes, which must not be changed afterwards. Returns whether the system took them too; if not, a
   * well-behaved writer waits for `drained`.
   */
  write(bytes: Uint8Array): boolean
  /**
   * Ends the connection at once with a reset, as vsomeip does: nothing lingers on either side, and what the peer has not
   * taken is lost.
   */
  close(): void
}

/** Options of TCP sockets; the defaults are vsomeip's. */
export interface TcpOptions {
  /** Time after which a connection ends whose peer does not acknowledge data. Default: 3000. */
  readonly userTimeoutMs?: number
  /** Silence before the system asks whether the peer is still there. Default: 1. */
  readonly keepIdleSeconds?: number
  /** Default: 1. */
  readonly keepIntervalSeconds?: number
  /** Questions without an answer that end the connection. Default: 3. */
  readonly keepCount?: number
  /** Name of the interface to bind to. */
  readonly device?: string
}

export interface ListenOptions extends TcpOptions {
  /** A local unicast address; `0.0.0.0` or `::` for all. */
  readonly address: string
  /** 0: any free port. */
  readonly port: number
  /** SO_REUSEPORT. Default: false. */
  readonly reusePort?: boolean
}

export interface ConnectOptions extends TcpOptions {
  readonly remote: EndpointAddress
  /** Default: what the system chooses. */
  readonly localAddress?: string
  /** 0: any free port. */
  readonly localPort?: number
}

/** Whom new connections are handed to. */
export interface StreamAcceptor {
  /** Returns what receives a new connection, or undefined to refuse it. */
  accept(stream: ByteStream): StreamHandler | undefined
  /** The system reported a failure. Listening goes on. */
  failed(error: EndpointError): void
}

/** Disposal ends the listening; connections that were accepted stay. */
export interface StreamListener extends AsyncDisposable {
  readonly local: EndpointAddress
}

/** One address of an interface that is up. */
export interface InterfaceAddress {
  readonly name: string
  /** Canonical, with zone where link-local. */
  readonly address: string
  readonly prefixLength: number
}

export interface Network {
  /** @throws EndpointError */
  openUdp(options: UdpOptions, handler: DatagramHandler): Promise<UdpSocket>
  /** @throws EndpointError */
  listenTcp(options: ListenOptions, acceptor: StreamAcceptor): Promise<StreamListener>
  /**
   * Aborting gives the attempt up and rejects with the signal's reason.
   * @throws EndpointError
   */
  connectTcp(options: ConnectOptions, handler: StreamHandler, signal?: AbortSignal): Promise<ByteStream>
  /** The addresses of the interfaces that are up now. */
  interfaces(): readonly InterfaceAddress[]
}
