import type { JsonObject } from '@opensovd/base'
import { sovdUnit } from './units.ts'

/** What is known of the values of a data item. */
export interface DataFacts {
  readonly name: string
  readonly description?: string
  readonly dataType: string
  readonly unit?: string
}

/** The types of values that JSON schema can tell more of than nothing. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'integer',
  float: 'number',
  boolean: 'boolean',
}

/** The schema of the values of a data item, with their unit where that is a known one. */
export function dataSchema({ name, description, dataType, unit }: DataFacts): JsonObject {
  const type = Object.hasOwn(TYPES, dataType) ? TYPES[dataType] : undefined
  const known = unit === undefined ? undefined : sovdUnit(unit)
  return {
    title: name,
    ...(description === undefined ? {} : { description }),
    ...(type === undefined ? {} : { type }),
    ...(known === undefined ? {} : { 'x-sovd-unit': known }),
  }
}
