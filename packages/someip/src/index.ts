export {
  DEFAULT_NPDU_TIMING,
  NO_NPDU_TIMING,
  NpduCollector,
  type NpduCollectorOptions,
  type NpduTiming,
} from './npdu/collector.ts'
export * as payload from './payload/index.ts'
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
