import type { Json } from '@opensovd/base'
import { type CatalogProblem, joined, Reading } from './reading.ts'
import { VSS_UNITS, type VssUnit, type VssUnits } from './units.ts'

const DATATYPES = ['numeric', 'string', 'boolean', 'float', 'double']
const INTEGERS = ['int', ...[8, 16, 32, 64].flatMap((bits) => [`int${bits}`, `uint${bits}`])]
const ALLOWED = new Set([...DATATYPES, ...INTEGERS])

/**
 * Reads units of an extension, as in the `units.yaml` that vss-tools take: they come to those of VSS, and go before
 * them. Members that it does not know are ignored.
 */
export function readUnits(json: Json): { readonly units: VssUnits; readonly problems: readonly CatalogProblem[] } {
  const reading = new Reading()
  const units = new Map(VSS_UNITS)
  const entries = Object.entries(reading.object('', json))
  if (entries.length === 0) reading.problem('', 'expected units, got none')
  for (const [name, entry] of entries) {
    const { unit, longName } = readUnit(reading, name, entry)
    units.set(name, unit)
    if (longName !== undefined) units.set(longName, unit)
  }
  return { units, problems: reading.problems }
}

function readUnit(reading: Reading, name: string, json: Json | undefined) {
  const at = (member: string) => joined(name, member)
  const entry = reading.object(name, json ?? null)
  const longName = reading.text(at('unit'), entry.unit)
  const quantity = reading.text(at('quantity'), entry.quantity)
  if (quantity === undefined && entry.quantity === undefined && entry.qudt === undefined) {
    reading.problem(at('quantity'), 'is missing')
  }
  const datatypes = reading.texts(at('allowed-datatypes'), entry['allowed-datatypes'])
  for (const datatype of datatypes ?? []) {
    if (!ALLOWED.has(datatype)) reading.problem(at('allowed-datatypes'), `there is no data type ${datatype}`)
  }
  const unit: VssUnit = { name, ...(datatypes?.length ? { datatypes } : {}) }
  return { unit, longName }
}
