import { type Access, IO_CONTROL, NRC, type ServiceHandlers, ServiceRefusal } from '@opensovd/uds'
import type { DataDescription } from '../../description/schema/ecu.ts'
import { sizeOf } from '../../encoding/value.ts'
import { requireAccess } from '../access.ts'
import type { EcuParts } from '../ecu-parts.ts'
import { requireRecord } from './data.ts'

type IoFunction = NonNullable<DataDescription['control']>['functions'][number]
const FUNCTIONS: ReadonlyMap<number, IoFunction> = new Map([
  [IO_CONTROL.RETURN_CONTROL_TO_ECU, 'returnControlToEcu'],
  [IO_CONTROL.RESET_TO_DEFAULT, 'resetToDefault'],
  [IO_CONTROL.FREEZE_CURRENT_STATE, 'freezeCurrentState'],
  [IO_CONTROL.SHORT_TERM_ADJUSTMENT, 'shortTermAdjustment'],
])

/** InputOutputControlByIdentifier. A mask chooses members of a structure, the first by the highest bit. */
export function ioControlServices({ ecu, data, resolve }: EcuParts): ServiceHandlers {
  const controllable = new Map<number, { item: DataDescription; access: Access }>()
  for (const item of ecu.data) {
    if (item.control) controllable.set(item.did, { item, access: resolve(item.control) })
  }
  if (controllable.size === 0) return {}
  return {
    inputOutputControlByIdentifier: {
      handle: ({ did, controlParameter, state: record }, { state }) => {
        const { item, access } = controllable.get(did) ?? {}
        const wanted = FUNCTIONS.get(controlParameter)
        if (!item || !access || !wanted || !item.control?.functions.includes(wanted)) {
          throw new ServiceRefusal(NRC.requestOutOfRange)
        }
        requireAccess(access, state.current)
        const size = wanted === 'shortTermAdjustment' ? (sizeOf(item.encoding) ?? 0) : 0
        const positions = positionsOf(item, record.subarray(size))
        if (record.length < size) throw new ServiceRefusal(NRC.incorrectMessageLengthOrInvalidFormat)
        if (wanted === 'returnControlToEcu') data.release(item.id, positions)
        else if (wanted === 'freezeCurrentState') data.control(item.id, data.bytes(item.id), positions)
        else if (wanted === 'resetToDefault') data.control(item.id, data.defaultBytes(item.id), positions)
        else {
          requireRecord(item.encoding, record.subarray(0, size))
          data.control(item.id, record, positions)
        }
        return { did, controlParameter, state: data.bytes(item.id) }
      },
    },
  }
}

/** The bytes that a mask chooses; all of them when there is none. */
function positionsOf({ encoding }: DataDescription, mask: Uint8Array): readonly number[] {
  const members = encoding.type === 'struct' ? encoding.members : []
  if (mask.length === 0) return range(0, sizeOf(encoding) ?? 0)
  if (mask.length !== Math.ceil(members.length / 8)) {
    throw new ServiceRefusal(NRC.incorrectMessageLengthOrInvalidFormat)
  }
  const positions: number[] = []
  let start = 0
  for (const [index, member] of members.entries()) {
    const size = sizeOf(member) ?? 0
    const isChosen = ((mask[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
    if (isChosen) positions.push(...range(start, size))
    start += size
  }
  return positions
}

function range(start: number, length: number): readonly number[] {
  return Array.from({ length }, (_, at) => start + at)
}
