import type { Json } from '@opensovd/base'
import { DecodeError, toHex } from '@opensovd/base/bytes'
import { type DataDescription, decodeValue, type EcuDescription, sizeOf } from '@opensovd/ecu'
import { type DataRecord, decodeRequest, decodeResponseOf, STANDARD_DIDS, splitDataRecords } from '@opensovd/uds'

/** A data identifier in an answer, and what it means as far as somebody says so. */
export interface ShownValue {
  /** Four hex digits. */
  readonly did: string
  /** Its id in the description, or its name in ISO 14229-1. */
  readonly id?: string
  readonly name?: string
  readonly unit?: string
  readonly value?: Json
  readonly raw: string
  /** Why there is no value, or why not all bytes are in it. */
  readonly problem?: string
}

const standardNames = new Map<number, string>(Object.entries(STANDARD_DIDS).map(([name, did]) => [did, name]))

/** The data in the answer to a ReadDataByIdentifier; none in other answers, or where they cannot be told apart. */
export function valuesIn(
  request: Uint8Array,
  answer: Uint8Array,
  described: EcuDescription | undefined,
): readonly ShownValue[] {
  const items = new Map(described && dataOf(described).map((item) => [item.did, item]))
  return recordsIn(request, answer, items).map(({ did, data }) => shownValue(did, data, items.get(did)))
}

/** Which variant the ECU is of is not known here; what any of them has may be meant. */
function dataOf({ data, variants }: EcuDescription): readonly DataDescription[] {
  return [...variants.flatMap((variant) => variant.data), ...data]
}

function recordsIn(
  request: Uint8Array,
  answer: Uint8Array,
  items: ReadonlyMap<number, DataDescription>,
): readonly DataRecord[] {
  try {
    const asked = decodeRequest(request)
    if (asked.service !== 'readDataByIdentifier') return []
    const response = decodeResponseOf('readDataByIdentifier', answer)
    const { dids } = asked.request
    if (dids.length === 1) return [response]
    const records = splitDataRecords(response, (did) => {
      const item = items.get(did)
      return item && sizeOf(item.encoding)
    })
    return records.every(({ did }, at) => did === dids[at]) && records.length === dids.length ? records : []
  } catch (error) {
    if (error instanceof DecodeError) return []
    throw error
  }
}

function shownValue(did: number, data: Uint8Array, item: DataDescription | undefined): ShownValue {
  const raw = toHex(data)
  const digits = did.toString(16).padStart(4, '0')
  if (!item) {
    const id = standardNames.get(did)
    return { did: digits, ...(id !== undefined && { id }), raw }
  }
  const { id, name, encoding } = item
  const decoded = decodeValue(encoding, data)
  return {
    did: digits,
    id,
    ...(name !== undefined && { name }),
    ...('unit' in encoding && encoding.unit !== undefined && { unit: encoding.unit }),
    ...(decoded.fit !== 'none' && { value: decoded.value }),
    raw,
    ...(decoded.fit !== 'exact' && { problem: decoded.problem }),
  }
}
