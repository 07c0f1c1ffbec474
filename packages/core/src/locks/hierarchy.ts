import type { EntityTree } from '../entities/tree.ts'
import { keyOf, type LockTarget, VEHICLE_KEY } from './lock.ts'

/** What is made of components: who changes one of these may change the others. */
const MADE_OF_COMPONENTS = ['group', 'function', 'app'] as const

/**
 * What has something in common with what: a component with its groups, and with the functions and apps that act on it;
 * each of these with its components and with whatever shares one of them; everything with the vehicle. Follows the
 * entities as they change.
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
        return this.#nearComponent(target.id) ?? [keyOf(target), VEHICLE_KEY]
      case 'group':
      case 'function':
      case 'app': {
        const members = this.#tree.find(target.kind, target.id)?.members ?? []
        const keys = members.flatMap((id) => this.near({ kind: 'component', id }))
        return [...new Set([keyOf(target), ...keys, VEHICLE_KEY])]
      }
      default:
        return [keyOf(target), VEHICLE_KEY]
    }
  }

  /** The keys near a component that something is made of. */
  #nearComponent(componentId: string): readonly string[] | undefined {
    this.#ofComponents ??= this.#build()
    return this.#ofComponents.get(componentId)
  }

  #build(): ReadonlyMap<string, readonly string[]> {
    const near = new Map<string, string[]>()
    for (const whole of MADE_OF_COMPONENTS.flatMap((kind) => this.#tree.list(kind))) {
      for (const id of new Set(whole.members)) {
        const keys = near.get(id) ?? [keyOf({ kind: 'component', id })]
        near.set(id, keys)
        keys.push(keyOf(whole))
      }
    }
    for (const keys of near.values()) keys.push(VEHICLE_KEY)
    return near
  }
}
