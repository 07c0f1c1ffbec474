import type { Crc } from './crc.ts'
import type { Field } from './field.ts'

/**
 * A profile with its configuration: where everything stands in the protected area and what the CRC covers. Protector and
 * checker know nothing else of the profile.
 */
export interface E2eLayout {
  /** Name of the profile, for messages. */
  readonly profile: string
  readonly crc: {
    readonly algorithm: Crc
    readonly at: number
    readonly littleEndian: boolean
    /** First byte the CRC covers. From there it covers the whole area except itself. */
    readonly coversFrom: number
  }
  readonly counter?: {
    readonly field: Field
    /** Number of values: the counter runs from 0 to this minus 1. */
    readonly modulus: number
    /** Value in the first message. */
    readonly first: number
    /** Largest step that is no error; absent where the sequence is not checked. */
    readonly maxDelta: number | undefined
  }
  /** Length of the area in bytes. */
  readonly length?: Field
  /** The Data ID, or the part of it that is transmitted. */
  readonly dataId?: { readonly field: Field; readonly value: number }
  /** Data ID bytes that enter the CRC without being transmitted. */
  readonly hiddenDataId?: {
    readonly position: 'before' | 'after'
    /** By counter; taken modulo the number of entries. */
    readonly byCounter: readonly Uint8Array[]
  }
  /** Bounds of the area's length. */
  readonly minBytes: number
  readonly maxBytes: number
}
