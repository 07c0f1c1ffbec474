import type { EndpointAddress } from '../endpoint-address.ts'
import { systemError, translateError } from '../errors.ts'
import type { ChannelOptions, ChannelOwner, OpenChannel, UdpChannel } from '../udp/channel.ts'
import { failure, type Libc, type Poll } from './libc.ts'
import { MSG_DONTWAIT } from './linux.ts'
import { MessageVector } from './message-vector.ts'
import { ReceiveBuffer } from './receive-buffer.ts'
import { SockaddrCodec } from './sockaddr.ts'
import { openUdpDescriptor } from './udp-descriptor.ts'

/** Datagrams that one call of the system moves. */
const BATCH = 64
/** Memory for the bytes of one batch, at most: larger datagrams make smaller batches. */
const MAX_BATCH_BYTES = 1 << 20
/** Calls that read in one turn of the event loop: what a flood can take of it. */
const MAX_READS = 4

/** Opens channels that move datagrams in batches with recvmmsg and sendmmsg, past the sockets of Node.js. */
export function nativeChannels(libc: Libc): OpenChannel {
  const codec = new SockaddrCodec(libc)
  return async (options, owner) => {
    const { fd, local } = openUdpDescriptor(libc, codec, options)
    try {
      return new NativeUdpChannel({ libc, codec, fd, local }, options, owner)
    } catch (error) {
      libc.close(fd)
      throw translateError(`UDP socket ${local.key}`, error)
    }
  }
}

interface OpenDescriptor {
  readonly libc: Libc
  readonly codec: SockaddrCodec
  readonly fd: number
  readonly local: EndpointAddress
}

class NativeUdpChannel implements UdpChannel {
  readonly local: EndpointAddress
  readonly #libc: Libc
  readonly #codec: SockaddrCodec
  readonly #fd: number
  readonly #owner: ChannelOwner
  readonly #receiveBuffer: ReceiveBuffer
  readonly #vectorOptions: { messages: number; messageBytes: number; controlBytes: 0 }
  /** Made when something is sent: channels of groups never do. */
  #sendVector: MessageVector | undefined
  readonly #poll: Poll
  #isAwake = false
  /** Whether the system took no more; then the poll tells when it does. */
  #isBlocked = false
  #isOpen = true

  constructor({ libc, codec, fd, local }: OpenDescriptor, options: ChannelOptions, owner: ChannelOwner) {
    const messages = Math.max(1, Math.min(BATCH, Math.floor(MAX_BATCH_BYTES / options.maxDatagramBytes)))
    this.local = local
    this.#libc = libc
    this.#codec = codec
    this.#fd = fd
    this.#owner = owner
    this.#receiveBuffer = new ReceiveBuffer(libc, codec, { messages, ...options })
    this.#vectorOptions = { messages, messageBytes: options.maxDatagramBytes, controlBytes: 0 }
    this.#poll = libc.poll(fd, this.#wake)
  }

  flush(): void {
    const { queue } = this.#owner
    if (this.#isBlocked || !this.#isOpen || queue.length === 0) return
    this.#sendVector ??= new MessageVector(this.#libc, this.#vectorOptions)
    while (this.#isOpen && queue.length > 0) {
      const filled = this.#fill(this.#sendVector)
      if (filled === 0) continue
      const sent = this.#libc.sendmmsg(this.#fd, this.#sendVector.headers, filled, MSG_DONTWAIT)
      for (let index = 0; index < sent; index++) this.#settleFirst(true)
      if (sent < 0 && !this.#recover()) return
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false
    this.#poll.close()
    this.#libc.close(this.#fd)
  }

  /** Puts the front of the queue in the vector and returns how many datagrams that are. */
  #fill(vector: MessageVector): number {
    const { queue } = this.#owner
    const count = Math.min(vector.messages, queue.length)
    for (let index = 0; index < count; index++) {
      const entry = queue.peek(index)
      if (entry === undefined) return index
      try {
        vector.put(index, entry.bytes, this.#codec.encode(entry.to))
      } catch (error) {
        // Only what stands in front may leave the queue, so those before it go first.
        if (index === 0) this.#giveUpFirst(error)
        return index
      }
    }
    return count
  }

  /** Goes on after a failed call of the system if that is of use. */
  #recover(): boolean {
    const errno = this.#libc.errorName()
    if (errno === 'EINTR') return true
    if (errno === 'EAGAIN' || errno === 'ENOBUFS') {
      this.#isBlocked = true
      this.#poll.start({ readable: true, writable: true }, this.#wake)
      return false
    }
    this.#giveUpFirst(undefined, errno)
    return true
  }

  #giveUpFirst(cause: unknown, errno = 'EINVAL'): void {
    const entry = this.#settleFirst(false)
    this.#owner.failed(systemError(`sending from ${this.local.key} to ${entry?.to.key}`, errno, cause))
  }

  #settleFirst(isSent: boolean) {
    const entry = this.#owner.queue.take()
    if (entry !== undefined) this.#owner.queue.settle(entry, isSent)
    return entry
  }

  /** Called outside of any task, where promises would not settle: the work is for the next task. */
  readonly #wake = (): void => {
    if (this.#isAwake) return
    this.#isAwake = true
    setImmediate(this.#work)
  }

  readonly #work = (): void => {
    this.#isAwake = false
    if (!this.#isOpen) return
    if (this.#isBlocked) {
      this.#isBlocked = false
      this.#poll.start({ readable: true, writable: false }, this.#wake)
      this.flush()
    }
    this.#receive()
  }

  #receive(): void {
    const { vector } = this.#receiveBuffer
    for (let read = 0; read < MAX_READS && this.#isOpen; read++) {
      const count = this.#libc.recvmmsg(this.#fd, vector.headers, vector.messages, MSG_DONTWAIT, null)
      if (count < 0) {
        const errno = this.#libc.errorName()
        if (errno !== 'EAGAIN' && errno !== 'EINTR') {
          this.#owner.failed(failure(this.#libc, `receiving at ${this.local.key}`))
        }
        return
      }
      const batch = this.#receiveBuffer.take(count)
      this.#owner.counters.oversizeDatagrams += count - batch.length
      if (batch.length > 0) this.#owner.received(batch)
      if (count < vector.messages) return
    }
  }
}
