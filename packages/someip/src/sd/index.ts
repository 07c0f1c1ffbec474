export type { ServiceRequest } from './client/finder.ts'
export type {
  LocalPorts,
  SdClientHandler,
  ServiceLossReason,
  SubscriptionChange,
  SubscriptionState,
} from './client/handler.ts'
export type { RemoteService } from './client/remote-service.ts'
export type { EventgroupClient, SubscribeOptions } from './client/subscription.ts'
export { ServiceDiscovery, type ServiceDiscoveryOptions } from './discovery.ts'
export { DEFAULT_SD_LIMITS, type SdLimits, type SdNetwork, type SdParameters } from './parameters.ts'
export type { SdDrop, SdDropReason } from './receiver.ts'
export { SD_ERROR, SdError, type SdErrorCode } from './sd-error.ts'
export type { EventTargets } from './server/eventgroup.ts'
export type { SdServerHandler, SubscriptionRequest, UnsubscribeReason } from './server/handler.ts'
export type { RemoteSubscription, SubscriberEndpoints } from './server/remote-subscription.ts'
export type { OfferedEventgroup, ServiceOffer } from './server/service-offer.ts'
export type { ServiceRange } from './service-range.ts'
export type { Endpoint, SdSource, SdTransport } from './transport.ts'
export type { ConfigurationItem } from './wire/configuration-items.ts'
export {
  type AcknowledgeEntry,
  ANY_INSTANCE,
  ANY_MAJOR,
  ANY_MINOR,
  type FindEntry,
  INFINITE_TTL,
  type OfferEntry,
  type SdEntry,
  type SubscribeEntry,
} from './wire/entry.ts'
export {
  decodeSdPayload,
  MAX_SD_MESSAGE_BYTES,
  packEntries,
  SD_HEADER,
  type SdFlags,
  SdMessageBuilder,
  type SdPayload,
} from './wire/message.ts'
export {
  type AddressOption,
  type ConfigurationOption,
  type LoadBalancingOption,
  type MalformedOption,
  type ProtectionOption,
  type SdOption,
  type SelectiveOption,
  type SendableOption,
  TRANSPORT_PROTOCOL,
  type UnknownOption,
} from './wire/option.ts'
