import type { Field } from './field.ts'
import { integer } from './scalars.ts'

/** Both ends belong to the range. */
export interface Range {
  readonly first: number
  readonly last: number
}

/** A 16-bit id that may be written in hexadecimal; 0 where it is not given. */
export function id(meaning: string): Field<number> {
  return integer({ notation: 'decimal or 0x', default: 0, defaultText: '', meaning })
}

/** Identifies a service instance in maps. */
export function serviceInstanceKey(serviceId: number, instanceId: number): number {
  return serviceId * 0x1_0000 + instanceId
}

/** An id for a message, as the standard writes it. */
export function hex4(id: number): string {
  return `0x${id.toString(16).padStart(4, '0')}`
}
