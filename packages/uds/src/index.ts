export { type AuthenticationProvider, authenticate } from './client/authentication.ts'
export type { ChannelEvent, UdsChannel } from './client/channel.ts'
export type { EcuClient, EcuExchange } from './client/ecu-client.ts'
export type { EcuState } from './client/ecu-state.ts'
export type { GroupClient, GroupOptions, GroupOutcome } from './client/group-client.ts'
export type { UdsOptions, UdsSettings, UdsTiming } from './client/options.ts'
export {
  addKey,
  type KeyProvider,
  type SeedChallenge,
  type UnlockOptions,
  unlock,
  xorKey,
} from './client/security-access.ts'
export { keepTesterPresent, type TesterPresentOptions, type TesterPresentTarget } from './client/tester-present.ts'
export {
  type BlockSource,
  download,
  receiveBlocks,
  sendBlocks,
  type TransferOptions,
  upload,
} from './client/transfer.ts'
export { UdsTester } from './client/uds-tester.ts'
export { AUTHENTICATION, AUTHENTICATION_RETURN } from './codec/authentication.ts'
export { IO_CONTROL, ROUTINE_CONTROL, TRANSMISSION_MODE } from './codec/data.ts'
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
export {
  type DataRecord,
  type ExtendedDataRecord,
  joinDataRecords,
  type LengthOf,
  type SnapshotRecord,
  splitDataRecords,
  splitExtendedDataRecords,
  splitSnapshotRecords,
} from './codec/records.ts'
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
export type { ConnectionOptions, ConnectionSettings, ConnectionTiming } from './doip/connection-options.ts'
export {
  ACTIVATION_CODE,
  ACTIVATION_TYPE,
  DIAGNOSTIC_NACK,
  type DiagnosticNack,
  DOIP_PORT,
  DOIP_TLS_PORT,
  DOIP_VERSION,
  FURTHER_ACTION,
  HEADER_NACK,
  NODE_TYPE,
  POWER_MODE,
  SYNC_STATUS,
} from './doip/constants.ts'
export {
  type DiscoveredEntity,
  entityAt,
  entityStatus,
  type IdentifyOptions,
  identify,
  listenForAnnouncements,
  powerMode,
  type QueryOptions,
} from './doip/discovery.ts'
export { type DoipFrame, DoipFramer } from './doip/framer.ts'
export { DoipGateway, type GatewayState } from './doip/gateway.ts'
export { type DoipHeader, DoipHeaderError } from './doip/header.ts'
export { type DoipLink, DoipLinks } from './doip/links.ts'
export {
  type DoipMessage,
  type DoipMessageOf,
  type DoipMessageType,
  decodeDatagram,
  decodePayload,
  encodeDoip,
  type UnknownDoipMessage,
} from './doip/message.ts'
export { type DoipEntity, openDoipEntity } from './entity/entity.ts'
export type {
  ActivationRequest,
  ActivationRule,
  EntityIdentity,
  EntityOptions,
  EntitySettings,
  EntityTiming,
} from './entity/options.ts'
export type { DiagnosticRequest, DiagnosticTarget } from './entity/target.ts'
export { DoipError, type DoipErrorCode, NegativeResponseError, UdsError, type UdsErrorCode } from './errors.ts'
export type {
  Address,
  ByteStream,
  ConnectOptions,
  Datagram,
  DatagramOptions,
  DatagramSocket,
  ListenOptions,
  Network,
  StreamListener,
  TlsOptions,
} from './network.ts'
export type { Runtime } from './runtime.ts'
export type { Access, RawServiceHandler, RequestContext, ServiceHandler, ServiceHandlers } from './server/handlers.ts'
export { ServiceRefusal } from './server/refusal.ts'
export { type SecurityAccessOptions, type SecurityLevel, securityAccessHandler } from './server/security-access.ts'
export type { ServerState, ServerStateSnapshot, StateChangeReason } from './server/server-state.ts'
export { type SessionOptions, UdsServer, type UdsServerOptions } from './server/uds-server.ts'
