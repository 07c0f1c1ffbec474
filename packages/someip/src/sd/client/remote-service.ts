import { isMulticastAddress, parseIpAddress } from '../../wire/ip-address.ts'
import type { Subnet } from '../subnet.ts'
import type { Endpoint } from '../transport.ts'
import type { OfferEntry } from '../wire/entry.ts'
import { type AddressOption, TRANSPORT_PROTOCOL } from '../wire/option.ts'

/** A service instance of another host. */
export interface RemoteService {
  readonly serviceId: number
  readonly instanceId: number
  readonly majorVersion: number
  readonly minorVersion: number
  /** Service discovery of the host that offers it. */
  readonly peer: Endpoint
  /** Where it is served over TCP. */
  readonly reliable: Endpoint | undefined
  /** Where it is served over UDP. */
  readonly unreliable: Endpoint | undefined
}

/** Why an Offer is ignored. */
export type OfferFlaw =
  | 'missing-options'
  | 'malformed-option'
  | 'invalid-endpoint'
  | 'conflicting-endpoints'
  | 'no-endpoint'

/** What an Offer says, or why it cannot be used. Endpoints of another address family and unknown options are ignored. */
export function readOffer(entry: OfferEntry, peer: Endpoint, subnet: Subnet): RemoteService | OfferFlaw {
  if (entry.problem !== undefined) return 'missing-options'
  let reliable: Endpoint | undefined
  let unreliable: Endpoint | undefined
  for (const option of entry.options) {
    if (option.kind === 'malformed') return 'malformed-option'
    if (option.kind !== 'endpoint' || !subnet.isOwnFamily(option.address)) continue
    if (!isUsable(option, subnet)) return 'invalid-endpoint'
    const { address, port } = option
    if (option.protocol === TRANSPORT_PROTOCOL.TCP) {
      // [feat_req_someipsd_1144]
      if (reliable !== undefined && !isSameEndpoint(reliable, option)) return 'conflicting-endpoints'
      reliable = { address, port }
    } else if (option.protocol === TRANSPORT_PROTOCOL.UDP) {
      if (unreliable !== undefined && !isSameEndpoint(unreliable, option)) return 'conflicting-endpoints'
      unreliable = { address, port }
    }
  }
  if (reliable === undefined && unreliable === undefined) return 'no-endpoint'
  const { serviceId, instanceId, majorVersion, minorVersion } = entry
  const { address, port } = peer
  return { serviceId, instanceId, majorVersion, minorVersion, peer: { address, port }, reliable, unreliable }
}

/** Whether both describe one service in the same place. */
export function isSameService(one: RemoteService, other: RemoteService): boolean {
  return (
    one.majorVersion === other.majorVersion &&
    one.minorVersion === other.minorVersion &&
    isSameEndpoint(one.peer, other.peer) &&
    isSameEndpoint(one.reliable, other.reliable) &&
    isSameEndpoint(one.unreliable, other.unreliable)
  )
}

function isSameEndpoint(one: Endpoint | undefined, other: Endpoint | undefined): boolean {
  return one?.address === other?.address && one?.port === other?.port
}

function isUsable({ address, port }: AddressOption, subnet: Subnet): boolean {
  const bytes = parseIpAddress(address)
  return port !== 0 && bytes !== undefined && !isMulticastAddress(bytes) && !subnet.isOwn(address)
}
