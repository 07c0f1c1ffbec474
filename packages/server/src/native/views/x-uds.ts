import { pick } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import type { Entity, IoState, SecurityLevel } from '@opensovd/core'

export function ioStateView<C extends string>(entity: Entity, dataId: string, control: C, { value, raw }: IoState) {
  return { componentId: entity.id, dataId, control, ...(value === undefined ? {} : { value }), raw: toHex(raw) }
}

export function memoryView(entity: Entity, address: number, bytes: Uint8Array) {
  const shown = `0x${address.toString(16).toUpperCase().padStart(8, '0')}`
  return { componentId: entity.id, address: shown, size: bytes.length, value: toHex(bytes) }
}

export function securityLevelView(level: SecurityLevel) {
  return {
    ...pick(level, ['level', 'id']),
    name: level.name ?? level.id,
    unlocked: level.isUnlocked,
    ...pick(level, ['remainingAttempts']),
    ...(level.sessions && { sessions: [...level.sessions] }),
  }
}

/** Sessions of all components that keep one. */
export function keepaliveView(entities: readonly Entity[]) {
  const active = entities.flatMap(({ id, facets }) => {
    const session = facets.uds?.keptSession()
    return session ? [{ componentId: id, ...session }] : []
  })
  return { active, count: active.length }
}
