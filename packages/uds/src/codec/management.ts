import { choice, type Field, optional, rest, struct, u8, u16, u24 } from './field.ts'
import { plain, withSubFunction } from './service.ts'

/** Sub-functions of DiagnosticSessionControl. 0x40 to 0x5F belong to the vehicle maker, 0x60 to 0x7E to the supplier. */
export const SESSION = { DEFAULT: 0x01, PROGRAMMING: 0x02, EXTENDED: 0x03, SAFETY_SYSTEM: 0x04 } as const
export const RESET = {
  HARD: 0x01,
  KEY_OFF_ON: 0x02,
  SOFT: 0x03,
  ENABLE_RAPID_POWER_SHUTDOWN: 0x04,
  DISABLE_RAPID_POWER_SHUTDOWN: 0x05,
} as const
export const COMMUNICATION_CONTROL = {
  ENABLE_RX_AND_TX: 0x00,
  ENABLE_RX_DISABLE_TX: 0x01,
  DISABLE_RX_ENABLE_TX: 0x02,
  DISABLE_RX_AND_TX: 0x03,
  ENABLE_RX_DISABLE_TX_ENHANCED: 0x04,
  ENABLE_RX_AND_TX_ENHANCED: 0x05,
} as const
export const DTC_SETTING = { ON: 0x01, OFF: 0x02 } as const
export const TIMING_ACCESS = {
  READ_EXTENDED_SET: 0x01,
  SET_TO_DEFAULT: 0x02,
  READ_ACTIVE: 0x03,
  SET_TO_GIVEN: 0x04,
} as const
export const LINK_CONTROL = { VERIFY_FIXED: 0x01, VERIFY_SPECIFIC: 0x02, TRANSITION: 0x03 } as const

/** The times that a server promises in a session. */
export interface SessionTiming {
  readonly p2Ms: number
  /** In steps of 10 ms. */
  readonly p2StarMs: number
}

const timing: Field<SessionTiming> = {
  read: (from) => ({ p2Ms: from.u16(), p2StarMs: from.u16() * 10 }),
  write: (to, value) => void to.u16(value.p2Ms).u16(value.p2StarMs / 10),
}

export const diagnosticSessionControl = withSubFunction(0x10, 'DiagnosticSessionControl', {
  request: struct({ session: u8 }),
  // ISO 14229:2006 servers send no sessionParameterRecord.
  response: struct({ session: u8, timing: optional(timing) }),
})

export const ecuReset = withSubFunction(0x11, 'ECUReset', {
  request: struct({ resetType: u8 }),
  response: struct({ resetType: u8, powerDownTimeSeconds: optional(u8) }),
})

export const securityAccess = withSubFunction(0x27, 'SecurityAccess', {
  request: struct({ securityAccessType: u8, data: rest }),
  response: struct({ securityAccessType: u8, seed: rest }),
})

export const communicationControl = withSubFunction(0x28, 'CommunicationControl', {
  request: struct({ controlType: u8, communicationType: u8, nodeId: optional(u16) }),
  response: struct({ controlType: u8 }),
})

export const testerPresent = withSubFunction(0x3e, 'TesterPresent', {
  request: struct({ zeroSubFunction: u8 }),
  response: struct({ zeroSubFunction: u8 }),
})

export const accessTimingParameter = withSubFunction(0x83, 'AccessTimingParameter', {
  request: struct({ accessType: u8, timingParameters: rest }),
  response: struct({ accessType: u8, timingParameters: rest }),
})

/** `data` ends with the signature or MAC of `signatureLength` bytes. */
const secured = struct({
  administrativeParameter: u16,
  signatureCalculation: u8,
  signatureLength: u16,
  antiReplayCounter: u16,
  internalServiceId: u8,
  data: rest,
})
export const securedDataTransmission = plain(0x84, 'SecuredDataTransmission', {
  echoLength: 0,
  request: secured,
  response: secured,
})

export const controlDtcSetting = withSubFunction(0x85, 'ControlDTCSetting', {
  request: struct({ settingType: u8, controlOption: rest }),
  response: struct({ settingType: u8 }),
})

/** Which event, and bit 6 (storeEvent); `eventTypeRecord` and `serviceToRespondTo` follow in `record`. */
export const responseOnEvent = withSubFunction(0x86, 'ResponseOnEvent', {
  request: struct({ eventType: u8, eventWindowTime: u8, record: rest }),
  response: struct({ eventType: u8, numberOfEvents: u8, eventWindowTime: optional(u8), record: rest }),
})

export const linkControl = withSubFunction(0x87, 'LinkControl', {
  request: choice(
    'linkControlType',
    { 1: { linkControlModeId: u8 }, 2: { linkSpeedBitsPerSecond: u24 }, 3: {} },
    'LinkControl request',
  ),
  response: struct({ linkControlType: u8 }),
})
