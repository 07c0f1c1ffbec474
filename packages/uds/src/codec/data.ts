import { choice, list, optional, rest, struct, u8, u16 } from './field.ts'
import { memory, memoryList } from './memory-range.ts'
import { plain, withSubFunction } from './service.ts'

export const TRANSMISSION_MODE = { SLOW: 0x01, MEDIUM: 0x02, FAST: 0x03, STOP: 0x04 } as const
export const IO_CONTROL = {
  RETURN_CONTROL_TO_ECU: 0x00,
  RESET_TO_DEFAULT: 0x01,
  FREEZE_CURRENT_STATE: 0x02,
  SHORT_TERM_ADJUSTMENT: 0x03,
} as const
export const ROUTINE_CONTROL = { START: 0x01, STOP: 0x02, REQUEST_RESULTS: 0x03 } as const

/** `data` is what follows the first DID: `splitDataRecords` takes an answer with several DIDs apart. */
export const readDataByIdentifier = plain(0x22, 'ReadDataByIdentifier', {
  echoLength: 2,
  request: struct({ dids: list(u16, 1) }),
  response: struct({ did: u16, data: rest }),
})

export const readMemoryByAddress = plain(0x23, 'ReadMemoryByAddress', {
  echoLength: 0,
  request: struct({ memory }),
  response: struct({ data: rest }),
})

export const readScalingDataByIdentifier = plain(0x24, 'ReadScalingDataByIdentifier', {
  echoLength: 2,
  request: struct({ did: u16 }),
  response: struct({ did: u16, scaling: rest }),
})

/** The positive answer is empty; the periodic messages that follow hold one identifier and its data. */
export const readDataByPeriodicIdentifier = plain(0x2a, 'ReadDataByPeriodicIdentifier', {
  echoLength: 0,
  request: struct({ transmissionMode: u8, periodicDids: list(u8) }),
  response: struct({ periodicDid: optional(u8), data: rest }),
})

const sourceElement = struct({ did: u16, position: u8, size: u8 })
export const dynamicallyDefineDataIdentifier = withSubFunction(0x2c, 'DynamicallyDefineDataIdentifier', {
  request: choice(
    'definition',
    {
      1: { did: u16, sources: list(sourceElement, 1) },
      2: { did: u16, memory: memoryList },
      3: { did: optional(u16) },
    },
    'DynamicallyDefineDataIdentifier request',
  ),
  response: struct({ definition: u8, did: optional(u16) }),
})

export const writeDataByIdentifier = plain(0x2e, 'WriteDataByIdentifier', {
  echoLength: 2,
  request: struct({ did: u16, data: rest }),
  response: struct({ did: u16 }),
})

/** `state` holds the control state and, where the data record has several parts, the mask behind it. */
export const inputOutputControlByIdentifier = plain(0x2f, 'InputOutputControlByIdentifier', {
  echoLength: 3,
  request: struct({ did: u16, controlParameter: u8, state: rest }),
  response: struct({ did: u16, controlParameter: u8, state: rest }),
})

export const routineControl = withSubFunction(0x31, 'RoutineControl', {
  echoLength: 3,
  request: struct({ routineControlType: u8, routineId: u16, data: rest }),
  response: struct({ routineControlType: u8, routineId: u16, data: rest }),
})

export const writeMemoryByAddress = plain(0x3d, 'WriteMemoryByAddress', {
  echoLength: 1,
  request: struct({ memory, data: rest }),
  response: struct({ memory }),
})
