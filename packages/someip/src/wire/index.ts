export {
  DEFAULT_NPDU_TIMING,
  NO_NPDU_TIMING,
  NpduCollector,
  type NpduCollectorOptions,
  type NpduTiming,
} from '../npdu/collector.ts'
export { type TpDrop, type TpDropReason, TpReassembler, type TpReassemblerOptions } from '../tp/reassembler.ts'
export { segmentMessage } from '../tp/segment.ts'
export {
  DEFAULT_SEGMENT_BYTES,
  decodeTpHeader,
  encodeTpHeader,
  TP_HEADER_LENGTH,
  type TpHeader,
} from '../tp/tp-header.ts'
export { type MessageSink, splitDatagram } from './datagram.ts'
export { EncodeError } from './encode-error.ts'
export {
  decodeHeader,
  encodeHeader,
  HEADER_LENGTH,
  type Header,
  type HeaderFields,
  HeaderView,
  PROTOCOL_VERSION,
} from './header.ts'
export { type CookieDirection, MAGIC_COOKIE } from './magic-cookie.ts'
export {
  decodeMessage,
  encodedLength,
  encodeMessage,
  encodeMessageInto,
  type Message,
  MessageView,
  viewOf,
} from './message.ts'
export { isSegment, isValidMessageType, MESSAGE_TYPE, type MessageType, TP_FLAG } from './message-type.ts'
export { isValidReturnCode, RETURN_CODE, type ReturnCode } from './return-code.ts'
export { StreamFramer, type StreamFramerOptions } from './stream-framer.ts'
export {
  describeWireProblem,
  encodeErrorReply,
  encodeProblemReply,
  WIRE_PROBLEM,
  type WireProblem,
  type WireProblemKind,
} from './wire-problem.ts'
