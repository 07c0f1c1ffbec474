import type { FieldBits } from './byte-order.ts'
import type { PayloadReader } from './payload-reader.ts'
import type { PayloadWriter } from './payload-writer.ts'
import { type DelimitedSchema, delimited, type Infer, type Schema } from './schema.ts'

export interface FixedArrayOptions {
  /** Size in bits of a length field in front [PRS_SOMEIP_00944]. Default: none. */
  readonly lengthField?: FieldBits
}

export interface ArrayOptions {
  /** Size in bits of the length field, which counts bytes. Default: 32 [PRS_SOMEIP_00945]. */
  readonly lengthField?: FieldBits
  /** More elements are skipped on receive [PRS_SOMEIP_00919] and refused on send. */
  readonly maxElements?: number
}

/** An array of exactly `count` elements. */
export function fixedArray<const E extends Schema<unknown>>(
  element: E,
  count: number,
  options: FixedArrayOptions = {},
): DelimitedSchema<Infer<E>[]> {
  return delimited(
    options.lengthField ?? 0,
    (from) => {
      const values: unknown[] = []
      while (values.length < count) values.push(from.at(values.length, () => element.read(from)))
      return values as Infer<E>[] // read by the element's schema
    },
    (to, values) => {
      checkArray(to, values)
      if (values.length !== count) to.fail(`${count} element(s) needed, not ${values.length}`)
      writeElements(to, element, values)
    },
  )
}

/** An array of any length, with a length field in front. */
export function array<const E extends Schema<unknown>>(
  element: E,
  options: ArrayOptions = {},
): DelimitedSchema<Infer<E>[]> {
  const maxElements = options.maxElements ?? Number.POSITIVE_INFINITY
  return delimited(
    options.lengthField ?? 32,
    (from) => readElements(from, element, maxElements) as Infer<E>[], // read by the element's schema
    (to, values) => {
      checkArray(to, values)
      if (values.length > maxElements) to.fail(`at most ${maxElements} element(s) allowed, not ${values.length}`)
      writeElements(to, element, values)
    },
  )
}

/** An array of zero or one element: how SOME/IP transports an optional value without tags. */
export function optional<const E extends Schema<unknown>>(
  element: E,
  options: FixedArrayOptions = {},
): DelimitedSchema<Infer<E> | undefined> {
  return delimited(
    options.lengthField ?? 32,
    (from) => (from.remaining === 0 ? undefined : (element.read(from) as Infer<E>)), // read by the element's schema
    (to, value) => {
      if (value !== undefined) element.write(to, value)
    },
  )
}

function readElements(from: PayloadReader, element: Schema<unknown>, maxElements: number): unknown[] {
  const values: unknown[] = []
  while (from.remaining > 0 && values.length < maxElements) {
    const before = from.remaining
    values.push(from.at(values.length, () => element.read(from)))
    if (from.remaining === before) from.fail('elements without bytes cannot be counted')
  }
  return values
}

function writeElements(to: PayloadWriter, element: Schema<unknown>, values: readonly unknown[]): void {
  values.forEach((value, index) => {
    to.at(index, () => element.write(to, value))
  })
}

function checkArray(to: PayloadWriter, values: unknown): void {
  if (!Array.isArray(values)) to.fail(`an array needed, not ${String(values)}`)
}
