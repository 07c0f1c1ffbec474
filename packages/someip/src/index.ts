export {
  type Application,
  type ApplicationOptions,
  createApplication,
  type SiblingOptions,
} from './application/application.ts'
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
export { checkResultOf, E2E_CHECK_RESULT, E2eChecker, type E2eStatus } from './e2e/checker.ts'
export {
  CRC8,
  CRC8_FROM_ZERO,
  CRC8_H2F,
  CRC16,
  CRC32,
  CRC32_P4,
  CRC64,
  type Crc,
  type CrcRegister,
  computeCrc,
} from './e2e/crc.ts'
export type { E2eLayout } from './e2e/layout.ts'
export {
  type Crc32Options,
  type DataIdMode,
  E2E_PROFILE,
  type HeaderOptions,
  type ListOptions,
  type NibbleOptions,
} from './e2e/profiles.ts'
export { E2eProtector } from './e2e/protector.ts'
export {
  type MessageProtection,
  type VsomeipE2eProfile,
  vsomeipProtection,
} from './e2e/vsomeip.ts'
export { type EndpointAddress, endpointAddress } from './endpoint/endpoint-address.ts'
export { ENDPOINT_ERRORS, EndpointError, type EndpointErrorCode } from './endpoint/errors.ts'
export type { Network } from './endpoint/network.ts'
export { type NodeNetworkOptions, openNodeNetwork } from './endpoint/node-network.ts'
export type { DebounceRule } from './events/debounce-gate.ts'
export type { EventDefinition, EventReliability } from './events/event-definition.ts'
export {
  DEFAULT_NPDU_TIMING,
  NO_NPDU_TIMING,
  NpduCollector,
  type NpduCollectorOptions,
  type NpduTiming,
} from './npdu/collector.ts'
export * as payload from './payload/index.ts'
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
export { type TpDrop, type TpDropReason, TpReassembler, type TpReassemblerOptions } from './tp/reassembler.ts'
export { segmentMessage } from './tp/segment.ts'
export { DEFAULT_SEGMENT_BYTES } from './tp/tp-header.ts'
export { type MessageSink, splitDatagram } from './wire/datagram.ts'
export { EncodeError } from './wire/encode-error.ts'
export {
  decodeHeader,
  encodeHeader,
  HEADER_LENGTH,
  type Header,
  type HeaderFields,
  HeaderView,
  PROTOCOL_VERSION,
} from './wire/header.ts'
export { type CookieDirection, MAGIC_COOKIE } from './wire/magic-cookie.ts'
export {
  decodeMessage,
  encodedLength,
  encodeMessage,
  encodeMessageInto,
  type Message,
  MessageView,
  viewOf,
} from './wire/message.ts'
export { isSegment, isValidMessageType, MESSAGE_TYPE, type MessageType, TP_FLAG } from './wire/message-type.ts'
export { isValidReturnCode, RETURN_CODE, type ReturnCode } from './wire/return-code.ts'
export { StreamFramer, type StreamFramerOptions } from './wire/stream-framer.ts'
export {
  describeWireProblem,
  encodeErrorReply,
  encodeProblemReply,
  WIRE_PROBLEM,
  type WireProblem,
  type WireProblemKind,
} from './wire/wire-problem.ts'
