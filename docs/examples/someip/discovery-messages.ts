import { decodeSdPayload, SdMessageBuilder, TRANSPORT_PROTOCOL } from '@opensovd/someip/sd'

/** The bytes of a message of service discovery that offers a service at 10.0.0.1. */
export function encodeOffer(serviceId: number, port: number): Uint8Array {
  const endpoint = { kind: 'endpoint', address: '10.0.0.1', protocol: TRANSPORT_PROTOCOL.UDP, port } as const
  const versions = { majorVersion: 1, minorVersion: 0 }
  const message = new SdMessageBuilder()
  message.tryAdd([{ type: 'offer', serviceId, instanceId: 1, ...versions, ttlSeconds: 3, options: [endpoint] }])
  return message.encode(1, { reboot: true, unicast: true })
}

/** What a message says, one line for each entry. */
export function describeDiscovery(payload: Uint8Array): string[] {
  return decodeSdPayload(payload).entries.map(({ type, serviceId, ttlSeconds, options }) => {
    const places = options.map((option) => ('address' in option ? `${option.address}:${option.port}` : option.kind))
    return `${type} ${serviceId.toString(16)} for ${ttlSeconds} s at ${places.join(', ')}`
  })
}
