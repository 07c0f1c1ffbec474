import { NRC, type ServiceHandlers, ServiceRefusal } from '@opensovd/uds'
import { requireAccess } from '../access.ts'
import type { EcuParts } from '../ecu-parts.ts'

/** More than this is read in several requests. */
const MAX_READ_BYTES = 0xffff

/** ReadMemoryByAddress and WriteMemoryByAddress. */
export function memoryServices({ memory }: EcuParts): ServiceHandlers {
  return {
    ...(memory.has('read') && {
      readMemoryByAddress: {
        handle: ({ memory: range }, { state }) => {
          requireAccess(memory.region(range, 'read').access, state.current)
          if (range.size > MAX_READ_BYTES) throw new ServiceRefusal(NRC.responseTooLong)
          return { data: memory.read(range.address, range.size) }
        },
      },
    }),
    ...(memory.has('write') && {
      writeMemoryByAddress: {
        handle: ({ memory: range, data }, { state }) => {
          requireAccess(memory.region(range, 'write').access, state.current)
          if (data.length !== range.size) throw new ServiceRefusal(NRC.incorrectMessageLengthOrInvalidFormat)
          memory.write(range.address, data)
          return { memory: range }
        },
      },
    }),
  }
}
