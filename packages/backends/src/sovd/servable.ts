import type { EntityKind } from '@opensovd/core'
import { ENTITY_ID } from '@opensovd/sovd'
import type { Complaints } from './complaints.ts'

/** Entities of one kind of one server beyond this many are not served. */
const MAX_ENTITIES = 10_000

/** Those of the entities that a server lists which can be served; the others are complained of. */
export function servable<T extends { readonly id: string }>(
  found: readonly T[],
  kind: EntityKind,
  complaints: Complaints,
): readonly T[] {
  const byId = new Map<string, T>()
  for (const each of found) {
    const id = each.id.slice(0, 200)
    if (!ENTITY_ID.test(each.id)) complaints.make('an id that cannot be part of a path is left out', id, { kind, id })
    else if (byId.has(each.id)) complaints.make('an id is listed twice; the first is served', id, { kind, id })
    else if (byId.size < MAX_ENTITIES) byId.set(each.id, each)
    else complaints.make('the server lists more than is served', kind, { kind, served: MAX_ENTITIES })
  }
  return [...byId.values()]
}
