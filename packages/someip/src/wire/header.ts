import { DecodeError } from '@opensovd/base/bytes'
import { checkUnsigned } from './encode-error.ts'

/** The 16 bytes in front of every message, big endian [PRS_SOMEIP_00368]. */
export interface Header {
  readonly serviceId: number
  /** The method, or the event of a notification (0x8000 and up by convention). */
  readonly methodId: number
  /** Bytes after the length field itself: the last 8 of the header and the payload. */
  readonly length: number
  readonly clientId: number
  readonly sessionId: number
  readonly protocolVersion: number
  /** Major version of the service interface. */
  readonly interfaceVersion: number
  readonly messageType: number
  readonly returnCode: number
}

/** Bytes of a header. */
export const HEADER_LENGTH = 16
/** The version of SOME/IP itself. */
export const PROTOCOL_VERSION = 1
/** What the length field counts of the header; also its smallest legal value. */
export const LENGTH_COVERED_HEADER = 8
/** Bytes in front of what the length field counts: a message occupies this plus the length field's value. */
export const LENGTH_UNCOVERED_HEADER = HEADER_LENGTH - LENGTH_COVERED_HEADER

/** Where each field begins. */
export const HEADER_FIELD = {
  SERVICE_ID: 0,
  METHOD_ID: 2,
  LENGTH: 4,
  CLIENT_ID: 8,
  SESSION_ID: 10,
  PROTOCOL_VERSION: 12,
  INTERFACE_VERSION: 13,
  MESSAGE_TYPE: 14,
  RETURN_CODE: 15,
} as const

/**
 * A header as it stands in a buffer. The values are not judged. The fields are only declared: a field definition
 * would write each of them twice, in the hottest constructor of the package.
 */
export class HeaderView implements Header {
  declare readonly serviceId: number
  declare readonly methodId: number
  declare readonly length: number
  declare readonly clientId: number
  declare readonly sessionId: number
  declare readonly protocolVersion: number
  declare readonly interfaceVersion: number
  declare readonly messageType: number
  declare readonly returnCode: number

  /** The caller has made sure that 16 bytes are there. */
  constructor(view: DataView, at: number) {
    // Word by word: the fewer accesses, the faster.
    const messageId = view.getInt32(at + HEADER_FIELD.SERVICE_ID)
    const requestId = view.getInt32(at + HEADER_FIELD.CLIENT_ID)
    const versions = view.getInt32(at + HEADER_FIELD.PROTOCOL_VERSION)
    this.serviceId = messageId >>> 16
    this.methodId = messageId & 0xffff
    this.length = view.getUint32(at + HEADER_FIELD.LENGTH)
    this.clientId = requestId >>> 16
    this.sessionId = requestId & 0xffff
    this.protocolVersion = versions >>> 24
    this.interfaceVersion = (versions >>> 16) & 0xff
    this.messageType = (versions >>> 8) & 0xff
    this.returnCode = versions & 0xff
  }
}

/** @throws DecodeError when fewer than 16 bytes are left at `at` */
export function decodeHeader(view: DataView, at = 0): HeaderView {
  const available = view.byteLength - at
  if (available < HEADER_LENGTH) {
    throw new DecodeError('SOME/IP header', `${HEADER_LENGTH} byte(s) needed at offset ${at}, ${available} available`)
  }
  return new HeaderView(view, at)
}

/** The header fields a sender chooses; the length and the protocol version follow from the message. */
export type HeaderFields = Omit<Header, 'length' | 'protocolVersion'>

/**
 * Writes the header of a message with `payloadLength` bytes of payload.
 * @throws EncodeError when a value does not fit its field
 */
export function encodeHeader(fields: HeaderFields, payloadLength: number, bytes: Uint8Array, at: number): void {
  const length = LENGTH_COVERED_HEADER + payloadLength
  writeU16(bytes, at + HEADER_FIELD.SERVICE_ID, checkUnsigned('serviceId', fields.serviceId, 0xffff))
  writeU16(bytes, at + HEADER_FIELD.METHOD_ID, checkUnsigned('methodId', fields.methodId, 0xffff))
  writeU16(bytes, at + HEADER_FIELD.LENGTH, checkUnsigned('length', length, 0xffffffff) >>> 16)
  writeU16(bytes, at + HEADER_FIELD.LENGTH + 2, length & 0xffff)
  writeU16(bytes, at + HEADER_FIELD.CLIENT_ID, checkUnsigned('clientId', fields.clientId, 0xffff))
  writeU16(bytes, at + HEADER_FIELD.SESSION_ID, checkUnsigned('sessionId', fields.sessionId, 0xffff))
  bytes[at + HEADER_FIELD.PROTOCOL_VERSION] = PROTOCOL_VERSION
  bytes[at + HEADER_FIELD.INTERFACE_VERSION] = checkUnsigned('interfaceVersion', fields.interfaceVersion, 0xff)
  bytes[at + HEADER_FIELD.MESSAGE_TYPE] = checkUnsigned('messageType', fields.messageType, 0xff)
  bytes[at + HEADER_FIELD.RETURN_CODE] = checkUnsigned('returnCode', fields.returnCode, 0xff)
}

// A store by index needs no DataView, whose making would cost more than the whole header.
function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value & 0xff
}
