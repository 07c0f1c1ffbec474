import { type PlannedOperation, planned, unserved } from '../planned.ts'
import type { RouteTable } from '../route.ts'
import { ISO_API } from './api.ts'
import { ENTITY } from './routes/entity.ts'

const table: RouteTable = ISO_API

const operations: readonly PlannedOperation[] = [
  ...planned('/areas/{areaId}/subareas', 'GET'),
  ...planned('/areas/{areaId}/contains', 'GET'),
  ...planned('/areas/{areaId}/related-components', 'GET'),
  ...planned('/components/{componentId}/subcomponents', 'GET'),
  ...planned('/components/{componentId}/hosts', 'GET'),
  ...planned('/components/{componentId}/depends-on', 'GET'),
  ...planned('/components/{componentId}/related-apps', 'GET'),
  ...planned('/apps/{appId}/depends-on', 'GET'),
  ...planned(`${ENTITY}/data-lists`, 'GET', 'POST'),
  ...planned(`${ENTITY}/data-lists/{dataListId}`, 'GET', 'DELETE'),
  ...planned(`${ENTITY}/logs`, 'GET'),
  ...planned(`${ENTITY}/logs/entries`, 'GET'),
  ...planned(`${ENTITY}/logs/config`, 'GET', 'PUT', 'DELETE'),
  ...planned(`${ENTITY}/bulk-data`, 'GET'),
  ...planned(`${ENTITY}/bulk-data/{category}`, 'GET', 'POST', 'DELETE'),
  ...planned(`${ENTITY}/bulk-data/{category}/{bulkDataId}`, 'GET', 'DELETE'),
  ...planned('/updates', 'GET', 'POST'),
  ...planned('/updates/{updatePackageId}', 'GET', 'DELETE'),
  ...planned('/updates/{updatePackageId}/automated', 'PUT'),
  ...planned('/updates/{updatePackageId}/execute', 'PUT'),
  ...planned('/updates/{updatePackageId}/prepare', 'PUT'),
  ...planned('/updates/{updatePackageId}/status', 'GET'),
  ...planned(`${ENTITY}/communication-logs`, 'GET', 'POST'),
  ...planned(`${ENTITY}/communication-logs/{communicationLogId}`, 'GET', 'PUT', 'DELETE'),
  ...planned(`${ENTITY}/scripts`, 'GET', 'POST'),
  ...planned(`${ENTITY}/scripts/{scriptId}`, 'GET', 'DELETE'),
  ...planned(`${ENTITY}/scripts/{scriptId}/executions`, 'GET', 'POST'),
  ...planned(`${ENTITY}/scripts/{scriptId}/executions/{executionId}`, 'GET', 'PUT', 'DELETE'),
  ...planned(`${ENTITY}/triggers`, 'GET', 'POST'),
  ...planned(`${ENTITY}/triggers/{triggerId}`, 'GET', 'PUT', 'DELETE'),
  ...planned(`${ENTITY}/cyclic-subscriptions`, 'GET', 'POST'),
  ...planned(`${ENTITY}/cyclic-subscriptions/{subscriptionId}`, 'GET', 'PUT', 'DELETE'),
  ...planned(`${ENTITY}/clear-data`, 'GET'),
  ...planned(`${ENTITY}/clear-data/cached-data`, 'PUT'),
  ...planned(`${ENTITY}/clear-data/learned-data`, 'PUT'),
  ...planned(`${ENTITY}/clear-data/client-defined-resources`, 'PUT'),
  ...planned(`${ENTITY}/clear-data/status`, 'GET'),
  ...planned(`${ENTITY}/status`, 'GET'),
  ...planned(`${ENTITY}/status/start`, 'PUT'),
  ...planned(`${ENTITY}/status/restart`, 'PUT'),
  ...planned(`${ENTITY}/status/force-restart`, 'PUT'),
  ...planned(`${ENTITY}/status/shutdown`, 'PUT'),
  ...planned(`${ENTITY}/status/force-shutdown`, 'PUT'),
  ...planned('/authorize', 'POST'),
  ...planned('/token', 'POST'),
]

/** Operations of the contract that answer 501 in this version. */
export const PLANNED_ISO_OPERATIONS = unserved(operations, table)
