import type { Json, JsonObject } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import type { DataType } from '@opensovd/core'
import { type DataDescription, decodeValue, type Encoding, encodeValue } from '@opensovd/ecu'

/** A value as clients see it, with its bytes and what is wrong with them. */
export interface DescribedValue {
  /** `null` where the bytes have no meaning. */
  readonly value: Json
  readonly attributes: JsonObject
}

/** What bytes of an ECU mean. They are never lost: they are in the attributes as hex digits. */
export function describeValue(encoding: Encoding, bytes: Uint8Array): DescribedValue {
  const decoded = decodeValue(encoding, bytes)
  const unit = unitOf(encoding)
  const errors = 'problem' in decoded ? { errors: [valueError(decoded.problem)] } : {}
  return {
    value: 'value' in decoded ? decoded.value : null,
    attributes: { ...(unit === undefined ? {} : { unit }), raw: toHex(bytes), ...errors },
  }
}

function valueError(message: string): JsonObject {
  return { path: '', error: { error_code: 'invalid-response-content', message } }
}

const RAW = /^0x(?:[0-9a-f]{2})+$/i

/**
 * The bytes of a value that a client writes. A text such as `0x1F03` is bytes already, unless texts are what is written.
 * @throws EncodingError
 */
export function bytesOf({ encoding }: Pick<DataDescription, 'encoding'>, value: Json): Uint8Array {
  const isRaw = typeof value === 'string' && encoding.type !== 'text' && RAW.test(value)
  return isRaw ? fromHex(value.slice(2)) : encodeValue(encoding, value)
}

export function unitOf(encoding: Encoding): string | undefined {
  return 'unit' in encoding ? encoding.unit : undefined
}

export function dataTypeOf(encoding: Encoding): DataType {
  switch (encoding.type) {
    case 'uint':
    case 'int':
      return Number.isInteger(encoding.factor) && Number.isInteger(encoding.offset) ? 'integer' : 'float'
    case 'float':
      return 'float'
    case 'enum':
      return 'enum'
    case 'text':
    case 'bcd':
      return 'string'
    case 'bytes':
      return 'bytes'
    default:
      return 'struct'
  }
}

/** The values that may be written, where the description says that. */
export function rangeOf(encoding: Encoding): { readonly min?: number; readonly max?: number } | undefined {
  if (!('minimum' in encoding || 'maximum' in encoding)) return undefined
  const { minimum, maximum } = encoding
  return { ...(minimum !== undefined && { min: minimum }), ...(maximum !== undefined && { max: maximum }) }
}
