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
