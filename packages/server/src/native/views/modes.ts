import { pick } from '@opensovd/base'
import { type Entity, type ModeGroup, type ModeValue, SESSION } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

/** The contract knows one mode of a component: its session, or the first group of one that has no session. */
export function modeView(entity: Entity, groups: readonly ModeGroup[]) {
  const group = groups.find(({ id }) => id === SESSION) ?? groups[0]
  if (!group) throw new SovdError('not-found', `Component '${entity.id}' has no modes`)
  return {
    componentId: entity.id,
    currentMode: group.value,
    availableModes: group.values.map(({ value }) => value),
    ...(group.values.some(isDescribed) ? { modeDescriptors: group.values.map(descriptorView) } : {}),
    ...pick(group, ['activeSince']),
  }
}

function isDescribed({ value, ...description }: ModeValue): boolean {
  return Object.keys(description).length > 0
}

function descriptorView(mode: ModeValue) {
  return {
    id: mode.value,
    ...pick(mode, ['name', 'description', 'udsSession']),
    requiresSecurityAccess: mode.requiresSecurityAccess ?? false,
  }
}
