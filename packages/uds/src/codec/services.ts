import { authentication } from './authentication.ts'
import * as data from './data.ts'
import * as management from './management.ts'
import type { Service } from './service.ts'
import { clearDiagnosticInformation, readDtcInformation } from './stored-data.ts'
import * as transfer from './transfer.ts'

/** The diagnostic services of ISO 14229-1:2020, and AccessTimingParameter of its predecessor. */
export const SERVICES = {
  diagnosticSessionControl: management.diagnosticSessionControl,
  ecuReset: management.ecuReset,
  clearDiagnosticInformation,
  readDtcInformation,
  readDataByIdentifier: data.readDataByIdentifier,
  readMemoryByAddress: data.readMemoryByAddress,
  readScalingDataByIdentifier: data.readScalingDataByIdentifier,
  securityAccess: management.securityAccess,
  communicationControl: management.communicationControl,
  authentication,
  readDataByPeriodicIdentifier: data.readDataByPeriodicIdentifier,
  dynamicallyDefineDataIdentifier: data.dynamicallyDefineDataIdentifier,
  writeDataByIdentifier: data.writeDataByIdentifier,
  inputOutputControlByIdentifier: data.inputOutputControlByIdentifier,
  routineControl: data.routineControl,
  requestDownload: transfer.requestDownload,
  requestUpload: transfer.requestUpload,
  transferData: transfer.transferData,
  requestTransferExit: transfer.requestTransferExit,
  requestFileTransfer: transfer.requestFileTransfer,
  writeMemoryByAddress: data.writeMemoryByAddress,
  testerPresent: management.testerPresent,
  accessTimingParameter: management.accessTimingParameter,
  securedDataTransmission: management.securedDataTransmission,
  controlDtcSetting: management.controlDtcSetting,
  responseOnEvent: management.responseOnEvent,
  linkControl: management.linkControl,
} as const

export type ServiceName = keyof typeof SERVICES
export type RequestOf<N extends ServiceName> = (typeof SERVICES)[N] extends Service<infer R, unknown> ? R : never
export type ResponseOf<N extends ServiceName> = (typeof SERVICES)[N] extends Service<unknown, infer R> ? R : never

const bySid = new Map<number, ServiceName>(
  Object.entries(SERVICES).map(([name, service]) => [service.sid, name as ServiceName]),
)

/** The row of a service identifier; undefined for one that the standard does not define. */
export function serviceNameOf(sid: number): ServiceName | undefined {
  return bySid.get(sid)
}

const descriptions: readonly string[] = Array.from({ length: 0x100 }, (_, sid) => {
  const name = bySid.get(sid)
  const hex = `0x${sid.toString(16).padStart(2, '0')}`
  return name ? `${SERVICES[name].name} (${hex})` : `service ${hex}`
})

/** `ReadDataByIdentifier (0x22)`, for messages to people. */
export function describeSid(sid: number): string {
  return descriptions[sid & 0xff] ?? ''
}
