import { type BasicSchema, SchemaError } from './schema.ts'
import { checkObject } from './struct.ts'

/** One bit, by its number from the least significant, or `[lowest bit, number of bits]`. */
export type Bits = number | readonly [from: number, width: number]
export type BitFieldOf<F extends Readonly<Record<string, Bits>>> = {
  -readonly [K in keyof F]: F[K] extends number ? boolean : number
}

/**
 * Named bits of a u8, u16 or u32 [PRS_SOMEIP_00300]. Single bits are booleans, groups are unsigned numbers. Bits
 * without a name are sent as 0 and ignored on receive.
 */
export function bitField<const F extends Readonly<Record<string, Bits>>>(
  base: BasicSchema<number>,
  fields: F,
): BasicSchema<BitFieldOf<F>> {
  const rows = Object.entries(fields).map(([name, bits]) => rowOf(name, bits))
  checkRows(rows, 8 * 2 ** base.wireType)
  return {
    wireType: base.wireType,
    read: (from) => {
      const word = base.read(from)
      const value: Record<string, boolean | number> = {}
      for (const { name, at, max, single } of rows) {
        const group = Math.floor(word / 2 ** at) % (max + 1)
        value[name] = single ? group === 1 : group
      }
      return value as BitFieldOf<F> // one property per row, boolean where the row is a single bit
    },
    write: (to, value) => {
      checkObject(to, value)
      let word = 0
      for (const { name, at, max, single } of rows) {
        to.at(name, () => {
          const member = value[name]
          const group = single && typeof member === 'boolean' ? Number(member) : member
          const valid = typeof group === 'number' && Number.isInteger(group) && group >= 0 && group <= max
          const expected = single ? 'a boolean' : `an integer from 0 to ${max}`
          word += (valid ? group : to.fail(`${String(member)} is not ${expected}`)) * 2 ** at
        })
      }
      base.write(to, word)
    },
  }
}

interface Row {
  readonly name: string
  readonly at: number
  readonly width: number
  readonly max: number
  readonly single: boolean
}

function rowOf(name: string, bits: Bits): Row {
  const single = typeof bits === 'number'
  const [at, width] = single ? [bits, 1] : bits
  return { name, at, width, max: 2 ** width - 1, single }
}

function checkRows(rows: readonly Row[], size: number): void {
  const owner = new Map<number, string>()
  for (const { name, at, width } of rows) {
    if (!(at >= 0 && width >= 1 && at + width <= size)) throw new SchemaError(`'${name}' lies outside ${size} bits`)
    for (let bit = at; bit < at + width; bit++) {
      if (owner.has(bit)) throw new SchemaError(`'${name}' and '${owner.get(bit)}' share bit ${bit}`)
      owner.set(bit, name)
    }
  }
}
