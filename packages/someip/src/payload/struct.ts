import type { FieldBits } from './byte-order.ts'
import type { PayloadWriter } from './payload-writer.ts'
import { type DelimitedSchema, delimited, type Infer, type Schema, SchemaError } from './schema.ts'

/** Members in wire order. */
export type Members = Readonly<Record<string, Schema<unknown>>>
export type StructOf<M extends Members> = { -readonly [K in keyof M]: Infer<M[K]> }

export interface StructOptions {
  /** Size in bits of a length field in front [PRS_SOMEIP_00079]; the struct may then grow at its end. Default: none. */
  readonly lengthField?: FieldBits
}

/**
 * A struct: its members one after the other, without padding. Behind a length field, bytes after the last known member
 * are skipped [PRS_SOMEIP_00371]; a missing member is an error [PRS_SOMEIP_00900].
 */
export function struct<const M extends Members>(members: M, options: StructOptions = {}): DelimitedSchema<StructOf<M>> {
  const fields = Object.entries(members)
  checkMemberNames(fields.map(([name]) => name))
  return delimited(
    options.lengthField ?? 0,
    (from) => {
      const value: Record<string, unknown> = {}
      for (const [name, schema] of fields) value[name] = from.at(name, () => schema.read(from))
      return value as StructOf<M> // one property per member, each of the type its schema reads
    },
    (to, value) => {
      checkObject(to, value)
      for (const [name, schema] of fields) to.at(name, () => schema.write(to, value[name]))
    },
  )
}

/** Wire order is declaration order, which JavaScript does not keep for names that look like array indices. */
export function checkMemberNames(names: readonly string[]): void {
  const unusable = names.find((name) => /^\d+$/.test(name) || name === '__proto__')
  if (unusable !== undefined) throw new SchemaError(`'${unusable}' cannot be the name of a member`)
}

export function checkObject(to: PayloadWriter, value: unknown): void {
  if (typeof value !== 'object' || value === null) to.fail(`an object needed, not ${String(value)}`)
}
