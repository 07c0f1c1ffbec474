import { AppError } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import {
  type Access,
  type DataRecord,
  joinDataRecords,
  NRC,
  type ServerStateSnapshot,
  type ServiceHandlers,
  ServiceRefusal,
  STANDARD_DIDS,
} from '@opensovd/uds'
import type { DataDescription } from '../../description/schema/ecu.ts'
import type { Encoding } from '../../description/schema/encoding.ts'
import { decodeValue, encodeValue } from '../../encoding/value.ts'
import { requireAccess } from '../access.ts'
import type { EcuParts } from '../ecu-parts.ts'

/** ReadDataByIdentifier and WriteDataByIdentifier. */
export function dataServices({ ecu, data, resolve }: EcuParts): ServiceHandlers {
  const readable = new Map<number, Access>()
  const writable = new Map<number, Access>()
  for (const item of ecu.data) {
    if (item.read !== false) readable.set(item.did, resolve(item.read))
    if (item.write) writable.set(item.did, resolve(item.write))
  }
  const read = (did: number, state: ServerStateSnapshot): DataRecord[] => {
    const access = readable.get(did)
    const item = data.find(did)
    if (!access || !item || (access.sessions && !access.sessions.includes(state.session))) return []
    requireAccess(access, state)
    const isSession = did === STANDARD_DIDS.activeDiagnosticSession && !data.isSimulated(item.id)
    return [{ did, data: isSession ? Uint8Array.of(state.session) : data.bytes(item.id) }]
  }
  return {
    ...(readable.size > 0 && {
      readDataByIdentifier: {
        // Identifiers that it does not have are left out, unless it has none of them (ISO 14229-1 11.2).
        handle: ({ dids }, { state }) => {
          const records = dids.flatMap((did) => read(did, state.current))
          if (records.length === 0) throw new ServiceRefusal(NRC.requestOutOfRange)
          return joinDataRecords(records)
        },
      },
    }),
    ...(writable.size > 0 && {
      writeDataByIdentifier: {
        handle: ({ did, data: bytes }, { state }) => {
          const access = writable.get(did)
          const item = data.find(did)
          if (!access || !item) throw new ServiceRefusal(NRC.requestOutOfRange)
          requireAccess(access, state.current)
          requireValue(item, bytes)
          data.write(item.id, bytes)
          return { did }
        },
      },
    }),
  }
}

function requireValue({ encoding }: DataDescription, bytes: Uint8Array): void {
  requireRecord(encoding, bytes)
}

/**
 * Refuses bytes that a record cannot have.
 * @throws ServiceRefusal for a wrong length, or for a value that may not be written
 */
export function requireRecord(encoding: Encoding | undefined, bytes: Uint8Array): void {
  if (!encoding) {
    if (bytes.length > 0) throw new ServiceRefusal(NRC.incorrectMessageLengthOrInvalidFormat)
    return
  }
  const decoded = decodeValue(encoding, bytes)
  if (decoded.fit !== 'exact') throw new ServiceRefusal(NRC.incorrectMessageLengthOrInvalidFormat)
  if (!isAllowed(encoding, decoded.value, bytes)) throw new ServiceRefusal(NRC.requestOutOfRange)
}

/** What reads as a value is allowed when that value can be written: not a number without a name, say. */
function isAllowed(encoding: Encoding, value: unknown, bytes: Uint8Array): boolean {
  try {
    return toHex(encodeValue(encoding, value)).length === 2 * bytes.length
  } catch (error) {
    if (error instanceof AppError && error.code === 'ECU_ENCODING') return false
    throw error
  }
}
