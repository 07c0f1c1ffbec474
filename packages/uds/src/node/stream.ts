import type { Socket } from 'node:net'
import type { Clock } from '@opensovd/base'
import type { Address, ByteStream } from '../network.ts'
import { addressOf } from './address.ts'
import { SocketReader } from './socket-reader.ts'

/** How long a peer that does not read keeps a closed connection open. */
const LINGER_MS = 1000
const KEEP_ALIVE_MS = 10_000
/** Up to here, which is a block of most ECUs, copying parts into one place costs less than handing them over apart. */
const MAX_JOINED_BYTES = 0x10400
/** What is in one place and not shorter is not copied. */
const MIN_JOINED_BYTES = 0x400
const NOTHING = new Uint8Array(0)
/** What waits for it runs before anything that is waiting later. */
const NEXT = Promise.resolve()

/** A connected TCP or TLS socket. */
export class NodeStream implements ByteStream {
  readonly remote: Address
  readonly secure: boolean
  readonly incoming: AsyncIterable<Uint8Array>
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #sendGathered = () => this.#send()
  #joined = Buffer.allocUnsafe(0)
  #gathered: Uint8Array[] = []
  #gatheredBytes = 0
  #disposal: Promise<void> | undefined

  constructor(socket: Socket, secure: boolean, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    this.secure = secure
    this.remote = addressOf(socket.remoteAddress, socket.remotePort)
    this.incoming = new SocketReader(socket)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
  }

  get unsentBytes(): number {
    return this.#gatheredBytes + this.#socket.writableLength
  }

  /** What is written at once is sent together: an acknowledgement and the answer, for instance. */
  write(...parts: readonly Uint8Array[]): void {
    if (this.#gathered.length === 0) void NEXT.then(this.#sendGathered)
    for (const part of parts) {
      this.#gathered.push(part)
      this.#gatheredBytes += part.length
    }
  }

  flush(): Promise<void> {
    this.#send()
    return new Promise((resolve, reject) => {
      this.#socket.write(NOTHING, (error) => (error ? reject(error) : resolve()))
    })
  }

  /** What was written before still goes out, as long as the peer reads. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#close()
    return this.#disposal
  }

  #send(): void {
    const [parts, length] = [this.#gathered, this.#gatheredBytes]
    const [first] = parts
    if (first === undefined) return
    this.#gathered = []
    this.#gatheredBytes = 0
    // A socket that is gone tells so by an error of its own; writing to one that was closed here is nothing to tell.
    if (!this.#socket.writable) return
    const isWhole = parts.length === 1 && length >= MIN_JOINED_BYTES
    const isJoined = !isWhole && length <= MAX_JOINED_BYTES && this.#socket.writableLength === 0
    if (isWhole) this.#socket.write(first)
    else if (isJoined) this.#socket.write(this.#join(parts, length))
    else this.#sendApart(parts)
  }

  /** In one place for all that is sent, which is free again once the socket has nothing left of it. */
  #join(parts: readonly Uint8Array[], length: number): Buffer {
    if (this.#joined.length < length) this.#joined = Buffer.allocUnsafeSlow(Math.max(MIN_JOINED_BYTES, length))
    let at = 0
    for (const part of parts) {
      this.#joined.set(part, at)
      at += part.length
    }
    return this.#joined.subarray(0, length)
  }

  /** With one call of the system, and copying only what is small: each piece that waits for a slow peer takes memory. */
  #sendApart(parts: readonly Uint8Array[]): void {
    let small: Uint8Array[] = []
    const sendSmall = () => {
      if (small.length > 0) this.#socket.write(Buffer.concat(small))
      small = []
    }
    this.#socket.cork()
    for (const part of parts) {
      if (part.length < MIN_JOINED_BYTES) {
        small.push(part)
        continue
      }
      sendSmall()
      this.#socket.write(part)
    }
    sendSmall()
    this.#socket.uncork()
  }

  async #close(): Promise<void> {
    this.#send()
    const socket = this.#socket
    if (socket.closed) return
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    const cancel = this.#clock.after(LINGER_MS, () => socket.destroy())
    socket.destroySoon()
    await closed
    cancel()
  }
}
