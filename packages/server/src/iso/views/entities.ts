import { pick } from '@opensovd/base'
import type { Entity } from '@opensovd/core'

/** What tells an entity from others of its kind; absent where nothing does. */
export function variantOf(entity: Entity): { variant?: Record<string, string> } {
  const known = {
    software_version: entity.softwareVersion,
    hardware_variant: entity.hardwareVariant,
    installation_variant: entity.installationVariant,
  }
  const entries = Object.entries(known).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return entries.length === 0 ? {} : { variant: Object.fromEntries(entries) }
}

export function identityOf(entity: Entity) {
  return {
    ...pick(entity, ['id', 'name']),
    ...(entity.translationId === undefined ? {} : { translation_id: entity.translationId }),
  }
}

export function referenceView(entity: Entity, href: string) {
  return { ...identityOf(entity), href, ...pick(entity, ['tags']) }
}
