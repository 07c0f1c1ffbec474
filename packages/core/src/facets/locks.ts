import type { CallContext } from '../ports/call-context.ts'

/**
 * The lock of the source itself, for an entity that its source lets only those change who hold one there. Whoever
 * locks the entity here has the source locked as well. Calls reject with `SovdError`; those for one entity take
 * effect in the order in which they are made.
 */
export interface LockFacet {
  /** Locks the entity at its source; what is locked for us already, from now on for so long. */
  acquire(seconds: number, context: CallContext): Promise<void>
  /** Resolves also when the source knows of no lock of ours any more. */
  release(context: CallContext): Promise<void>
}
