import { type BasicSchema, SchemaError } from './schema.ts'

/**
 * An enumeration: an unsigned integer with names [PRS_SOMEIP_00705]. A received value without a name is passed on as
 * its number, and numbers can be sent.
 */
export function enumeration<const V extends Readonly<Record<string, number>>>(
  base: BasicSchema<number>,
  values: V,
): BasicSchema<(keyof V & string) | number> {
  const { names, numbers } = tablesOf(values)
  return {
    wireType: base.wireType,
    read: (from) => {
      const number = base.read(from)
      return names.get(number) ?? number
    },
    write: (to, value) => {
      const number = typeof value === 'number' ? value : numbers.get(value)
      base.write(to, number ?? to.fail(`'${value}' is none of ${[...numbers.keys()].join(', ')}`))
    },
  }
}

/** An enumeration that has only the named values; any other is an error, received or sent. */
export function closedEnumeration<const V extends Readonly<Record<string, number>>>(
  base: BasicSchema<number>,
  values: V,
): BasicSchema<keyof V & string> {
  const { names, numbers } = tablesOf(values)
  return {
    wireType: base.wireType,
    read: (from) => {
      const number = base.read(from)
      return names.get(number) ?? from.fail(`${number} is none of ${[...names.keys()].join(', ')}`)
    },
    write: (to, value) =>
      base.write(to, numbers.get(value) ?? to.fail(`'${value}' is none of ${[...numbers.keys()].join(', ')}`)),
  }
}

function tablesOf<V extends Readonly<Record<string, number>>>(values: V) {
  const numbers = new Map<keyof V & string, number>(Object.entries(values))
  const names = new Map<number, keyof V & string>()
  for (const [name, number] of numbers) {
    if (names.has(number)) throw new SchemaError(`'${name}' and '${names.get(number)}' are both ${number}`)
    names.set(number, name)
  }
  return { numbers, names }
}
