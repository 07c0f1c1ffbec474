import type { Entity, Fault } from '@opensovd/core'
import { type PartialFailure, partialMember } from '@opensovd/sovd'
import { faultView } from './faults.ts'

export function exportedFaultView(entity: Pick<Entity, 'kind' | 'id'>, fault: Fault) {
  const { kind } = entity
  const isOther = kind === 'app' || kind === 'function'
  return { ...faultView(entity, fault), ...(isOther ? { '@sovd.entityType': kind } : {}) }
}

/** Tells of backends that failed after the beginning of an export. */
export function faultExportEndView(partial: readonly PartialFailure[]) {
  const { '@sovd.partial': failures = [] } = partialMember(partial)
  return { _meta: true as const, exportType: 'fault-export' as const, '@sovd.partial': failures }
}
