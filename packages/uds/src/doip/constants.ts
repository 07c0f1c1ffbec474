/** UDP discovery and TCP data, both ISO 13400-2. */
export const DOIP_PORT = 13400
/** TCP data over TLS. */
export const DOIP_TLS_PORT = 3496

export const DOIP_VERSION = {
  ISO_13400_2010: 0x01,
  ISO_13400_2012: 0x02,
  ISO_13400_2019: 0x03,
  ISO_13400_2019_AMD1: 0x04,
  /** For vehicle identification requests of a tester that does not know the entity's version. */
  ANY: 0xff,
} as const

/** Generic header negative acknowledge codes. */
export const HEADER_NACK = {
  incorrectPatternFormat: 0x00,
  unknownPayloadType: 0x01,
  messageTooLarge: 0x02,
  outOfMemory: 0x03,
  invalidPayloadLength: 0x04,
} as const

export const ACTIVATION_TYPE = { DEFAULT: 0x00, WWH_OBD: 0x01, CENTRAL_SECURITY: 0xe0 } as const

export const ACTIVATION_CODE = {
  unknownSourceAddress: 0x00,
  noFreeSocket: 0x01,
  differentSourceAddress: 0x02,
  sourceAddressInUse: 0x03,
  missingAuthentication: 0x04,
  rejectedConfirmation: 0x05,
  unsupportedActivationType: 0x06,
  tlsRequired: 0x07,
  activated: 0x10,
  confirmationRequired: 0x11,
} as const

/** Diagnostic message negative acknowledge codes. */
export const DIAGNOSTIC_NACK = {
  invalidSourceAddress: 0x02,
  unknownTargetAddress: 0x03,
  messageTooLarge: 0x04,
  outOfMemory: 0x05,
  targetUnreachable: 0x06,
  unknownNetwork: 0x07,
  transportProtocolError: 0x08,
} as const
export type DiagnosticNack = keyof typeof DIAGNOSTIC_NACK

export const NODE_TYPE = { GATEWAY: 0x00, NODE: 0x01 } as const
export const POWER_MODE = { NOT_READY: 0x00, READY: 0x01, NOT_SUPPORTED: 0x02 } as const
export const FURTHER_ACTION = { NONE: 0x00, ROUTING_ACTIVATION_FOR_CENTRAL_SECURITY: 0x10 } as const
export const SYNC_STATUS = { SYNCHRONIZED: 0x00, INCOMPLETE: 0x10 } as const

/** `0x03 unknownTargetAddress`, for messages to people. */
export function describeCode(table: Readonly<Record<string, number>>, code: number): string {
  const name = Object.keys(table).find((key) => table[key] === code)
  const hex = `0x${code.toString(16).padStart(2, '0')}`
  return name ? `${hex} ${name}` : hex
}
