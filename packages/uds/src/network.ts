/** What the stack needs of a network: TCP (or TLS) streams and UDP datagrams. `@opensovd/uds/node` has the real one. */

export interface Address {
  /** An IPv4 or IPv6 address, without brackets. */
  readonly host: string
  readonly port: number
}

/** PEM texts. */
export interface TlsOptions {
  readonly certificate?: string
  readonly privateKey?: string
  /** Certificates to trust instead of the system's. */
  readonly authorities?: string
  /** A client: the name that the certificate of the server must have, instead of the address. */
  readonly serverName?: string
  /** A server: whether clients need a certificate of one of the `authorities`. */
  readonly requestClientCertificate?: boolean
}

export interface ByteStream extends AsyncDisposable {
  readonly remote: Address
  readonly secure: boolean
  /** What arrives. Ends when the peer closes or the stream is disposed; rejects when the connection breaks. Iterate once. */
  readonly incoming: AsyncIterable<Uint8Array>
  /** Bytes that were written and that the network has not taken yet; until then they must not change. */
  readonly unsentBytes: number
  /** Sends the parts one behind the other. Without effect once the connection is gone, which `incoming` tells. */
  write(...parts: readonly Uint8Array[]): void
  /** Resolves once the network has taken what was written before; rejects when the connection is gone. */
  flush(): Promise<void>
}

export interface StreamListener extends AsyncDisposable {
  readonly local: Address
}

export interface Datagram {
  readonly data: Uint8Array
  readonly from: Address
}

export interface DatagramSocket extends AsyncDisposable {
  readonly local: Address
  /** Every datagram that arrives until disposal. */
  onDatagram(listener: (datagram: Datagram) => void): void
  /** Resolves once the datagram is handed over; says nothing about its arrival. */
  send(data: Uint8Array, to: Address): Promise<void>
}

export interface ConnectOptions extends Address {
  readonly tls?: TlsOptions
}

export interface ListenOptions {
  /** Every address of the machine when left out. */
  readonly host?: string
  /** 0 takes any free port. */
  readonly port: number
  readonly tls?: TlsOptions
}

export interface DatagramOptions {
  /** Every address of the machine when left out. */
  readonly host?: string
  /** 0 takes any free port. */
  readonly port: number
  /** 4 when left out, unless `host` or `groups` tell. */
  readonly family?: 4 | 6
  /** Let other programs listen at the port too. */
  readonly shared?: boolean
  /** Allow sending to a broadcast address. */
  readonly broadcast?: boolean
  /** Multicast groups to join, on the interface of `host` where one is given. */
  readonly groups?: readonly string[]
}

export interface Network {
  /** Aborting gives the attempt up and rejects with the signal's reason. */
  connect(options: ConnectOptions, signal?: AbortSignal): Promise<ByteStream>
  /** The stream belongs to `onConnection`, which disposes it. */
  listen(options: ListenOptions, onConnection: (stream: ByteStream) => void): Promise<StreamListener>
  openDatagram(options: DatagramOptions): Promise<DatagramSocket>
}
