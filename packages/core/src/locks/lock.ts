import type { EntityKind } from '../entities/entity.ts'
import type { LockScopes } from './lock-scopes.ts'

/** An entity by its name, whatever is known of it. */
export interface EntityRef {
  readonly kind: EntityKind
  readonly id: string
}

/** What a lock is on: one entity, a group of components, or all there is. */
export type LockTarget = EntityRef | { readonly kind: 'vehicle' }

export const VEHICLE: LockTarget = { kind: 'vehicle' }

/** The right of one client to be the only one to change something, for a while [17978-3 7.17]. */
export interface Lock {
  readonly id: string
  readonly target: LockTarget
  readonly owner: string
  /** The tenant that the owner is a client of, if that is kept apart from others. */
  readonly tenant?: string
  readonly scopes: LockScopes
  /** RFC 3339. */
  readonly lockedAt: string
  /** RFC 3339. */
  readonly expires: string
}

/** Which lock of a target is meant; without an id, the one that is about all collections. */
export interface LockPlace {
  readonly target: LockTarget
  readonly id?: string
}

export const VEHICLE_KEY = 'vehicle'

/** One text for one target. */
export function keyOf(target: LockTarget): string {
  return target.kind === 'vehicle' ? VEHICLE_KEY : `${target.kind}/${target.id}`
}

/** The target without whatever else is known of it. */
export function refOf(target: LockTarget): LockTarget {
  return target.kind === 'vehicle' ? VEHICLE : { kind: target.kind, id: target.id }
}

/** The target in a sentence. */
export function nameOf(target: LockTarget): string {
  return target.kind === 'vehicle' ? 'the vehicle' : `${target.kind} '${target.id}'`
}

/** Whether a lock is on this very target. */
export function isAt(lock: Lock, target: LockTarget): boolean {
  return keyOf(lock.target) === keyOf(target)
}
