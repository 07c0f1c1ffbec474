import assert from 'node:assert/strict'
import { DecodeError } from '@opensovd/base/bytes'
import * as payload from '../../payload/index.ts'
import type { FuzzTarget } from './target.ts'

const { struct, array, fixedArray, string, fixedString, union, nullableUnion, optional, tag, optionalTag } = payload
const { u8, u16, u32, i64, f32, bool } = payload

/** A value for each schema, as the start of what is changed. */
interface Shape {
  readonly schema: payload.Schema<unknown>
  readonly bytes: Uint8Array
}

function shape<S extends payload.Schema<unknown>>(schema: S, value: payload.Infer<S>): Shape {
  return { schema, bytes: payload.encodePayload(schema, value) }
}

const wheel = struct({ speed: u16, pressure: f32 }, { lengthField: 16 })
const place = payload.taggedStruct({
  lat: tag(1, i64),
  name: optionalTag(2, string()),
  near: optionalTag(3, array(u16)),
})
const SHAPES: readonly [Shape, ...Shape[]] = [
  shape(struct({ a: u8, b: i64, c: bool, d: string(), e: array(u32) }), { a: 1, b: -2n, c: true, d: 'dä', e: [1, 2] }),
  shape(struct({ wheels: array(wheel), name: fixedString(8) }), { wheels: [{ speed: 1, pressure: 2 }], name: 'car' }),
  shape(union({ small: u8, large: wheel, text: string({ encoding: 'utf-16be' }) }), { type: 'text', value: 'x' }),
  shape(struct({ v: nullableUnion({ a: u16, b: string() }, { lengthField: 8, typeField: 8 }) }), { v: null }),
  shape(struct({ grid: fixedArray(fixedArray(u8, 3), 2), raw: payload.byteArray() }), {
    ...{
      grid: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
    raw: new Uint8Array(3),
  }),
  shape(place, { lat: 5n, name: 'here', near: [1] }),
  shape(struct({ inner: array(array(string({ lengthField: 8 }), { lengthField: 16 })) }), { inner: [['a', 'b'], []] }),
  shape(struct({ maybe: optional(u32) }), { maybe: 7 }),
]

/** What can be read, can be written and read again as the same. */
function checkPayload(bytes: Uint8Array): void {
  const [selector = 0, ...rest] = bytes
  const { schema } = SHAPES[selector % SHAPES.length] ?? SHAPES[0]
  let value: unknown
  try {
    value = payload.decodePayload(schema, Uint8Array.from(rest))
  } catch (error) {
    if (error instanceof DecodeError) return
    throw error
  }
  const again = payload.encodePayload(schema, value)
  assert.deepEqual(payload.decodePayload(schema, again, { exact: true }), value)
}

export const PAYLOAD_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'payload',
    weight: 117,
    generate: (random) => {
      const index = random.below(SHAPES.length)
      return Uint8Array.from([index, ...random.mutate((SHAPES[index] ?? SHAPES[0]).bytes)])
    },
    check: checkPayload,
  },
]
