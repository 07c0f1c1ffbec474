import { type Json, type JsonObject, messageOf } from '@opensovd/base'
import { DecodeError, toHex } from '@opensovd/base/bytes'
import type { CallContext } from '@opensovd/core'
import { sizeOf } from '@opensovd/ecu'
import { DTC_REPORT, splitExtendedDataRecords, splitSnapshotRecords } from '@opensovd/uds'
import { describeValue } from '../described-value.ts'
import type { EcuLink } from '../ecu-link.ts'
import { isRefusal } from '../refusal.ts'

/** All records of a DTC. */
const ALL_RECORDS = 0xff

/**
 * What the ECU stored beside a DTC: its snapshots and extended data, decoded as far as they are described. Undefined
 * when there is nothing; what could not be had is told under `errors`.
 */
export async function readEnvironment(
  link: EcuLink,
  dtc: number,
  context: CallContext,
): Promise<JsonObject | undefined> {
  const errors: string[] = []
  const part = async (what: string, read: () => Promise<readonly Json[]>): Promise<readonly Json[]> => {
    try {
      return await read()
    } catch (error) {
      if (!isRefusal(error)) throw error
      errors.push(`${what}: ${error.message}`)
      return []
    }
  }
  const { snapshots, extendedData } = link.ecu
  const frames = snapshots.length > 0 ? await part('snapshots', () => readSnapshots(link, dtc, context)) : []
  const counters = extendedData.length > 0 ? await part('extended data', () => readExtended(link, dtc, context)) : []
  if (frames.length + counters.length + errors.length === 0) return undefined
  return { snapshots: [...frames], extendedData: [...counters], ...(errors.length > 0 && { errors }) }
}

async function readSnapshots(link: EcuLink, dtc: number, context: CallContext): Promise<readonly Json[]> {
  const request = { reportType: DTC_REPORT.SNAPSHOT_RECORD_BY_DTC, dtc, recordNumber: ALL_RECORDS }
  const answer = await link.request('readDtcInformation', request, context)
  if (answer.reportType !== DTC_REPORT.SNAPSHOT_RECORD_BY_DTC) return []
  const items = new Map(link.ecu.data.map((item) => [item.did, item]))
  const lengthOf = (did: number) => {
    const item = items.get(did)
    return item && sizeOf(item.encoding)
  }
  return whole(answer.records, () =>
    splitSnapshotRecords(answer.records, lengthOf).map(({ recordNumber, data }) => ({
      record: recordNumber,
      ...nameOf(link.ecu.snapshots, recordNumber),
      data: data.map(({ did, data: bytes }) => {
        const item = items.get(did)
        const about = { did: did.toString(16).toUpperCase().padStart(4, '0'), ...(item && { id: item.id }) }
        return { ...about, ...(item ? valueAndMore(item.encoding, bytes) : { raw: toHex(bytes) }) }
      }),
    })),
  )
}

async function readExtended(link: EcuLink, dtc: number, context: CallContext): Promise<readonly Json[]> {
  const request = { reportType: DTC_REPORT.EXTENDED_DATA_BY_DTC, dtc, recordNumber: ALL_RECORDS }
  const answer = await link.request('readDtcInformation', request, context)
  if (answer.reportType !== DTC_REPORT.EXTENDED_DATA_BY_DTC) return []
  const layouts = new Map(link.ecu.extendedData.map((layout) => [layout.record, layout]))
  const lengthOf = (record: number) => {
    const layout = layouts.get(record)
    return layout && sizeOf(layout.encoding)
  }
  return whole(answer.records, () =>
    splitExtendedDataRecords(answer.records, lengthOf).map(({ recordNumber, data }) => {
      const layout = layouts.get(recordNumber)
      const value = layout ? valueAndMore(layout.encoding, data) : { raw: toHex(data) }
      return { record: recordNumber, ...nameOf(link.ecu.extendedData, recordNumber), ...value }
    }),
  )
}

function valueAndMore(encoding: Parameters<typeof describeValue>[0], bytes: Uint8Array): JsonObject {
  const { value, attributes } = describeValue(encoding, bytes)
  return { value, ...attributes }
}

function nameOf(layouts: readonly { readonly record: number; readonly name?: string }[], record: number): JsonObject {
  const name = layouts.find((layout) => layout.record === record)?.name
  return name === undefined ? {} : { name }
}

/** Records, or all their bytes where they are not as described. */
function whole(records: Uint8Array, decode: () => readonly Json[]): readonly Json[] {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return [{ raw: toHex(records), errors: [messageOf(error)] }]
  }
}
