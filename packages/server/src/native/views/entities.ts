import { pick } from '@opensovd/base'
import type { Entity } from '@opensovd/core'
import type { App, Area, Component, Func, Group } from '@opensovd/sovd'

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

export function areaView(entity: Entity): Area {
  return groupView(entity)
}

/** An app that nobody can be asked about is in no order, whatever was last known of it. */
export function appView(entity: Entity): App {
  const isReachable = entity.connectionState === 'connected'
  return {
    ...pick(entity, ['id', 'name', 'description']),
    version: entity.softwareVersion ?? '',
    status: isReachable ? (entity.isRunning === false ? 'stopped' : 'running') : 'error',
  }
}

export function functionView(entity: Entity): Func {
  return { ...pick(entity, ['id', 'name', 'description']), sourceComponents: [...(entity.members ?? [])] }
}
