import { ByteWriter } from '@opensovd/base/bytes'
import {
  DTC_REPORT,
  DTC_SETTING,
  DTC_STATUS,
  NRC,
  type ReadDtcRequest,
  type ReadDtcResponse,
  type ServiceHandlers,
  ServiceRefusal,
} from '@opensovd/uds'
import type { ExtendedDataDescription } from '../../description/schema/ecu.ts'
import { sizeOf } from '../../encoding/value.ts'
import type { StoredDtc } from '../dtc-memory.ts'
import type { EcuParts } from '../ecu-parts.ts'

const ALL_RECORDS = 0xff
const REPORTS = [
  DTC_REPORT.NUMBER_BY_STATUS_MASK,
  DTC_REPORT.BY_STATUS_MASK,
  DTC_REPORT.SNAPSHOT_IDENTIFICATION,
  DTC_REPORT.SNAPSHOT_RECORD_BY_DTC,
  DTC_REPORT.EXTENDED_DATA_BY_DTC,
  DTC_REPORT.SUPPORTED,
]

/** ClearDiagnosticInformation, ReadDTCInformation and ControlDTCSetting. */
export function dtcServices(parts: EcuParts): ServiceHandlers {
  const { ecu, dtcs, resolve } = parts
  const { clearDtcs, dtcSetting } = ecu.services
  return {
    ...(clearDtcs && {
      clearDiagnosticInformation: {
        ...resolve(clearDtcs),
        handle: ({ groupOfDtc, memorySelection }) => {
          const isCleared = memorySelection === undefined && dtcs.clear(groupOfDtc)
          if (!isCleared) throw new ServiceRefusal(NRC.requestOutOfRange)
          return {}
        },
      },
    }),
    ...(ecu.dtcs.length > 0 && {
      readDtcInformation: {
        subFunctions: Object.fromEntries(REPORTS.map((report) => [report, {}])),
        handle: (request) => report(request, parts),
      },
    }),
    ...(dtcSetting && {
      controlDtcSetting: {
        ...resolve(dtcSetting),
        subFunctions: { [DTC_SETTING.ON]: {}, [DTC_SETTING.OFF]: {} },
        handle: ({ settingType }) => {
          dtcs.isRecording = settingType === DTC_SETTING.ON
          return { settingType }
        },
      },
    }),
  }
}

function report(request: ReadDtcRequest, parts: EcuParts): ReadDtcResponse {
  const { ecu, dtcs } = parts
  const { statusAvailabilityMask, dtcFormat } = ecu
  const statusOf = ({ dtc, status }: StoredDtc) => ({ dtc, status: status & statusAvailabilityMask })
  const all = () => Array.from(dtcs.all, statusOf)
  const matching = (mask: number) => all().filter(({ status }) => (status & mask) !== 0)
  switch (request.reportType) {
    case DTC_REPORT.NUMBER_BY_STATUS_MASK: {
      const count = matching(request.statusMask).length
      return { reportType: request.reportType, statusAvailabilityMask, dtcFormat, count }
    }
    case DTC_REPORT.BY_STATUS_MASK:
      return { reportType: request.reportType, statusAvailabilityMask, dtcs: matching(request.statusMask) }
    case DTC_REPORT.SUPPORTED:
      return { reportType: request.reportType, statusAvailabilityMask, dtcs: all() }
    case DTC_REPORT.SNAPSHOT_IDENTIFICATION:
      return { reportType: request.reportType, snapshots: Array.from(dtcs.all).flatMap(snapshotNumbers) }
    case DTC_REPORT.SNAPSHOT_RECORD_BY_DTC: {
      const stored = found(request.dtc, parts)
      const records = recordsOf(request.recordNumber, snapshotsOf(stored, parts), (record) =>
        stored.snapshots.get(record),
      )
      return { reportType: request.reportType, ...statusOf(stored), records }
    }
    case DTC_REPORT.EXTENDED_DATA_BY_DTC: {
      const stored = found(request.dtc, parts)
      const layouts = extendedDataOf(stored, parts)
      const records = recordsOf(request.recordNumber, [...layouts.keys()], (record) =>
        extended(stored, layouts.get(record)),
      )
      return { reportType: request.reportType, ...statusOf(stored), records }
    }
    default:
      throw new ServiceRefusal(NRC.subFunctionNotSupported)
  }
}

function found(dtc: number, { dtcs }: EcuParts): StoredDtc {
  const stored = dtcs.find(dtc)
  if (!stored) throw new ServiceRefusal(NRC.requestOutOfRange)
  return stored
}

function snapshotNumbers({ dtc, snapshots }: StoredDtc) {
  return Array.from(snapshots.keys(), (recordNumber) => ({ dtc, recordNumber }))
}

function snapshotsOf({ description }: StoredDtc, { ecu }: EcuParts): readonly number[] {
  return description.snapshots ?? ecu.snapshots.map(({ record }) => record)
}

function extendedDataOf({ description }: StoredDtc, { ecu }: EcuParts): ReadonlyMap<number, ExtendedDataDescription> {
  const chosen = ecu.extendedData.filter(({ record }) => description.extendedData?.includes(record) ?? true)
  return new Map(chosen.map((layout) => [layout.record, layout]))
}

/** The records asked for, of those that a DTC can have; empty where nothing is stored. */
function recordsOf(
  recordNumber: number,
  possible: readonly number[],
  contentOf: (record: number) => Uint8Array | undefined,
): Uint8Array {
  if (recordNumber !== ALL_RECORDS && !possible.includes(recordNumber)) {
    throw new ServiceRefusal(NRC.requestOutOfRange)
  }
  const to = new ByteWriter()
  for (const record of recordNumber === ALL_RECORDS ? possible : [recordNumber]) {
    const content = contentOf(record)
    if (content) to.u8(record).bytes(content)
  }
  return to.finish()
}

const KNOWN = DTC_STATUS.testFailedSinceLastClear | DTC_STATUS.confirmedDtc

/** A counter as its layout has it; as great as fits. Undefined for a DTC that never failed. */
function extended(stored: StoredDtc, layout: ExtendedDataDescription | undefined): Uint8Array | undefined {
  if (!layout || (stored.status & KNOWN) === 0) return undefined
  const size = sizeOf(layout.encoding) ?? 0
  const bytes = new Uint8Array(size)
  let rest = Math.min(stored.counters[layout.source], 256 ** size - 1)
  const isLittle = 'byteOrder' in layout.encoding && layout.encoding.byteOrder === 'little'
  for (let place = 0; place < size; place++) {
    bytes[isLittle ? place : size - 1 - place] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return bytes
}
