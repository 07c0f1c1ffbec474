import { type Field, struct, u8, u24 } from './field.ts'

/** What the numbers of a DTC mean: DTCFormatIdentifier. */
export const DTC_FORMAT = {
  SAE_J2012_DA_00: 0x00,
  ISO_14229_1: 0x01,
  SAE_J1939_73: 0x02,
  ISO_11992_4: 0x03,
  SAE_J2012_DA_04: 0x04,
} as const

/** Bits of statusOfDTC, ISO 14229-1 annex D. */
export const DTC_STATUS = {
  testFailed: 0x01,
  testFailedThisOperationCycle: 0x02,
  pendingDtc: 0x04,
  confirmedDtc: 0x08,
  testNotCompletedSinceLastClear: 0x10,
  testFailedSinceLastClear: 0x20,
  testNotCompletedThisOperationCycle: 0x40,
  warningIndicatorRequested: 0x80,
} as const
export type DtcStatusBit = keyof typeof DTC_STATUS

/** Bits of DTCSeverityMask and DTCSeverity: the upper three are the severity, the lower five the class of GTR 5. */
export const DTC_SEVERITY = {
  noClassInformation: 0x01,
  class1: 0x02,
  class2: 0x04,
  class3: 0x08,
  class4: 0x10,
  maintenanceOnly: 0x20,
  checkAtNextHalt: 0x40,
  checkImmediately: 0x80,
} as const

/** groupOfDTC of ClearDiagnosticInformation that means every DTC. */
export const ALL_DTCS = 0xffffff

/** One DTC and its status byte, as ReadDTCInformation reports it. */
export const dtcAndStatus = struct({ dtc: u24, status: u8 })
export const dtcAndSeverity = struct({ severity: u8, functionalUnit: u8, dtc: u24, status: u8 })
export const wwhObdDtc = struct({ severity: u8, dtc: u24, status: u8 })
export const dtcAndRecordNumber = struct({ dtc: u24, recordNumber: u8 })
/** -128 to 127: a test that failed counts up, one that passed counts down. */
const detectionCounter: Field<number> = { read: (from) => from.i8(), write: (to, value) => void to.i8(value) }
export const dtcAndDetectionCounter = struct({ dtc: u24, detectionCounter })

/** The names of the bits set in a status byte, lowest bit first. */
export function dtcStatusBits(status: number): readonly DtcStatusBit[] {
  return (Object.keys(DTC_STATUS) as DtcStatusBit[]).filter((bit) => (status & DTC_STATUS[bit]) !== 0)
}

export function dtcStatusByte(bits: Iterable<DtcStatusBit>): number {
  let status = 0
  for (const bit of bits) status |= DTC_STATUS[bit]
  return status
}

const SYSTEMS = 'PCBU'
const TEXT = /^([PCBU])([0-3][0-9A-F]{3})(?:-?([0-9A-F]{2}))?$/i

/** SAE J2012-DA text of a 3-byte DTC, such as `P0123-11`: two bytes of code, one of failure type. */
export function formatDtc(dtc: number): string {
  const code = (dtc >> 8) & 0x3fff
  const text = `${SYSTEMS[dtc >> 22]}${code.toString(16).padStart(4, '0')}-${(dtc & 0xff).toString(16).padStart(2, '0')}`
  return text.toUpperCase()
}

/**
 * Reads what `formatDtc` writes; the failure type may be missing and is then 00.
 * @throws SyntaxError for anything else
 */
export function parseDtc(text: string): number {
  const [, system = '', code = '', failureType = '00'] = TEXT.exec(text) ?? []
  if (system === '') throw new SyntaxError(`not a DTC such as P0123-11: '${text}'`)
  const systemBits = SYSTEMS.indexOf(system.toUpperCase())
  return (systemBits << 22) | (Number.parseInt(code, 16) << 8) | Number.parseInt(failureType, 16)
}
