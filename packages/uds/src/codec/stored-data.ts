import { dtcAndDetectionCounter, dtcAndRecordNumber, dtcAndSeverity, dtcAndStatus, wwhObdDtc } from './dtc.ts'
import { type Chosen, choice, list, optional, rest, struct, u8, u16, u24 } from './field.ts'
import { plain, withSubFunction } from './service.ts'

/** Sub-functions of ReadDTCInformation. */
export const DTC_REPORT = {
  NUMBER_BY_STATUS_MASK: 0x01,
  BY_STATUS_MASK: 0x02,
  SNAPSHOT_IDENTIFICATION: 0x03,
  SNAPSHOT_RECORD_BY_DTC: 0x04,
  STORED_DATA_BY_RECORD_NUMBER: 0x05,
  EXTENDED_DATA_BY_DTC: 0x06,
  NUMBER_BY_SEVERITY_MASK: 0x07,
  BY_SEVERITY_MASK: 0x08,
  SEVERITY_OF_DTC: 0x09,
  SUPPORTED: 0x0a,
  FIRST_TEST_FAILED: 0x0b,
  FIRST_CONFIRMED: 0x0c,
  MOST_RECENT_TEST_FAILED: 0x0d,
  MOST_RECENT_CONFIRMED: 0x0e,
  MIRROR_MEMORY_BY_STATUS_MASK: 0x0f,
  MIRROR_MEMORY_EXTENDED_DATA_BY_DTC: 0x10,
  NUMBER_OF_MIRROR_MEMORY_BY_STATUS_MASK: 0x11,
  NUMBER_OF_EMISSIONS_OBD_BY_STATUS_MASK: 0x12,
  EMISSIONS_OBD_BY_STATUS_MASK: 0x13,
  FAULT_DETECTION_COUNTER: 0x14,
  WITH_PERMANENT_STATUS: 0x15,
  EXTENDED_DATA_BY_RECORD_NUMBER: 0x16,
  USER_MEMORY_BY_STATUS_MASK: 0x17,
  USER_MEMORY_SNAPSHOT_BY_DTC: 0x18,
  USER_MEMORY_EXTENDED_DATA_BY_DTC: 0x19,
  SUPPORTED_EXTENDED_DATA: 0x1a,
  WWH_OBD_BY_MASK: 0x42,
  WWH_OBD_WITH_PERMANENT_STATUS: 0x55,
  BY_READINESS_GROUP: 0x56,
} as const

const byStatusMask = { statusMask: u8 }
const byDtcAndRecord = { dtc: u24, recordNumber: u8 }
const bySeverity = { severityMask: u8, statusMask: u8 }

const REQUESTS = {
  1: byStatusMask,
  2: byStatusMask,
  3: {},
  4: byDtcAndRecord,
  5: { recordNumber: u8 },
  6: byDtcAndRecord,
  7: bySeverity,
  8: bySeverity,
  9: { dtc: u24 },
  10: {},
  11: {},
  12: {},
  13: {},
  14: {},
  15: byStatusMask,
  16: byDtcAndRecord,
  17: byStatusMask,
  18: byStatusMask,
  19: byStatusMask,
  20: {},
  21: {},
  22: { recordNumber: u8 },
  23: { statusMask: u8, memorySelection: u8 },
  24: { dtc: u24, recordNumber: u8, memorySelection: u8 },
  25: { dtc: u24, recordNumber: u8, memorySelection: u8 },
  26: { recordNumber: u8 },
  66: { functionalGroupId: u8, statusMask: u8, severityMask: u8 },
  85: { functionalGroupId: u8 },
  86: { functionalGroupId: u8, readinessGroupId: u8 },
} as const

const count = { statusAvailabilityMask: u8, dtcFormat: u8, count: u16 }
const dtcs = { statusAvailabilityMask: u8, dtcs: list(dtcAndStatus) }
const severities = { statusAvailabilityMask: u8, dtcs: list(dtcAndSeverity) }
/** `records` are numbered records whose lengths only the ECU's description knows. */
const recordsOfDtc = { dtc: u24, status: u8, records: rest }
const recordsOfUserMemory = { memorySelection: u8, ...recordsOfDtc }

const RESPONSES = {
  1: count,
  2: dtcs,
  3: { snapshots: list(dtcAndRecordNumber) },
  4: recordsOfDtc,
  5: { recordNumber: u8, records: rest },
  6: recordsOfDtc,
  7: count,
  8: severities,
  9: severities,
  10: dtcs,
  11: dtcs,
  12: dtcs,
  13: dtcs,
  14: dtcs,
  15: dtcs,
  16: recordsOfDtc,
  17: count,
  18: count,
  19: dtcs,
  20: { counters: list(dtcAndDetectionCounter) },
  21: dtcs,
  22: { recordNumber: u8, records: rest },
  23: { memorySelection: u8, ...dtcs },
  24: recordsOfUserMemory,
  25: recordsOfUserMemory,
  26: { statusAvailabilityMask: u8, recordNumber: optional(u8), dtcs: list(dtcAndStatus) },
  66: {
    functionalGroupId: u8,
    statusAvailabilityMask: u8,
    severityAvailabilityMask: u8,
    dtcFormat: u8,
    dtcs: list(wwhObdDtc),
  },
  85: { functionalGroupId: u8, statusAvailabilityMask: u8, dtcFormat: u8, dtcs: list(dtcAndStatus) },
  86: {
    functionalGroupId: u8,
    statusAvailabilityMask: u8,
    dtcFormat: u8,
    readinessGroupId: u8,
    dtcs: list(dtcAndStatus),
  },
} as const

export type ReadDtcRequest = Chosen<'reportType', typeof REQUESTS>
export type ReadDtcResponse = Chosen<'reportType', typeof RESPONSES>

export const readDtcInformation = withSubFunction(0x19, 'ReadDTCInformation', {
  request: choice('reportType', REQUESTS, 'ReadDTCInformation request'),
  response: choice('reportType', RESPONSES, 'ReadDTCInformation response'),
})

export const clearDiagnosticInformation = plain(0x14, 'ClearDiagnosticInformation', {
  echoLength: 0,
  request: struct({ groupOfDtc: u24, memorySelection: optional(u8) }),
  response: struct({}),
})
