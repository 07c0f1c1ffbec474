export interface Endpoint {
  /** An IPv4 or IPv6 address, without brackets. */
  readonly address: string
  readonly port: number
}

/** Where a datagram came from, and how it got here. */
export interface SdSource extends Endpoint {
  readonly isMulticast: boolean
}

/** The sockets of service discovery. What cannot be sent is lost, as datagrams may be. */
export interface SdTransport {
  sendMulticast(datagram: Uint8Array): void
  sendUnicast(datagram: Uint8Array, to: Endpoint): void
  /** Leaves the multicast group and joins it again. */
  rejoinMulticast(): void
}
