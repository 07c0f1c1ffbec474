import { sizeOf } from '../encoding/value.ts'
import type { Path, Problems } from './problem.ts'
import type { BitFieldDescription, Encoding } from './schema/encoding.ts'

/** What the schema cannot say of an encoding. */
export function checkEncoding(encoding: Encoding, path: Path, problems: Problems): void {
  switch (encoding.type) {
    case 'uint':
    case 'int':
    case 'float':
      checkScaling(encoding, path, problems)
      return
    case 'enum':
      checkNumbers(encoding.values, encoding.bits, [...path, 'values'], problems)
      return
    case 'bits':
      checkFields(encoding.fields, encoding.bits, [...path, 'fields'], problems)
      return
    case 'array':
      checkEncoding(encoding.items, [...path, 'items'], problems)
      if (sizeOf(encoding.items) === undefined) problems.add([...path, 'items'], 'each item needs a fixed length')
      return
    case 'struct':
      checkMembers(encoding.members, [...path, 'members'], problems)
      return
    default:
  }
}

function checkScaling(
  { factor, minimum, maximum }: { readonly factor: number; readonly minimum?: number; readonly maximum?: number },
  path: Path,
  problems: Problems,
): void {
  if (factor === 0) problems.add([...path, 'factor'], 'must not be 0')
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    problems.add([...path, 'minimum'], `is above the maximum ${maximum}`)
  }
}

/** Numbers with a text must fit in their bits; negative ones make all of them two's complement. */
function checkNumbers(values: Readonly<Record<string, string>>, bits: number, path: Path, problems: Problems): void {
  const raws = Object.keys(values).map(BigInt)
  const isSigned = raws.some((raw) => raw < 0n)
  for (const raw of raws) {
    const cut = isSigned ? BigInt.asIntN(bits, raw) : BigInt.asUintN(bits, raw)
    if (cut !== raw) problems.add([...path, String(raw)], `does not fit in ${bits} ${isSigned ? 'signed ' : ''}bit(s)`)
  }
}

function checkFields(fields: readonly BitFieldDescription[], bits: number, path: Path, problems: Problems): void {
  const owners = new Map<number, string>()
  refuseRepeats(fields, ({ name }) => name, path, { what: 'name', problems })
  for (const [index, field] of fields.entries()) {
    const at = [...path, index]
    checkScaling(field, at, problems)
    if (field.values) checkNumbers(field.values, field.width, [...at, 'values'], problems)
    if (field.bit + field.width > bits) {
      problems.add(at, `takes bits ${field.bit} to ${field.bit + field.width - 1} of ${bits}`)
    }
    const positions = Array.from({ length: field.width }, (_, offset) => field.bit + offset)
    const shared = positions.find((bit) => owners.has(bit))
    if (shared !== undefined) problems.add(at, `shares bit ${shared} with ${owners.get(shared)}`)
    for (const bit of positions) owners.set(bit, field.name)
  }
}

function checkMembers(members: readonly (Encoding & { name: string })[], path: Path, problems: Problems): void {
  refuseRepeats(members, ({ name }) => name, path, { what: 'name', problems })
  for (const [index, member] of members.entries()) {
    checkEncoding(member, [...path, index], problems)
    if (index < members.length - 1 && sizeOf(member) === undefined) {
      problems.add([...path, index], 'needs a fixed length: only the last member may do without')
    }
  }
}

/** Reports items that have the same key as one before; `what` is the property that is named. */
export function refuseRepeats<T>(
  items: readonly T[],
  keyOf: (item: T) => string | number,
  path: Path,
  { what, problems }: { readonly what: string; readonly problems: Problems },
): void {
  const seen = new Map<string | number, number>()
  for (const [index, item] of items.entries()) {
    const key = keyOf(item)
    const first = seen.get(key)
    if (first === undefined) seen.set(key, index)
    else problems.add([...path, index, what], `${JSON.stringify(key)} is taken by [${first}]`)
  }
}
