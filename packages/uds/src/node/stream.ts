import type { Socket } from 'node:net'
import type { Clock } from '@opensovd/base'
import type { Address, ByteStream } from '../network.ts'
import { addressOf } from './address.ts'

/** How long a peer that does not read keeps a closed connection open. */
const LINGER_MS = 1000
const KEEP_ALIVE_MS = 10_000

/** A connected TCP or TLS socket. */
export class NodeStream implements ByteStream {
  readonly remote: Address
  readonly secure: boolean
  readonly incoming: AsyncIterable<Uint8Array>
  readonly #socket: Socket
  readonly #clock: Clock
  #disposal: Promise<void> | undefined
  #isGathering = false

  constructor(socket: Socket, secure: boolean, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    this.secure = secure
    this.remote = addressOf(socket.remoteAddress, socket.remotePort)
    this.incoming = this.#read()
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    // Reading and writing report the error; without a listener it would end the process.
    socket.on('error', () => {})
  }

  send(bytes: Uint8Array): Promise<void> {
    this.#gather()
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
  }

  /** What is sent in one turn of the event loop goes out together: an acknowledgement and the answer, for instance. */
  #gather(): void {
    if (this.#isGathering) return
    this.#isGathering = true
    this.#socket.cork()
    setImmediate(() => {
      this.#isGathering = false
      this.#socket.uncork()
    })
  }

  /** What was sent before still goes out, as long as the peer reads. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#close()
    return this.#disposal
  }

  async #close(): Promise<void> {
    const socket = this.#socket
    if (socket.closed) return
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    const cancel = this.#clock.after(LINGER_MS, () => socket.destroy())
    socket.destroySoon()
    await closed
    cancel()
  }

  async *#read(): AsyncGenerator<Uint8Array, void> {
    try {
      yield* this.#socket.iterator({ destroyOnReturn: false })
    } catch (error) {
      if (!this.#disposal) throw error
    }
  }
}
