import type { Random } from './random.ts'

/** A decoder and what must hold of it, whatever it reads. */
export interface FuzzTarget {
  readonly name: string
  /** How many of 1000 cases are its own. */
  readonly weight: number
  /** Makes the bytes of a case. */
  readonly generate: (random: Random) => Uint8Array
  /** Reads them. What it throws is a failure: it catches the errors that the decoder promises. */
  readonly check: (bytes: Uint8Array, random: Random) => void
}
