import type { ArrayOptions, FixedArrayOptions } from './array.ts'
import type { PayloadWriter } from './payload-writer.ts'
import { type DelimitedSchema, delimited } from './schema.ts'

/** A dynamic array of uint8 as bytes. Received bytes are a copy. */
export function byteArray(options: ArrayOptions = {}): DelimitedSchema<Uint8Array> {
  const max = options.maxElements ?? Number.POSITIVE_INFINITY
  return delimited(
    options.lengthField ?? 32,
    (from) => new Uint8Array(from.bytes(Math.min(from.remaining, max))),
    (to, value) => {
      checkBytes(to, value)
      if (value.length > max) to.fail(`at most ${max} byte(s) allowed, not ${value.length}`)
      to.bytes(value)
    },
  )
}

/** An array of exactly `count` uint8 as bytes. Received bytes are a copy. */
export function fixedByteArray(count: number, options: FixedArrayOptions = {}): DelimitedSchema<Uint8Array> {
  return delimited(
    options.lengthField ?? 0,
    (from) => new Uint8Array(from.bytes(count)),
    (to, value) => {
      checkBytes(to, value)
      if (value.length !== count) to.fail(`${count} byte(s) needed, not ${value.length}`)
      to.bytes(value)
    },
  )
}

function checkBytes(to: PayloadWriter, value: unknown): void {
  if (!(value instanceof Uint8Array)) to.fail(`a Uint8Array needed, not ${String(value)}`)
}
