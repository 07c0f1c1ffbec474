import type { Method } from '../route.ts'

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

const component = '/components/{componentId}'
const packages = `${component}/software-packages`

/** Operations of the native contract that answer 501 in this version. */
export const PLANNED_NATIVE_OPERATIONS: readonly PlannedOperation[] = [
  ...planned(`${component}/data/subscribe`, 'GET'),
  ...planned(`${component}/faults/subscribe`, 'GET'),
  ...planned(`${component}/proximity-challenge`, 'POST'),
  ...planned(`${component}/proximity-challenge/{challengeId}`, 'GET'),
  ...planned(`${component}/logs`, 'GET'),
  ...planned(packages, 'GET'),
  ...planned(`${packages}/{packageId}`, 'POST'),
  ...planned(`${packages}/{packageId}/status`, 'GET'),
  ...planned(`${packages}/{packageId}/activate`, 'POST'),
  ...planned(`${packages}/{packageId}/rollback`, 'POST'),
  ...planned('/schema/data-catalog', 'GET'),
  ...planned('/apps', 'GET'),
  ...planned('/apps/{appId}', 'GET'),
  ...planned('/apps/{appId}/capabilities', 'GET'),
  ...planned('/apps/{appId}/data', 'GET'),
  ...planned('/apps/{appId}/data/{dataId}', 'GET'),
  ...planned('/apps/{appId}/operations', 'GET'),
  ...planned('/apps/{appId}/operations/{operationId}', 'POST'),
  ...planned('/funcs', 'GET'),
  ...planned('/funcs/{functionId}', 'GET'),
  ...planned('/funcs/{functionId}/data', 'GET'),
  ...planned('/funcs/{functionId}/data/{dataId}', 'GET'),
  ...planned('/areas', 'GET'),
  ...planned('/areas/{areaId}', 'GET'),
  ...planned('/system-info', 'GET'),
  ...planned('/audit', 'GET'),
  ...planned('/audit/export', 'GET'),
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
  ...planned(`/x-uds${component}/connect`, 'POST'),
  ...planned(`/x-uds${component}/disconnect`, 'POST'),
  ...planned(`/x-uds${component}/io/{dataId}`, 'POST'),
  ...planned(`/x-uds${component}/comm-control`, 'POST'),
  ...planned(`/x-uds${component}/dtc-setting`, 'POST'),
  ...planned(`/x-uds${component}/memory`, 'GET', 'PUT'),
  ...planned(`/x-uds${component}/flash`, 'POST'),
  ...planned(`/x-uds${component}/security-levels`, 'GET'),
  ...planned(`/x-uds${component}/security-access`, 'POST'),
  ...planned('/x-uds/diag/keepalive', 'GET'),
  ...plannedAtRoot('/x-admin/backup', 'GET'),
  ...plannedAtRoot('/x-admin/restore', 'POST'),
  ...plannedAtRoot('/x-admin/features', 'GET'),
  ...plannedAtRoot('/x-admin/features/{flag}', 'GET', 'PUT'),
]
