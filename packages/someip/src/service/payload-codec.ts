import type { PayloadOptions } from '../payload/byte-order.ts'
import { decodePayload, encodePayload, type Schema } from '../payload/schema.ts'

const NO_PAYLOAD = new Uint8Array(0)

/** @throws EncodeError when the value does not fit the schema */
export function encodeValue(schema: Schema<unknown> | undefined, value: unknown, options?: PayloadOptions): Uint8Array {
  return schema === undefined ? NO_PAYLOAD : encodePayload(schema, value, options)
}

/** @throws DecodeError when the payload does not fit the schema */
export function decodeValue(
  schema: Schema<unknown> | undefined,
  payload: Uint8Array,
  options?: PayloadOptions,
): unknown {
  return schema === undefined ? undefined : decodePayload(schema, payload, options)
}
