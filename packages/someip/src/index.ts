export {
  type Application,
  type ApplicationOptions,
  createApplication,
  type SiblingOptions,
} from './application/application.ts'
export type { NetworkState } from './application/network-state.ts'
export type { EventOptions, OfferOptions } from './application/offer-options.ts'
export type { OfferedService, SubscriberChange } from './application/offered-service.ts'
export type {
  InstanceChange,
  InstanceSearchOptions,
  ServiceInstance,
  ServiceInstances,
} from './application/service-instances.ts'
export type { ServiceProxy } from './application/service-proxy.ts'
export type { RequestOptions } from './application/used-service.ts'
export type { E2eStatus } from './e2e/checker.ts'
export { type EndpointAddress, endpointAddress } from './endpoint/endpoint-address.ts'
export { ENDPOINT_ERRORS, EndpointError, type EndpointErrorCode } from './endpoint/errors.ts'
export type { Network } from './endpoint/network.ts'
export { type NodeNetworkOptions, openNodeNetwork } from './endpoint/node-network.ts'
export type { DebounceRule } from './events/debounce-gate.ts'
export type { EventDefinition, EventReliability } from './events/event-definition.ts'
export type { Recipient } from './routing/event-source.ts'
export type { EventSubscription } from './routing/event-subscription.ts'
export type { SubscribeOptions } from './routing/event-subscriptions.ts'
export type { Transport } from './routing/message-port.ts'
export type { Notification } from './routing/notification.ts'
export type { CallOptions, Response } from './routing/pending-calls.ts'
export { ANY_METHOD } from './routing/provided-service.ts'
export { Refusal } from './routing/refusal.ts'
export type { Answer, Request, RequestHandler } from './routing/request.ts'
export type { MethodCallOptions, SendOptions } from './routing/requested-service.ts'
export { ErrorAnswer, SOMEIP_ERRORS, SomeIpError, type SomeIpErrorCode } from './routing/someip-error.ts'
export type { SubscriptionState } from './sd/client/handler.ts'
export type { SubscriptionRequest } from './sd/server/handler.ts'
export {
  type CommandDescription,
  defineService,
  type EventBehaviour,
  type EventDescription,
  type FieldDescription,
  type MethodDescription,
  type ServiceDescription,
} from './service/description.ts'
export {
  connect,
  type EventReceiver,
  type FieldAccess,
  type ServiceClient,
  type TypedNotification,
  type TypedSubscription,
} from './service/service-client.ts'
export {
  type EventSender,
  type FieldImplementation,
  type FieldOwner,
  type ServiceImplementation,
  type ServiceServer,
  serve,
} from './service/service-server.ts'
export { EncodeError } from './wire/encode-error.ts'
export { isValidReturnCode, RETURN_CODE, type ReturnCode } from './wire/return-code.ts'
