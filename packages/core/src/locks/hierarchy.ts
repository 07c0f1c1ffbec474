import type { EntityTree } from '../entities/tree.ts'
import { keyOf, type LockTarget, VEHICLE_KEY } from './lock.ts'

/**
 * What has something in common with what: a component with its groups, a group with its components and with the
 * groups that share one with it, everything with the vehicle. Follows the groups as they change.
 */
export class Hierarchy {
  readonly #tree: EntityTree
  #ofComponents: ReadonlyMap<string, readonly string[]> | undefined

  constructor(tree: EntityTree) {
    this.#tree = tree
    for (const backend of tree.backends) {
      backend.onChange(() => {
        this.#ofComponents = undefined
      })
    }
  }

  /** Keys of the targets that a target has something in common with, itself first. Not for the vehicle, which has with all. */
  near(target: Exclude<LockTarget, { kind: 'vehicle' }>): readonly string[] {
    switch (target.kind) {
      case 'component':
        return this.#groupsOf(target.id) ?? [keyOf(target), VEHICLE_KEY]
      case 'group': {
        const members = this.#tree.find('group', target.id)?.members ?? []
        const keys = members.flatMap((id) => this.near({ kind: 'component', id }))
        return [...new Set([keyOf(target), ...keys, VEHICLE_KEY])]
      }
      default:
        return [keyOf(target), VEHICLE_KEY]
    }
  }

  /** The keys near a component that is in a group. */
  #groupsOf(componentId: string): readonly string[] | undefined {
    this.#ofComponents ??= this.#build()
    return this.#ofComponents.get(componentId)
  }

  #build(): ReadonlyMap<string, readonly string[]> {
    const groupsOf = new Map<string, string[]>()
    for (const group of this.#tree.list('group')) {
      for (const id of new Set(group.members)) {
        const keys = groupsOf.get(id) ?? [keyOf({ kind: 'component', id })]
        groupsOf.set(id, keys)
        keys.push(keyOf(group))
      }
    }
    for (const keys of groupsOf.values()) keys.push(VEHICLE_KEY)
    return groupsOf
  }
}
