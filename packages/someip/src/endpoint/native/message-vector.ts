import { viewOf } from '../../wire/message.ts'
import type { Libc } from './libc.ts'
import { IOVEC, MMSGHDR, SOCKADDR_IN6_BYTES } from './linux.ts'

const LITTLE_ENDIAN = true
/** sockaddr_in6, rounded up so that what follows stays aligned. */
const NAME_BYTES = (SOCKADDR_IN6_BYTES + 7) & ~7

export interface VectorOptions {
  readonly messages: number
  /** Room for the bytes of each. */
  readonly messageBytes: number
  /** Room for ancillary data of each; a multiple of 8. */
  readonly controlBytes: number
}

/**
 * Memory for `messages` datagrams in the form recvmmsg and sendmmsg take: an array of struct mmsghdr, whose pointers lead
 * to the address, the bytes and the ancillary data of each.
 */
export class MessageVector {
  readonly messages: number
  /** The array of struct mmsghdr, for the system. */
  readonly headers: Uint8Array
  readonly #memory: Uint8Array
  readonly #view: DataView
  readonly #iovecsAt: number
  readonly #namesAt: number
  readonly #controlsAt: number
  readonly #controlBytes: number
  readonly #dataAt: number
  readonly #stride: number
  readonly #messageBytes: number

  constructor(libc: Libc, { messages, messageBytes, controlBytes }: VectorOptions) {
    this.messages = messages
    this.#messageBytes = messageBytes
    this.#controlBytes = controlBytes
    this.#stride = (messageBytes + 7) & ~7
    this.#iovecsAt = messages * MMSGHDR.SIZE
    this.#namesAt = this.#iovecsAt + messages * IOVEC.SIZE
    this.#controlsAt = this.#namesAt + messages * NAME_BYTES
    this.#dataAt = this.#controlsAt + messages * controlBytes
    this.#memory = new Uint8Array(new ArrayBuffer(this.#dataAt + messages * this.#stride))
    this.#view = viewOf(this.#memory)
    this.headers = this.#memory.subarray(0, this.#iovecsAt)
    const base = libc.addressOf(this.#memory)
    for (let index = 0; index < messages; index++) this.#link(index, base)
  }

  /** Covers everything; for reading addresses and ancillary data in place. */
  get view(): DataView {
    return this.#view
  }

  /** Makes message `index` ready for receiving. */
  reset(index: number): void {
    const header = index * MMSGHDR.SIZE
    this.#view.setUint32(header + MMSGHDR.NAME_LENGTH, NAME_BYTES, LITTLE_ENDIAN)
    this.#view.setUint32(header + MMSGHDR.CONTROL_LENGTH, this.#controlBytes, LITTLE_ENDIAN)
  }

  /** Fills message `index` for sending; the bytes must fit. */
  put(index: number, bytes: Uint8Array, sockaddr: Uint8Array): void {
    this.#memory.set(bytes, this.#dataAt + index * this.#stride)
    this.#memory.set(sockaddr, this.#namesAt + index * NAME_BYTES)
    this.#view.setUint32(this.#iovecsAt + index * IOVEC.SIZE + IOVEC.LENGTH, bytes.length, LITTLE_ENDIAN)
    this.#view.setUint32(index * MMSGHDR.SIZE + MMSGHDR.NAME_LENGTH, sockaddr.length, LITTLE_ENDIAN)
  }

  /** Bytes that were received as message `index`. */
  lengthOf(index: number): number {
    return this.#view.getUint32(index * MMSGHDR.SIZE + MMSGHDR.LENGTH, LITTLE_ENDIAN)
  }

  /** The MSG_ flags that came with message `index`. */
  flagsOf(index: number): number {
    return this.#view.getUint32(index * MMSGHDR.SIZE + MMSGHDR.FLAGS, LITTLE_ENDIAN)
  }

  /** Where the address of message `index` is. */
  nameAt(index: number): number {
    return this.#namesAt + index * NAME_BYTES
  }

  /** Where the ancillary data of message `index` are. */
  controlAt(index: number): number {
    return this.#controlsAt + index * this.#controlBytes
  }

  controlLengthOf(index: number): number {
    return this.#view.getUint32(index * MMSGHDR.SIZE + MMSGHDR.CONTROL_LENGTH, LITTLE_ENDIAN)
  }

  /** The first `length` bytes of message `index`, without copying. */
  bytesOf(index: number, length: number): Uint8Array {
    const at = this.#dataAt + index * this.#stride
    return this.#memory.subarray(at, at + length)
  }

  #link(index: number, base: bigint): void {
    const header = index * MMSGHDR.SIZE
    const iovec = this.#iovecsAt + index * IOVEC.SIZE
    const pointer = (at: number, target: number) => this.#view.setBigUint64(at, base + BigInt(target), LITTLE_ENDIAN)
    pointer(header + MMSGHDR.NAME, this.nameAt(index))
    pointer(header + MMSGHDR.IOV, iovec)
    this.#view.setUint32(header + MMSGHDR.IOV_LENGTH, 1, LITTLE_ENDIAN)
    pointer(iovec + IOVEC.BASE, this.#dataAt + index * this.#stride)
    this.#view.setUint32(iovec + IOVEC.LENGTH, this.#messageBytes, LITTLE_ENDIAN)
    if (this.#controlBytes > 0) pointer(header + MMSGHDR.CONTROL, this.controlAt(index))
    this.reset(index)
  }
}
