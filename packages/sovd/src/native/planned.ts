import type { Method } from '../route.ts'

/** An operation of a contract that this version answers with 501. */
export interface PlannedOperation {
  readonly method: Method
  readonly path: string
  readonly mount?: 'root'
}

function planned(path: string, ...methods: Method[]): PlannedOperation[] {
  return methods.map((method) => ({ method, path }))
}

function plannedAtRoot(path: string, ...methods: Method[]): PlannedOperation[] {
  return methods.map((method) => ({ method, path, mount: 'root' }))
}

/** Operations of the native contract that answer 501 in this version. */
export const PLANNED_NATIVE_OPERATIONS: readonly PlannedOperation[] = [
  ...planned('/system-info', 'GET'),
  ...planned('/compliance-evidence', 'GET'),
  ...planned('/rxswin', 'GET'),
  ...planned('/rxswin/report', 'GET'),
  ...planned('/rxswin/{componentId}', 'GET'),
  ...planned('/update-provenance', 'GET'),
  ...planned('/tara/assets', 'GET'),
  ...planned('/tara/threats', 'GET'),
  ...planned('/tara/export', 'GET'),
  ...planned('/ucm/campaigns', 'GET', 'POST'),
  ...planned('/ucm/campaigns/{campaignId}', 'GET'),
  ...planned('/ucm/campaigns/{campaignId}/execute', 'POST'),
  ...planned('/ucm/campaigns/{campaignId}/rollback', 'POST'),
  ...plannedAtRoot('/x-admin/backup', 'GET'),
  ...plannedAtRoot('/x-admin/restore', 'POST'),
]
