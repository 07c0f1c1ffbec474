export { AUTHENTICATION, AUTHENTICATION_RETURN } from './codec/authentication.ts'
export {
  type DataRecord,
  IO_CONTROL,
  ROUTINE_CONTROL,
  splitDataRecords,
  TRANSMISSION_MODE,
} from './codec/data.ts'
export { STANDARD_DIDS } from './codec/dids.ts'
export {
  ALL_DTCS,
  DTC_FORMAT,
  DTC_SEVERITY,
  DTC_STATUS,
  type DtcStatusBit,
  dtcStatusBits,
  dtcStatusByte,
  formatDtc,
  parseDtc,
} from './codec/dtc.ts'
export {
  COMMUNICATION_CONTROL,
  DTC_SETTING,
  LINK_CONTROL,
  RESET,
  SESSION,
  type SessionTiming,
  TIMING_ACCESS,
} from './codec/management.ts'
export { type MemoryRange, memoryRange } from './codec/memory-range.ts'
export {
  decodeRequest,
  decodeResponse,
  decodeResponseOf,
  encodeNegativeResponse,
  encodeRequest,
  encodeResponse,
  isAnswerTo,
  type KnownRequest,
  type NegativeResponse,
  type PositiveResponse,
  type RawMessage,
  type UdsRequest,
  type UdsResponse,
} from './codec/message.ts'
export { describeNrc, NRC, type NrcName, nrcName } from './codec/nrc.ts'
export type { Service } from './codec/service.ts'
export {
  describeSid,
  type RequestOf,
  type ResponseOf,
  SERVICES,
  type ServiceName,
  serviceNameOf,
} from './codec/services.ts'
export { DTC_REPORT, type ReadDtcRequest, type ReadDtcResponse } from './codec/stored-data.ts'
export { type BlockLength, FILE_MODE, type FileSize } from './codec/transfer.ts'
