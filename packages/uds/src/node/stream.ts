import type { Socket } from 'node:net'
import type { Clock } from '@opensovd/base'
import type { Address, ByteStream } from '../network.ts'
import { addressOf } from './address.ts'
import { SocketReader } from './socket-reader.ts'

/** How long a peer that does not read keeps a closed connection open. */
const LINGER_MS = 1000
const KEEP_ALIVE_MS = 10_000
/** Up to here, copying parts into one costs less than writing them one by one. */
const MAX_JOINED_BYTES = 8192

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
    this.incoming = new SocketReader(socket)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
  }

  send(...parts: readonly Uint8Array[]): Promise<void> {
    this.#gather()
    const pieces = joined(parts)
    const last = pieces.pop() ?? new Uint8Array(0)
    for (const piece of pieces) this.#socket.write(piece)
    return new Promise((resolve, reject) => {
      this.#socket.write(last, (error) => (error ? reject(error) : resolve()))
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
}

function joined(parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return parts.length > 1 && length <= MAX_JOINED_BYTES ? [Buffer.concat(parts, length)] : [...parts]
}
