import { formatIpAddress } from '../../wire/ip-address.ts'
import { viewOf } from '../../wire/message.ts'
import { type EndpointAddress, isWildcard, knownAddress } from '../endpoint-address.ts'
import type { Datagram } from '../network.ts'
import type { Libc } from './libc.ts'
import { CMSGHDR, IN_PKTINFO, IN6_PKTINFO, MSG_TRUNC, SOCKET_OPTION } from './linux.ts'
import { MessageVector } from './message-vector.ts'
import type { SockaddrCodec } from './sockaddr.ts'

const LITTLE_ENDIAN = true
/** A control message with the larger packet information. */
const PKTINFO_BYTES = 40
const NOBODY = knownAddress('0.0.0.0', 0)
const NOTHING = new Uint8Array(0)
const NOTHING_VIEW = viewOf(NOTHING)
const [, IP_PKTINFO] = SOCKET_OPTION.IP_PKTINFO
const [, IPV6_PKTINFO] = SOCKET_OPTION.IPV6_PKTINFO

export interface ReceiveBufferOptions {
  readonly messages: number
  readonly maxDatagramBytes: number
  /** What the socket is bound to. */
  readonly address: string
  readonly group?: string
}

/** One place of the buffer as the receiver sees it. Views are made anew only when the length changes. */
class Slot implements Datagram {
  bytes: Uint8Array = NOTHING
  view: DataView = NOTHING_VIEW
  source: EndpointAddress = NOBODY
  destination: string | undefined
  readonly multicast: boolean

  constructor(destination: string | undefined, multicast: boolean) {
    this.destination = destination
    this.multicast = multicast
  }
}

/** Memory that recvmmsg fills, and the datagrams in it. */
export class ReceiveBuffer {
  readonly vector: MessageVector
  readonly #codec: SockaddrCodec
  readonly #slots: readonly Slot[]
  readonly #tellsDestination: boolean
  /** How the destination of the datagram before was written, and read. */
  #lastDestination: { readonly words: string; readonly text: string } = { words: '', text: '' }

  constructor(libc: Libc, codec: SockaddrCodec, { messages, maxDatagramBytes, address, group }: ReceiveBufferOptions) {
    this.#tellsDestination = isWildcard(address)
    const controlBytes = this.#tellsDestination ? PKTINFO_BYTES : 0
    this.vector = new MessageVector(libc, { messages, messageBytes: maxDatagramBytes, controlBytes })
    this.#codec = codec
    const destination = this.#tellsDestination ? undefined : address
    this.#slots = Array.from({ length: messages }, () => new Slot(destination, group !== undefined))
  }

  /** The first `count` datagrams that were received, without those that did not fit. Valid until the next call. */
  take(count: number): readonly Datagram[] {
    const { vector } = this
    const batch: Datagram[] = []
    for (let index = 0; index < count; index++) {
      const slot = this.#slots[index]
      if (slot !== undefined && (vector.flagsOf(index) & MSG_TRUNC) === 0) {
        this.#load(slot, index)
        batch.push(slot)
      }
      vector.reset(index)
    }
    return batch
  }

  #load(slot: Slot, index: number): void {
    const length = this.vector.lengthOf(index)
    if (slot.bytes.length !== length) {
      slot.bytes = this.vector.bytesOf(index, length)
      slot.view = viewOf(slot.bytes)
    }
    slot.source = this.#codec.read(this.vector.view, this.vector.nameAt(index))
    if (this.#tellsDestination) slot.destination = this.#readDestination(index)
  }

  /** The destination from the packet information; undefined if the system did not send it along. */
  #readDestination(index: number): string | undefined {
    const { view } = this.vector
    const at = this.vector.controlAt(index)
    if (this.vector.controlLengthOf(index) < CMSGHDR.SIZE) return undefined
    const type = view.getInt32(at + CMSGHDR.TYPE, LITTLE_ENDIAN)
    const data = at + CMSGHDR.SIZE
    if (type === IP_PKTINFO) return this.#text(data + IN_PKTINFO.DESTINATION, 4)
    return type === IPV6_PKTINFO ? this.#text(data + IN6_PKTINFO.DESTINATION, 16) : undefined
  }

  #text(at: number, bytes: number): string {
    const { view } = this.vector
    let words = ''
    for (let word = at; word < at + bytes; word += 4) words += `${view.getUint32(word)},`
    if (words !== this.#lastDestination.words) {
      const text = formatIpAddress(new Uint8Array(view.buffer, view.byteOffset + at, bytes))
      this.#lastDestination = { words, text }
    }
    return this.#lastDestination.text
  }
}
