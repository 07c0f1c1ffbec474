import { fromHex } from '@opensovd/base/bytes'

/** One row per encoding of strings [PRS_SOMEIP_00372]. */
export interface TextEncoding {
  readonly name: string
  /** Byte order mark [PRS_SOMEIP_00087]. */
  readonly bom: Uint8Array
  /** Bytes of a code unit, and of the terminating zero. */
  readonly unitBytes: 1 | 2
  encode(text: string): Uint8Array
  /** Undefined when the bytes are not valid in this encoding. */
  decode(bytes: Uint8Array): string | undefined
}

const utf8Encoder = new TextEncoder()
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
// Few enough arguments for String.fromCharCode on every engine.
const UNITS_PER_CALL = 4096
const MAX_SHORT = 64
const LAST_ASCII = 0x7f

export const TEXT_ENCODING = {
  'utf-8': {
    name: 'UTF-8',
    bom: fromHex('efbbbf'),
    unitBytes: 1,
    encode: (text) => encodeShortAscii(text) ?? utf8Encoder.encode(text),
    decode: (bytes) => {
      try {
        return utf8Decoder.decode(bytes)
      } catch {
        return undefined // the decoder says no more than that the bytes are invalid
      }
    },
  },
  'utf-16be': utf16('UTF-16BE', 'feff', false),
  'utf-16le': utf16('UTF-16LE', 'fffe', true),
} as const satisfies Record<string, TextEncoding>
export type TextEncodingName = keyof typeof TEXT_ENCODING

/** Most strings are short and plain: for them the encoder of the platform takes several times as long. */
function encodeShortAscii(text: string): Uint8Array | undefined {
  if (text.length > MAX_SHORT) return undefined
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit > LAST_ASCII) return undefined
    bytes[at] = unit
  }
  return bytes
}

function utf16(name: string, bom: string, littleEndian: boolean): TextEncoding {
  return {
    name,
    bom: fromHex(bom),
    unitBytes: 2,
    encode: (text) => {
      const bytes = new Uint8Array(2 * text.length)
      const view = new DataView(bytes.buffer)
      for (let unit = 0; unit < text.length; unit++) view.setUint16(2 * unit, text.charCodeAt(unit), littleEndian)
      return bytes
    },
    decode: (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const units = Array.from({ length: bytes.length >> 1 }, (_, unit) => view.getUint16(2 * unit, littleEndian))
      let text = ''
      for (let at = 0; at < units.length; at += UNITS_PER_CALL) {
        text += String.fromCharCode(...units.slice(at, at + UNITS_PER_CALL))
      }
      return text.isWellFormed() ? text : undefined
    },
  }
}
