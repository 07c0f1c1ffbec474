import type { Isolation } from '@opensovd/core'
import type { Route } from '@opensovd/sovd'

/** Which tenants may use a row: `anybody` also who is of none. */
export type RowAccess = 'anybody' | Isolation

/**
 * Rows that are about no entity in particular, and how far apart tenants may be kept that use them. `strict`: what they
 * tell is that of the tenant's view, and they change nothing. `namespace`: they are about the vehicle, which its tenants
 * share. Whatever is not listed is for those who are not kept apart at all.
 */
const ACCESS: Readonly<Record<string, RowAccess>> = {
  'GET /health': 'anybody',
  'GET /healthz': 'anybody',
  'GET /readyz': 'anybody',
  'GET /version-info': 'anybody',
  'POST /authorize': 'anybody',
  'POST /token': 'anybody',
  'GET /': 'strict',
  'GET /$metadata': 'strict',
  'GET /openapi.json': 'strict',
  'GET /docs': 'strict',
  'GET /authorize/docs': 'strict',
  'GET /token/docs': 'strict',
  'GET /components': 'strict',
  'GET /groups': 'strict',
  'GET /apps': 'strict',
  'GET /funcs': 'strict',
  'GET /areas': 'strict',
  'GET /{entityCollection}': 'strict',
  'GET /{entityCollection}/docs': 'strict',
  'GET /audit': 'strict',
  'GET /audit/export': 'strict',
  'GET /export/faults': 'strict',
  'GET /schema/data-catalog': 'strict',
  'GET /x-uds/diag/keepalive': 'strict',
  'POST /x-faults/records': 'namespace',
  'POST /x-faults/operation-cycles': 'namespace',
  'GET /lock': 'namespace',
  'POST /lock': 'namespace',
  'PUT /lock': 'namespace',
  'DELETE /lock': 'namespace',
  'GET /updates': 'namespace',
  'POST /updates': 'namespace',
  'GET /updates/{updatePackageId}': 'namespace',
  'DELETE /updates/{updatePackageId}': 'namespace',
  'PUT /updates/{updatePackageId}/automated': 'namespace',
  'PUT /updates/{updatePackageId}/prepare': 'namespace',
  'PUT /updates/{updatePackageId}/execute': 'namespace',
  'GET /updates/{updatePackageId}/status': 'namespace',
  'GET /updates/docs': 'namespace',
  'GET /updates/{updatePackageId}/docs': 'namespace',
  'GET /updates/{updatePackageId}/automated/docs': 'namespace',
  'GET /updates/{updatePackageId}/prepare/docs': 'namespace',
  'GET /updates/{updatePackageId}/execute/docs': 'namespace',
  'GET /updates/{updatePackageId}/status/docs': 'namespace',
}

const ENTITY = /\{(?:entity|component|group|app|function|area)Id\}/

/** Whether a row is about one entity: then it is for those in whose view that is. */
export function isAboutEntity({ path }: Pick<Route, 'path'>): boolean {
  return ENTITY.test(path)
}

/** How far apart tenants may be kept that use a row. */
export function accessOf(row: Pick<Route, 'method' | 'path'>): RowAccess {
  if (isAboutEntity(row)) return 'strict'
  const key = `${row.method} ${row.path}`
  return (Object.hasOwn(ACCESS, key) ? ACCESS[key] : undefined) ?? 'none'
}

const RANKS: Readonly<Record<Isolation, number>> = { none: 0, namespace: 1, strict: 2 }

/** Whether tenants that are kept apart so far may use what is for those kept apart at most that far. */
export function isWithin(isolation: Isolation, most: RowAccess): boolean {
  return most === 'anybody' || RANKS[isolation] <= RANKS[most]
}
