import { needsReliable, needsUnreliable } from '../reliability.ts'
import { ALL_CLIENTS } from '../reply.ts'
import type { Subnet } from '../subnet.ts'
import type { Endpoint } from '../transport.ts'
import type { SubscribeEntry } from '../wire/entry.ts'
import { type AddressOption, type SdOption, TRANSPORT_PROTOCOL } from '../wire/option.ts'
import type { Eventgroup } from './eventgroup.ts'
import type { SubscriberEndpoints } from './remote-subscription.ts'
import type { ServiceOffer } from './service-offer.ts'

/** Why a subscription is not acknowledged, or a flawed entry not heeded. */
export const NACK_REASON = {
  'unknown-eventgroup': 'there is no such eventgroup',
  'wrong-major-version': 'the service has another major version',
  multicast: 'subscriptions must come by unicast',
  'missing-options': 'the entry references options that are not there',
  'no-endpoint': 'the entry references no endpoint',
  'malformed-option': 'the entry references a malformed option',
  'unknown-option': 'the entry references an option of an unknown type',
  'unknown-protocol': 'an endpoint is neither TCP nor UDP',
  'conflicting-endpoints': 'two endpoints have the same transport',
  'invalid-endpoint': 'an endpoint has port 0, the address of this host or one outside the subnet',
  'wrong-transport': 'the endpoints are not those that the events need',
  'not-connected': 'there is no TCP connection from the endpoint',
  'too-many-clients': 'the entry names too many clients',
  'too-many-subscribers': 'there are too many subscribers',
  rejected: 'the service does not accept the subscription',
} as const
export type NackReason = keyof typeof NACK_REASON

/** What a Subscribe asks for. */
export interface SubscribeRequest extends SubscriberEndpoints {
  /** Not empty. */
  readonly clientIds: readonly number[]
}

export interface SubscribeContext {
  /** Undefined: there is no such eventgroup. */
  readonly eventgroup: Eventgroup | undefined
  readonly isMulticast: boolean
  readonly subnet: Subnet
  readonly maxClients: number
  /** Whether there is a TCP connection from `client` to the service. */
  isConnected(service: ServiceOffer, client: Endpoint): boolean
}

type Endpoints = { -readonly [K in keyof SubscriberEndpoints]: SubscriberEndpoints[K] }

/** Reads what a Subscribe or StopSubscribe asks for, or says why it cannot be granted [feat_req_someipsd_1137]. */
export function checkSubscribe(entry: SubscribeEntry, context: SubscribeContext): SubscribeRequest | NackReason {
  const { eventgroup } = context
  if (eventgroup === undefined) return 'unknown-eventgroup'
  if (context.isMulticast) return 'multicast'
  if (entry.problem !== undefined) return 'missing-options'
  const endpoints = collectEndpoints(entry.options, context.subnet)
  if (typeof endpoints === 'string') return endpoints
  if (!hasNeededEndpoints(eventgroup, endpoints)) return 'wrong-transport'
  if (entry.majorVersion !== eventgroup.service.majorVersion) return 'wrong-major-version'
  const isStop = entry.ttlSeconds === 0
  const { reliable } = endpoints
  if (!isStop && reliable !== undefined && !context.isConnected(eventgroup.service, reliable)) return 'not-connected'
  const clientIds = collectClients(entry.options)
  return clientIds.length > context.maxClients ? 'too-many-clients' : { ...endpoints, clientIds }
}

function collectEndpoints(options: readonly SdOption[], subnet: Subnet): Endpoints | NackReason {
  const endpoints: Endpoints = { reliable: undefined, unreliable: undefined }
  for (const option of options) {
    if (option.kind === 'malformed') return 'malformed-option'
    if (option.kind === 'unknown' && !option.isDiscardable) return 'unknown-option'
    if (option.kind !== 'endpoint') continue
    const reason = addEndpoint(endpoints, option, subnet)
    if (reason !== undefined) return reason
  }
  return endpoints.reliable === undefined && endpoints.unreliable === undefined ? 'no-endpoint' : endpoints
}

function addEndpoint(
  to: Endpoints,
  { address, protocol, port }: AddressOption,
  subnet: Subnet,
): NackReason | undefined {
  if (protocol !== TRANSPORT_PROTOCOL.TCP && protocol !== TRANSPORT_PROTOCOL.UDP) return 'unknown-protocol'
  const transport = protocol === TRANSPORT_PROTOCOL.TCP ? 'reliable' : 'unreliable'
  if (to[transport] !== undefined) return 'conflicting-endpoints'
  if (port === 0 || !subnet.isNeighbour(address)) return 'invalid-endpoint'
  to[transport] = { address, port }
  return undefined
}

function hasNeededEndpoints({ definition: { reliability } }: Eventgroup, { reliable, unreliable }: Endpoints): boolean {
  const hasReliable = reliable !== undefined || !needsReliable(reliability)
  return hasReliable && (unreliable !== undefined || !needsUnreliable(reliability))
}

function collectClients(options: readonly SdOption[]): readonly number[] {
  const clientIds = new Set(options.flatMap((option) => (option.kind === 'selective' ? option.clientIds : [])))
  return clientIds.size === 0 ? [ALL_CLIENTS] : [...clientIds]
}
