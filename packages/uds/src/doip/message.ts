import { ByteReader, ByteWriter, DecodeError, fromHex, toHex } from '@opensovd/base/bytes'
import {
  bytes,
  type Decoded,
  type Field,
  type OptionalField,
  optional,
  rest,
  struct,
  u8,
  u16,
  u32,
} from '../codec/field.ts'
import { joinInPlace } from '../headroom.ts'
import { DOIP_VERSION, HEADER_NACK } from './constants.ts'
import { completeHeader, DoipHeaderError, HEADER_LENGTH, readHeader, writeHeader } from './header.ts'

/** 17 characters. One that is not set is 00 or FF on the wire and the empty string here. */
const vin: Field<string> = {
  read: (from) => String.fromCharCode(...from.bytes(17)).replace(/[\0\xff]+$/, ''),
  write: (to, value) => {
    if (!/^[\x20-\x7e]{0,17}$/.test(value)) throw new RangeError(`not a VIN of up to 17 ASCII characters: '${value}'`)
    to.utf8(value.padEnd(17, '\0'))
  },
}

/** Entity and group identification, as 12 hex digits; all 0 or all f where it is not set. */
const identification: Field<string> = {
  read: (from) => toHex(from.bytes(6)),
  write: (to, value) => bytes(6).write(to, fromHex(value)),
}

/** Reserved by ISO 13400-2: written as 0, read and ignored. */
const reserved: OptionalField<undefined> = {
  optional: true,
  read: (from) => void from.u32(),
  write: (to) => void to.u32(0),
}
const oem = optional(bytes(4))
const addresses = { source: u16, target: u16 }
const ADDRESSES_LENGTH = 4
/** `source` is the ECU that was addressed, `target` the tester; `previous` the start of the acknowledged message. */
const acknowledge = { ...addresses, code: u8, previous: rest }

const ROWS = {
  headerNegativeAcknowledge: { payloadType: 0x0000, shape: { code: u8 } },
  vehicleIdentificationRequest: { payloadType: 0x0001, shape: {} },
  vehicleIdentificationRequestWithEid: { payloadType: 0x0002, shape: { eid: identification } },
  vehicleIdentificationRequestWithVin: { payloadType: 0x0003, shape: { vin } },
  vehicleAnnouncement: {
    payloadType: 0x0004,
    shape: {
      vin,
      logicalAddress: u16,
      eid: identification,
      gid: identification,
      furtherAction: u8,
      syncStatus: optional(u8),
    },
  },
  routingActivationRequest: { payloadType: 0x0005, shape: { source: u16, activationType: u8, reserved, oem } },
  routingActivationResponse: {
    payloadType: 0x0006,
    shape: { tester: u16, entity: u16, code: u8, reserved, oem },
  },
  aliveCheckRequest: { payloadType: 0x0007, shape: {} },
  aliveCheckResponse: { payloadType: 0x0008, shape: { source: u16 } },
  entityStatusRequest: { payloadType: 0x4001, shape: {} },
  entityStatusResponse: {
    payloadType: 0x4002,
    shape: { nodeType: u8, maxSockets: u8, openSockets: u8, maxDataSize: optional(u32) },
  },
  powerModeRequest: { payloadType: 0x4003, shape: {} },
  powerModeResponse: { payloadType: 0x4004, shape: { powerMode: u8 } },
  diagnosticMessage: { payloadType: 0x8001, shape: { ...addresses, data: rest } },
  diagnosticAcknowledge: { payloadType: 0x8002, shape: acknowledge },
  diagnosticNegativeAcknowledge: { payloadType: 0x8003, shape: acknowledge },
} as const

type Rows = typeof ROWS
export type DoipMessageType = keyof Rows
export type DoipMessageOf<T extends DoipMessageType> = { readonly type: T } & Decoded<Rows[T]['shape']>
/** A payload type that the table does not have. */
export interface UnknownDoipMessage {
  readonly type: 'unknown'
  readonly payloadType: number
  readonly payload: Uint8Array
}
export type DoipMessage = { [T in DoipMessageType]: DoipMessageOf<T> }[DoipMessageType]

interface Row {
  readonly type: DoipMessageType
  readonly payloadType: number
  readonly body: Field<Readonly<Record<string, unknown>>>
}
const rows: readonly Row[] = Object.entries(ROWS).map(([type, row]) => ({
  type: type as DoipMessageType,
  payloadType: row.payloadType,
  body: struct(row.shape),
}))
const byType = new Map(rows.map((row) => [row.type, row]))
const byPayloadType = new Map(rows.map((row) => [row.payloadType, row]))

/** @throws RangeError when a value does not fit its field */
export function encodeDoip(message: DoipMessage, version: number = DOIP_VERSION.ISO_13400_2012): Uint8Array {
  const row = byType.get(message.type)
  if (!row) throw new RangeError(`unknown DoIP message ${message.type}`)
  const to = new ByteWriter()
  writeHeader(to, { version, payloadType: row.payloadType, payloadLength: 0 })
  row.body.write(to, message)
  return completeHeader(to).finish()
}

/**
 * The same bytes in parts. The data of a diagnostic message stay where they are, and its header may go in front of them.
 * @throws RangeError when a value does not fit its field
 */
export function encodeDoipParts(message: DoipMessage, version: number): readonly Uint8Array[] {
  if (message.type !== 'diagnosticMessage') return [encodeDoip(message, version)]
  const { source, target, data } = message
  const head = new ByteWriter()
  const { payloadType } = ROWS.diagnosticMessage
  writeHeader(head, { version, payloadType, payloadLength: ADDRESSES_LENGTH + data.length })
  const before = head.u16(source).u16(target).finish()
  const whole = joinInPlace(before, data)
  return whole ? [whole] : [before, data]
}

/**
 * Byte strings in the result share memory with `payload`.
 * @throws DoipHeaderError (invalidPayloadLength) when the payload does not have the layout of its type
 */
export function decodePayload(payloadType: number, payload: Uint8Array): DoipMessage | UnknownDoipMessage {
  const row = byPayloadType.get(payloadType)
  if (!row) return { type: 'unknown', payloadType, payload }
  const from = new ByteReader(payload, `DoIP ${row.type}`)
  try {
    const message = { type: row.type, ...row.body.read(from) }
    from.end()
    return message as DoipMessage
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new DoipHeaderError(HEADER_NACK.invalidPayloadLength, error.message, { cause: error })
  }
}

/**
 * Reads a datagram, which holds exactly one message.
 * @throws DoipHeaderError for anything else
 */
export function decodeDatagram(datagram: Uint8Array): {
  readonly version: number
  readonly message: DoipMessage | UnknownDoipMessage
} {
  if (datagram.length < HEADER_LENGTH) {
    const problem = `DoIP header: ${HEADER_LENGTH} byte(s) needed, ${datagram.length} available`
    throw new DoipHeaderError(HEADER_NACK.incorrectPatternFormat, problem)
  }
  const from = new ByteReader(datagram, 'DoIP datagram')
  const { version, payloadType, payloadLength } = readHeader(from)
  if (payloadLength !== from.remaining) {
    const problem = `DoIP datagram: a payload of ${payloadLength} byte(s) announced, ${from.remaining} available`
    throw new DoipHeaderError(HEADER_NACK.invalidPayloadLength, problem)
  }
  return { version, message: decodePayload(payloadType, from.bytes()) }
}
