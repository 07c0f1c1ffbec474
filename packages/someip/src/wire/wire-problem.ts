import { encodeHeader, HEADER_LENGTH, type Header, LENGTH_COVERED_HEADER, PROTOCOL_VERSION } from './header.ts'
import { isValidMessageType, MESSAGE_TYPE, TP_FLAG } from './message-type.ts'
import { isValidReturnCode, RETURN_CODE } from './return-code.ts'

/** What can be wrong with received bytes, and the return code a service answers a request with, if it answers. */
export const WIRE_PROBLEM = {
  /** Fewer bytes than a header; nobody to answer. */
  TRUNCATED_HEADER: undefined,
  /** The length field is smaller than the part of the header it counts. */
  LENGTH_TOO_SMALL: RETURN_CODE.MALFORMED_MESSAGE,
  /** The length field points beyond the end of the datagram. */
  LENGTH_BEYOND_END: RETURN_CODE.MALFORMED_MESSAGE,
  /** The message is larger than this receiver takes. */
  MESSAGE_TOO_LONG: undefined,
  WRONG_PROTOCOL_VERSION: RETURN_CODE.WRONG_PROTOCOL_VERSION,
  INVALID_MESSAGE_TYPE: undefined,
  INVALID_RETURN_CODE: undefined,
  /** A magic cookie stood inside what the length field called one message. */
  COOKIE_INSIDE_MESSAGE: undefined,
} as const satisfies Record<string, number | undefined>
export type WireProblemKind = keyof typeof WIRE_PROBLEM

/** Received bytes that are no message. Plain data, so that a flood of them costs little. */
export interface WireProblem {
  readonly kind: WireProblemKind
  /** Where the message began, counted from the start of the datagram or of the connection. */
  readonly offset: number
  /** The value or number of bytes that was expected, and what there was instead. */
  readonly needed: number
  readonly available: number
  /** Absent when not even the header was complete. */
  readonly header: Header | undefined
}

/** One line for a log: what was read, needed and available. */
export function describeWireProblem({ kind, offset, needed, available, header }: WireProblem): string {
  const where = header === undefined ? '' : ` of ${hex(header.serviceId)}.${hex(header.methodId)}`
  const what = {
    TRUNCATED_HEADER: `header: ${needed} byte(s) needed, ${available} available`,
    LENGTH_TOO_SMALL: `the length field is ${available}, at least ${needed} needed`,
    LENGTH_BEYOND_END: `${needed} byte(s) needed, ${available} available`,
    MESSAGE_TOO_LONG: `${needed} byte(s) needed, ${available} allowed`,
    WRONG_PROTOCOL_VERSION: `protocol version ${available}, ${needed} expected`,
    INVALID_MESSAGE_TYPE: `message type 0x${available.toString(16)} is not defined`,
    INVALID_RETURN_CODE: `return code 0x${available.toString(16)} is not defined`,
    COOKIE_INSIDE_MESSAGE: `a magic cookie after ${available} of ${needed} byte(s)`,
  }[kind]
  return `SOME/IP message at offset ${offset}${where}: ${what}`
}

/** Judges everything in a header that does not depend on where the message ends. */
export function checkHeader(header: Header, offset: number): WireProblem | undefined {
  if (header.length < LENGTH_COVERED_HEADER) {
    return { kind: 'LENGTH_TOO_SMALL', offset, needed: LENGTH_COVERED_HEADER, available: header.length, header }
  }
  if (header.protocolVersion !== PROTOCOL_VERSION) {
    const available = header.protocolVersion
    return { kind: 'WRONG_PROTOCOL_VERSION', offset, needed: PROTOCOL_VERSION, available, header }
  }
  if (!isValidMessageType(header.messageType)) {
    return { kind: 'INVALID_MESSAGE_TYPE', offset, needed: 0, available: header.messageType, header }
  }
  if (!isValidReturnCode(header.returnCode)) {
    return { kind: 'INVALID_RETURN_CODE', offset, needed: 0, available: header.returnCode, header }
  }
  return undefined
}

/**
 * The error message that answers a request with `returnCode`: a bare header with the request's ids and versions.
 * Only requests that expect a response are answered; for anything else the result is undefined.
 */
export function encodeErrorReply(request: Header, returnCode: number): Uint8Array | undefined {
  if ((request.messageType & ~TP_FLAG) !== MESSAGE_TYPE.REQUEST) return undefined
  const bytes = new Uint8Array(HEADER_LENGTH)
  encodeHeader({ ...request, messageType: MESSAGE_TYPE.ERROR, returnCode }, 0, bytes, 0)
  return bytes
}

/** What a service answers to bytes with this problem; undefined when they are dropped silently. */
export function encodeProblemReply(problem: WireProblem): Uint8Array | undefined {
  const returnCode = WIRE_PROBLEM[problem.kind]
  if (problem.header === undefined || returnCode === undefined) return undefined
  return encodeErrorReply(problem.header, returnCode)
}

function hex(id: number): string {
  return id.toString(16).padStart(4, '0')
}
