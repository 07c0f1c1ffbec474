import { ByteReader, ByteWriter, DecodeError } from '@opensovd/base/bytes'
import type { ResponseOf } from './services.ts'

/** Data and the identifier they belong to. */
export interface DataRecord {
  readonly did: number
  readonly data: Uint8Array
}

/** One numbered snapshot of a DTC: what the ECU knew when it stored the DTC. */
export interface SnapshotRecord {
  readonly recordNumber: number
  readonly data: readonly DataRecord[]
}

export interface ExtendedDataRecord {
  readonly recordNumber: number
  readonly data: Uint8Array
}

/** Bytes of data behind a DID or record number; undefined where nobody knows, which is allowed for the last one only. */
export type LengthOf = (id: number) => number | undefined

/**
 * Takes a ReadDataByIdentifier answer with several DIDs apart.
 * @throws DecodeError when the lengths do not fit
 */
export function splitDataRecords(
  { did, data }: ResponseOf<'readDataByIdentifier'>,
  lengthOf: LengthOf,
): readonly DataRecord[] {
  const from = new ByteReader(data, 'data records')
  const records = [{ did, data: take(from, `DID ${hex(did, 4)}`, lengthOf(did)) }]
  while (from.remaining > 0) records.push(readDataRecord(from, lengthOf))
  return records
}

/**
 * The ReadDataByIdentifier answer with these records.
 * @throws RangeError when there are none
 */
export function joinDataRecords(records: readonly DataRecord[]): ResponseOf<'readDataByIdentifier'> {
  const [first, ...others] = records
  if (!first) throw new RangeError('an answer needs at least one data record')
  const to = new ByteWriter().bytes(first.data)
  for (const { did, data } of others) to.u16(did).bytes(data)
  return { did: first.did, data: to.finish() }
}

/**
 * Takes the `records` of reportDTCSnapshotRecordByDTCNumber apart.
 * @throws DecodeError when the lengths of the DIDs do not fit
 */
export function splitSnapshotRecords(records: Uint8Array, lengthOf: LengthOf): readonly SnapshotRecord[] {
  const from = new ByteReader(records, 'snapshot records')
  const snapshots: SnapshotRecord[] = []
  while (from.remaining > 0) {
    const recordNumber = from.u8()
    const data = Array.from({ length: from.u8() }, () => readDataRecord(from, lengthOf))
    snapshots.push({ recordNumber, data })
  }
  return snapshots
}

/**
 * Takes the `records` of reportDTCExtDataRecordByDTCNumber apart.
 * @param lengthOf by record number
 * @throws DecodeError when the lengths do not fit
 */
export function splitExtendedDataRecords(records: Uint8Array, lengthOf: LengthOf): readonly ExtendedDataRecord[] {
  const from = new ByteReader(records, 'extended data records')
  const extended: ExtendedDataRecord[] = []
  while (from.remaining > 0) {
    const recordNumber = from.u8()
    extended.push({ recordNumber, data: take(from, `record ${hex(recordNumber, 2)}`, lengthOf(recordNumber)) })
  }
  return extended
}

function readDataRecord(from: ByteReader, lengthOf: LengthOf): DataRecord {
  const did = from.u16()
  return { did, data: take(from, `DID ${hex(did, 4)}`, lengthOf(did)) }
}

function take(from: ByteReader, name: string, length: number | undefined): Uint8Array {
  if (length !== undefined && length > from.remaining) {
    throw new DecodeError(name, `${length} byte(s) of data expected, ${from.remaining} available`)
  }
  return from.bytes(length)
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}
