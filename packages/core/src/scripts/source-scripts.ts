import { SovdError } from '@opensovd/sovd'
import { replacing } from '../catalog/replacing.ts'
import type { ScriptFacet } from '../facets/scripts.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { Locks } from '../locks/locks.ts'
import type { CallContext } from '../ports/call-context.ts'
import { SCRIPT_COLLECTIONS, SCRIPT_PERMISSIONS } from './entity-calls.ts'
import type { ScriptProximity } from './script-proximity.ts'

/** What starting scripts takes here. */
export interface ScriptRules {
  readonly locks: Locks
  readonly proximity: ScriptProximity
}

/**
 * Scripts that the source of an entity keeps and runs. There they act for us, and not for who started them: so who
 * starts one must be allowed all that a script can do, and no lock of another may be in the way of any of it.
 */
export function sourceScripts(source: ScriptFacet, entity: EntityRef, { locks, proximity }: ScriptRules): ScriptFacet {
  return replacing(source, {
    list: async (context) => (await source.list(context)).map((script) => proximity.mark(script)),
    find: async (id, context) => proximity.challenge(await source.find(id, context), entity, context),
    async start(scriptId, request, context) {
      requireAllowed(locks, entity, context)
      const asksItself = !proximity.isRequired || (await source.find(scriptId, context)).proximityProofRequired
      if (asksItself) return source.start(scriptId, request, context)
      const { proximityResponse, ...rest } = request
      proximity.require(scriptId, entity, proximityResponse, context)
      return source.start(scriptId, rest, context)
    },
  })
}

/** @throws SovdError `forbidden`; `conflict` for a lock in the way */
function requireAllowed(locks: Locks, entity: EntityRef, { caller = {} }: CallContext): void {
  const { permits } = caller
  const lacking = permits ? SCRIPT_PERMISSIONS.find((permission) => !permits(permission)) : undefined
  if (lacking !== undefined) {
    const message = `a script at the source of ${entity.kind} '${entity.id}' can do more than its caller: it needs the permission ${lacking}`
    throw new SovdError('forbidden', message, { target: lacking })
  }
  for (const collection of SCRIPT_COLLECTIONS) locks.requireUnlocked(entity, collection, caller)
}
