import type { EndpointAddress } from '../endpoint-address.ts'
import type { EndpointError } from '../errors.ts'
import type { Datagram } from '../network.ts'
import type { UdpCounters } from './counters.ts'
import type { SendQueue } from './send-queue.ts'

/** How one socket of the system is opened. */
export interface ChannelOptions {
  /** What to bind to: a local address or a group. */
  readonly address: string
  readonly port: number
  /** The group it is for, if it is; the channel joins it. */
  readonly group?: string
  /** The local address whose interface groups are reached through; undefined: the system chooses. */
  readonly interfaceAddress: string | undefined
  readonly maxDatagramBytes: number
  readonly receiveBufferBytes: number | undefined
  readonly reuseAddress: boolean
  readonly reusePort: boolean
  readonly broadcast: boolean
  readonly multicastHops: number
  readonly multicastLoopback: boolean
  readonly device: string | undefined
}

/** Whom a channel works for. */
export interface ChannelOwner {
  readonly counters: UdpCounters
  readonly queue: SendQueue
  /** Never throws. */
  received(batch: readonly Datagram[]): void
  failed(error: EndpointError): void
}

/** One socket of the system. */
export interface UdpChannel {
  readonly local: EndpointAddress
  /** Sends what is in the owner's queue, now or as soon as the system takes it. */
  flush(): void
  /** Sends and receives nothing from now on. Called once. */
  close(): Promise<void>
}

/** @throws EndpointError */
export type OpenChannel = (options: ChannelOptions, owner: ChannelOwner) => Promise<UdpChannel>
