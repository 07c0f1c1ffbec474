import { type EntityKind, type LockTarget, VEHICLE } from '@opensovd/core'

/** The parameters of paths that name an entity. */
const KINDS: readonly (readonly [parameter: string, kind: EntityKind])[] = [
  ['componentId', 'component'],
  ['groupId', 'group'],
  ['appId', 'app'],
  ['functionId', 'function'],
  ['areaId', 'area'],
]

/** What a request is about: the entity in its path, or else the vehicle. */
export function lockTargetOf(params: Readonly<Record<string, string>>): LockTarget {
  for (const [parameter, kind] of KINDS) {
    const id = params[parameter]
    if (id !== undefined) return { kind, id }
  }
  return VEHICLE
}
