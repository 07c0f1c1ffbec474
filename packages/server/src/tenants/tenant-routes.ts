import { type EntityTree, spaceOf } from '@opensovd/core'
import type { BoundRoute, Incoming } from '../http/bound-route.ts'
import { entityAt } from '../iso/entities.ts'
import { lockTargetOf } from '../native/lock-target.ts'
import { isAboutEntity } from './row-access.ts'

/**
 * A route that serves each tenant from its own view; those who are not kept apart from the whole.
 * @param views the same route of each tenant's contract, by the ids of the tenants
 */
export function routeByTenant(
  whole: BoundRoute,
  views: ReadonlyMap<string, { readonly route: BoundRoute; readonly tree: EntityTree }>,
): BoundRoute {
  const isOfEntity = isAboutEntity(whole.row)

  async function serve(incoming: Incoming) {
    const tenant = spaceOf(incoming.context.caller)
    if (tenant === undefined) return whole.serve(incoming)
    const view = views.get(tenant)
    if (!view) throw new TypeError(`tenant '${tenant}' has no view`)
    if (isOfEntity && incoming.context.caller.tenant?.isolation === 'strict') requireThere(view.tree, incoming.params)
    return view.route.serve(incoming)
  }

  return { ...whole, serve }
}

/** @throws SovdError `not-found` when the entity that a request is about is not there for a tenant */
function requireThere(tree: EntityTree, params: Incoming['params']): void {
  const { entityCollection, entityId } = params
  if (entityCollection !== undefined && entityId !== undefined) entityAt(tree, { entityCollection, entityId })
  const target = lockTargetOf(params)
  if (target.kind !== 'vehicle') tree.get(target.kind, target.id)
}
