import { pick } from '@opensovd/base'
import type { Entity } from '@opensovd/core'
import type { Component, Group } from '@opensovd/sovd'

export function componentView(entity: Entity): Component {
  return {
    ...pick(entity, ['id', 'name', 'description', 'connectionState']),
    category: entity.category ?? 'ecu',
    ...pick(entity, ['softwareVersion', 'hardwareVariant', 'installationVariant']),
  }
}

export function groupView(entity: Entity): Group {
  return { ...pick(entity, ['id', 'name', 'description']), componentIds: [...(entity.members ?? [])] }
}
