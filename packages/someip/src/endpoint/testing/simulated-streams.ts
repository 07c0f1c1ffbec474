import type { Clock } from '@opensovd/base'
import type { EndpointAddress } from '../endpoint-address.ts'
import { EndpointError } from '../errors.ts'
import type { ByteStream, StreamAcceptor, StreamHandler } from '../network.ts'

/** What the wire and the receiver hold of a direction before the writer notices. */
const WINDOW_BYTES = 64 * 1024
/** Silence after which keep-alive ends a connection: 1 s idle, and 3 questions 1 s apart. */
const KEEP_ALIVE_MS = 4000

/** Connections between simulated hosts, in the time of a clock: ordered, lossless, and broken by a cut that lasts. */
export class SimulatedStreams {
  readonly #clock: Clock
  readonly #latencyMs: number
  readonly #listeners = new Map<string, StreamAcceptor>()
  readonly #open = new Set<SimulatedStream>()
  readonly #cutOff = new Set<string>()
  readonly #stalled = new Set<string>()

  constructor(clock: Clock, latencyMs: number) {
    this.#clock = clock
    this.#latencyMs = latencyMs
  }

  listen(local: EndpointAddress, acceptor: StreamAcceptor): Disposable {
    this.#listeners.set(local.key, acceptor)
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(local.key)
      },
    }
  }

  /** Rejects as a real connection attempt does; to a host that is cut off it neither succeeds nor fails. */
  connect(
    local: EndpointAddress,
    remote: EndpointAddress,
    handler: StreamHandler,
    signal: AbortSignal | undefined,
  ): Promise<ByteStream> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      this.#later(() => {
        if (signal?.aborted || !this.isReachable(local, remote)) return
        const acceptor = this.#listeners.get(remote.key)
        if (acceptor === undefined) {
          this.#later(() => reject(new EndpointError('ENDPOINT_REFUSED', `nobody listens at ${remote.key}`)))
          return
        }
        const [near, far] = this.#pair(local, remote)
        near.handler = handler
        far.handler = acceptor.accept(far)
        if (far.handler === undefined) far.close()
        this.#later(() => {
          if (!signal?.aborted) return resolve(near)
          near.handler = undefined
          near.close()
        })
      })
    })
  }

  cutOff(address: string): void {
    this.#cutOff.add(address)
    const affected = [...this.#open].filter(({ local }) => local.address === address)
    this.#clock.after(KEEP_ALIVE_MS, () => {
      if (!this.#cutOff.has(address)) return
      for (const stream of affected) {
        for (const end of [stream, stream.peer]) end?.end(new EndpointError('ENDPOINT_TIMEOUT', 'the peer is silent'))
      }
    })
  }

  reconnect(address: string): void {
    this.#cutOff.delete(address)
    this.#pumpAll()
  }

  /** Programs of the host do not read from its connections for now. */
  stall(address: string): void {
    this.#stalled.add(address)
  }

  resume(address: string): void {
    this.#stalled.delete(address)
    this.#pumpAll()
  }

  /** Called by streams. */
  isReachable(one: EndpointAddress, other: EndpointAddress): boolean {
    return !this.#cutOff.has(one.address) && !this.#cutOff.has(other.address)
  }

  /** Called by streams. */
  isReading(host: EndpointAddress): boolean {
    return !this.#stalled.has(host.address)
  }

  #pair(local: EndpointAddress, remote: EndpointAddress): [SimulatedStream, SimulatedStream] {
    const later = (task: () => void) => this.#later(task)
    const near = new SimulatedStream(this, later, local, remote)
    const far = new SimulatedStream(this, later, remote, local)
    near.peer = far
    far.peer = near
    for (const stream of [near, far]) {
      this.#open.add(stream)
      stream.onEnd = () => this.#open.delete(stream)
    }
    return [near, far]
  }

  #pumpAll(): void {
    for (const stream of this.#open) stream.pump()
  }

  #later(task: () => void): void {
    this.#clock.after(this.#latencyMs, task)
  }
}

class SimulatedStream implements ByteStream {
  readonly local: EndpointAddress
  readonly remote: EndpointAddress
  handler: StreamHandler | undefined
  peer: SimulatedStream | undefined
  onEnd: () => void = () => {}
  readonly #streams: SimulatedStreams
  readonly #later: (task: () => void) => void
  /** Written, and not yet taken by the peer. */
  readonly #outbox: Uint8Array[] = []
  #outboxBytes = 0
  #isPumping = false
  #isBlocked = false
  #isOpen = true

  constructor(
    streams: SimulatedStreams,
    later: (task: () => void) => void,
    local: EndpointAddress,
    remote: EndpointAddress,
  ) {
    this.#streams = streams
    this.#later = later
    this.local = local
    this.remote = remote
  }

  get queuedBytes(): number {
    return Math.max(0, this.#outboxBytes - WINDOW_BYTES)
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#isOpen) return false
    this.#outbox.push(bytes)
    this.#outboxBytes += bytes.length
    if (this.queuedBytes > 0) this.#isBlocked = true
    this.pump()
    return !this.#isBlocked
  }

  close(): void {
    if (!this.#isOpen) return
    const { peer } = this
    this.#later(() => {
      if (this.#streams.isReachable(this.local, this.remote)) {
        peer?.end(new EndpointError('ENDPOINT_RESET', `${this.local.key} closed the connection`))
      }
    })
    this.end(undefined)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  end(error: EndpointError | undefined): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.onEnd()
    queueMicrotask(() => this.handler?.closed(error))
  }

  /** Moves on what the peer can take. */
  pump(): void {
    if (this.#isPumping || this.#outbox.length === 0) return
    this.#isPumping = true
    this.#later(() => {
      this.#isPumping = false
      if (!this.#streams.isReachable(this.local, this.remote) || !this.#streams.isReading(this.remote)) return
      for (const chunk of this.#outbox.splice(0)) this.peer?.take(chunk)
      this.#outboxBytes = 0
      if (!this.#isBlocked || !this.#isOpen) return
      this.#isBlocked = false
      this.handler?.drained()
    })
  }

  take(chunk: Uint8Array): void {
    if (!this.#isOpen) return
    try {
      this.handler?.data(chunk.slice())
    } catch (cause) {
      const error = new EndpointError('ENDPOINT_HANDLER_FAILED', 'the handler of a simulated stream threw', { cause })
      this.peer?.end(new EndpointError('ENDPOINT_RESET', `${this.local.key} closed the connection`))
      this.end(error)
    }
  }
}
