import type { Socket } from 'node:net'
import { canonicalAddress, type EndpointAddress, knownAddress } from '../endpoint-address.ts'
import { EndpointError, translateError } from '../errors.ts'
import type { ByteStream, StreamHandler, TcpOptions } from '../network.ts'
import { TCP_DEFAULTS } from './bind.ts'

/** A connection of Node.js. */
export class NodeStream implements ByteStream {
  readonly local: EndpointAddress
  readonly remote: EndpointAddress
  readonly #socket: Socket
  #handler: StreamHandler | undefined
  /** Whether `write` returned false and `drained` is owed. */
  #isBlocked = false
  #error: EndpointError | undefined

  /** @throws EndpointError when the peer has already gone */
  constructor(socket: Socket) {
    this.#socket = socket
    this.local = addressOf(socket.localAddress, socket.localPort)
    this.remote = addressOf(socket.remoteAddress, socket.remotePort)
  }

  /** Starts to receive. Called once. */
  start(handler: StreamHandler): void {
    this.#handler = handler
    const socket = this.#socket
    socket.on('data', (chunk) => this.#tell((to) => to.data(chunk)))
    // Half a connection is of no use: the peer that ends its side ends both.
    socket.on('end', () => socket.resetAndDestroy())
    socket.on('error', (error) => {
      this.#error ??= translateError(`TCP connection ${this.local.key} to ${this.remote.key}`, error)
    })
    socket.on('close', () => {
      this.#handler = undefined
      handler.closed(this.#error)
    })
  }

  get queuedBytes(): number {
    return this.#socket.writableLength
  }

  write(bytes: Uint8Array): boolean {
    if (this.#socket.destroyed) return false
    this.#socket.write(bytes, this.#onWritten)
    if (this.#socket.writableLength > 0) this.#isBlocked = true
    return !this.#isBlocked
  }

  close(): void {
    if (!this.#socket.destroyed) this.#socket.resetAndDestroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  readonly #onWritten = (): void => {
    if (!this.#isBlocked || this.#socket.writableLength > 0) return
    this.#isBlocked = false
    this.#tell((to) => to.drained())
  }

  #tell(tell: (handler: StreamHandler) => void): void {
    if (this.#handler === undefined || this.#socket.destroyed) return
    try {
      tell(this.#handler)
    } catch (cause) {
      const problem = `the handler of the TCP connection with ${this.remote.key} threw`
      this.#error = new EndpointError('ENDPOINT_HANDLER_FAILED', problem, { cause })
      this.close()
    }
  }
}

/** Sets what the socket did not inherit from the one it was bound with. */
export function tuneSocket(socket: Socket, options: TcpOptions): void {
  const { keepIdleSeconds, keepIntervalSeconds, keepCount } = { ...TCP_DEFAULTS, ...options }
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepIdleSeconds * 1000, keepIntervalSeconds * 1000, keepCount)
}

function addressOf(address: string | undefined, port: number | undefined): EndpointAddress {
  if (address === undefined || port === undefined) {
    throw new EndpointError('ENDPOINT_RESET', 'a TCP connection ended before it was used')
  }
  return knownAddress(canonicalAddress(address), port)
}
