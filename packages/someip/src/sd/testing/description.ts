import { HEADER_LENGTH } from '../../wire/header.ts'
import { decodeMessage } from '../../wire/message.ts'
import { formatEventgroup, formatService } from '../service-key.ts'
import type { SdEntry } from '../wire/entry.ts'
import { decodeSdPayload, type SdPayload } from '../wire/message.ts'
import type { SdOption } from '../wire/option.ts'

/** What a service discovery message says, in a few words for each entry. */
export function describeMessage(bytes: Uint8Array): string {
  return payloadOf(bytes).entries.map(describeEntry).join(' + ')
}

/** The session and, with an exclamation mark, the reboot flag. */
export function describeSession(bytes: Uint8Array): string {
  return `#${decodeMessage(bytes).sessionId}${payloadOf(bytes).reboot ? '!' : ''}`
}

function payloadOf(bytes: Uint8Array): SdPayload {
  return decodeSdPayload(bytes.subarray(HEADER_LENGTH))
}

function describeEntry(entry: SdEntry): string {
  const { serviceId, instanceId, ttlSeconds } = entry
  const service = formatService(serviceId, instanceId)
  const options = entry.options.map((option) => ` ${describeOption(option)}`).join('')
  if (entry.type === 'find') return `Find ${service}${options}`
  if (entry.type === 'offer') return `${ttlSeconds > 0 ? 'Offer' : 'StopOffer'} ${service}${options}`
  const eventgroup = formatEventgroup(serviceId, instanceId, entry.eventgroupId)
  if (entry.type === 'subscribe') return `${ttlSeconds > 0 ? 'Subscribe' : 'StopSubscribe'} ${eventgroup}${options}`
  return `${ttlSeconds > 0 ? 'Ack' : 'Nack'} ${eventgroup}${options}`
}

function describeOption(option: SdOption): string {
  switch (option.kind) {
    case 'endpoint':
    case 'multicast':
    case 'sd-endpoint':
      return `${option.kind === 'endpoint' ? '' : `${option.kind} `}${option.protocol === 6 ? 'tcp' : 'udp'} ${option.address}:${option.port}`
    case 'selective':
      return `clients ${option.clientIds.map((clientId) => clientId.toString(16)).join(',')}`
    default:
      return option.kind
  }
}
