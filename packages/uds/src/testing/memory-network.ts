import type {
  Address,
  ByteStream,
  ConnectOptions,
  Datagram,
  DatagramOptions,
  DatagramSocket,
  ListenOptions,
  Network,
  StreamListener,
} from '../network.ts'

const BROADCAST = new Set(['255.255.255.255', 'ff02::1'])
const FIRST_FREE_PORT = 49152

type Chunk = { bytes: Uint8Array } | { end: true } | { error: Error }

/** One direction's receiver: chunks wait here until they are read. */
class Inbox {
  readonly #chunks: Chunk[] = []
  #wake: (() => void) | undefined

  put(chunk: Chunk): void {
    this.#chunks.push(chunk)
    this.#wake?.()
  }

  async *read(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const chunk = this.#chunks.shift()
      if (!chunk) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        continue
      }
      if ('end' in chunk) return
      if ('error' in chunk) throw chunk.error
      yield chunk.bytes
    }
  }
}

class MemoryStream implements ByteStream {
  readonly remote: Address
  readonly secure: boolean
  readonly incoming: AsyncIterable<Uint8Array>
  /** Everything is delivered at once. */
  readonly unsentBytes = 0
  readonly inbox = new Inbox()
  peer: MemoryStream | undefined
  readonly #network: MemoryNetwork
  #open = true

  constructor(network: MemoryNetwork, remote: Address, secure: boolean) {
    this.#network = network
    this.remote = remote
    this.secure = secure
    this.incoming = this.inbox.read()
  }

  write(...parts: readonly Uint8Array[]): void {
    if (!this.#open) return
    const bytes = new Uint8Array(Buffer.concat(parts))
    const length = this.#network.segmentLength
    for (let at = 0; at < bytes.length; at += length) {
      this.peer?.inbox.put({ bytes: bytes.slice(at, at + length) })
    }
  }

  async flush(): Promise<void> {
    if (!this.#open) throw new Error(`the connection with ${this.remote.host}:${this.remote.port} is closed`)
  }

  /** Ends both directions, the other side with `error` where one is given. */
  close(error?: Error): void {
    if (!this.#open) return
    this.#open = false
    this.inbox.put({ end: true })
    this.peer?.disconnected(error)
  }

  disconnected(error?: Error): void {
    if (!this.#open) return
    this.#open = false
    this.inbox.put(error ? { error } : { end: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }
}

class MemoryDatagramSocket implements DatagramSocket {
  readonly local: Address
  readonly listeners: ((datagram: Datagram) => void)[] = []
  readonly #network: MemoryNetwork

  constructor(network: MemoryNetwork, local: Address) {
    this.#network = network
    this.local = local
  }

  onDatagram(listener: (datagram: Datagram) => void): void {
    this.listeners.push(listener)
  }

  async send(data: Uint8Array, to: Address): Promise<void> {
    this.#network.deliver({ data: data.slice(), from: this.local }, to)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#network.forget(this)
  }
}

/**
 * Hosts that reach each other inside the process. `host(address)` is the view of one of them, which listens at that
 * address only; streams are ordered and lossless, datagrams to a broadcast address reach every host. Nothing here
 * takes time.
 */
export class MemoryNetwork {
  /** Streams deliver at most so many bytes at once. */
  segmentLength = Number.POSITIVE_INFINITY
  readonly #listeners = new Map<string, { secure: boolean; accept: (stream: ByteStream) => void }>()
  readonly #sockets = new Set<MemoryDatagramSocket>()
  readonly #streams = new Map<string, Set<MemoryStream>>()
  readonly #dead = new Set<string>()
  #nextPort = FIRST_FREE_PORT

  host(address: string): Network {
    return {
      connect: (options, signal) => this.#connect(address, options, signal),
      listen: (options, onConnection) => this.#listen(address, options, onConnection),
      openDatagram: (options) => this.#openDatagram(address, options),
    }
  }

  /** Breaks the streams of a host, as a reboot does; with `unreachable`, new ones then wait for an answer in vain. */
  reset(address: string, options: { unreachable?: boolean } = {}): void {
    if (options.unreachable) this.#dead.add(address)
    for (const stream of this.#streams.get(address) ?? []) stream.close(new Error('connection reset by peer'))
    this.#streams.delete(address)
  }

  /** Ends what `reset` with `unreachable` began. */
  revive(address: string): void {
    this.#dead.delete(address)
  }

  /** Called by sockets of this network. */
  deliver(datagram: Datagram, to: Address): void {
    queueMicrotask(() => {
      for (const socket of this.#sockets) {
        const { host, port } = socket.local
        if (port !== to.port || this.#dead.has(host)) continue
        if (host !== to.host && !BROADCAST.has(to.host)) continue
        for (const listener of socket.listeners) listener(datagram)
      }
    })
  }

  /** Called by sockets of this network. */
  forget(socket: MemoryDatagramSocket): void {
    this.#sockets.delete(socket)
  }

  async #connect(from: string, options: ConnectOptions, signal?: AbortSignal): Promise<ByteStream> {
    signal?.throwIfAborted()
    if (this.#dead.has(options.host)) {
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
    }
    const listener = this.#listeners.get(`${options.host}:${options.port}`)
    if (!listener) throw new Error(`connect ECONNREFUSED ${options.host}:${options.port}`)
    if (listener.secure !== (options.tls !== undefined)) throw new Error('one side speaks TLS, the other does not')
    const near = new MemoryStream(this, { host: options.host, port: options.port }, listener.secure)
    const far = new MemoryStream(this, { host: from, port: this.#freePort() }, listener.secure)
    near.peer = far
    far.peer = near
    this.#remember(options.host, far)
    this.#remember(from, near)
    listener.accept(far)
    return near
  }

  async #listen(
    host: string,
    options: ListenOptions,
    onConnection: (stream: ByteStream) => void,
  ): Promise<StreamListener> {
    const local = { host, port: options.port || this.#freePort() }
    const key = `${local.host}:${local.port}`
    if (this.#listeners.has(key)) throw new Error(`listen EADDRINUSE ${key}`)
    this.#listeners.set(key, { secure: options.tls !== undefined, accept: onConnection })
    return {
      local,
      [Symbol.asyncDispose]: async () => {
        this.#listeners.delete(key)
      },
    }
  }

  async #openDatagram(host: string, options: DatagramOptions): Promise<DatagramSocket> {
    const local = { host, port: options.port || this.#freePort() }
    const socket = new MemoryDatagramSocket(this, local)
    this.#sockets.add(socket)
    return socket
  }

  #remember(host: string, stream: MemoryStream): void {
    const streams = this.#streams.get(host) ?? new Set()
    this.#streams.set(host, streams.add(stream))
  }

  #freePort(): number {
    return this.#nextPort++
  }
}
