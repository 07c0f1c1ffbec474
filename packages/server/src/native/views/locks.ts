import type { Lock } from '@opensovd/core'

export function vehicleLockView({ owner, lockedAt, expires }: Lock) {
  return { lockedBy: owner, lockedAt, expires }
}

export function componentLockView(componentId: string, lock: Lock) {
  return { componentId, ...vehicleLockView(lock) }
}

export function groupLockView(groupId: string, lock: Lock) {
  return { groupId, ...vehicleLockView(lock) }
}
