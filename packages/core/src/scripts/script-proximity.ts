import type { ListedScript, ScriptDetail } from '../facets/scripts.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { CallContext } from '../ports/call-context.ts'
import type { Proximity } from '../proximity/proximity.ts'

/** What is asked here of those who start scripts: a proof that they are near the vehicle, or nothing. */
export class ScriptProximity {
  readonly isRequired: boolean
  readonly #proximity: Proximity

  constructor(proximity: Proximity, isRequired: boolean) {
    this.isRequired = isRequired
    this.#proximity = proximity
  }

  /** A script with what starting it takes here, beside what its source says. */
  mark<T extends ListedScript>(script: T): T {
    return this.isRequired ? { ...script, proximityProofRequired: true } : script
  }

  /** A script with what the caller has to answer to start it, where it has to and can. */
  challenge(script: ScriptDetail, entity: EntityRef, { caller = {} }: CallContext): ScriptDetail {
    if (!this.isRequired || script.proximityProofRequired) return script
    const marked = this.mark(script)
    if (!this.#proximity.canVerify) return marked
    return { ...marked, challenge: this.#proximity.pendingFor(entity, proofOf(script.id).id, caller) }
  }

  /** @throws SovdError `forbidden` without a proof where one is needed */
  require(scriptId: string, entity: EntityRef, response: string | undefined, { caller = {} }: CallContext): void {
    if (this.isRequired) this.#proximity.require(entity, proofOf(scriptId), response, caller)
  }
}

/** What a proof for a script is about: no operation has such an id. */
function proofOf(scriptId: string) {
  return { id: `scripts/${scriptId}` }
}
