import { collection, json, route } from '../../route.ts'
import { App } from '../resources/apps.ts'
import { capabilitiesRow, dataRows, faultRows, operationRows } from './entity-rows.ts'

const tag = 'apps'
const permission = 'discovery:read'
const app = '/apps/{appId}'
const data = dataRows(app, 'an app', tag)
const faults = faultRows(app, 'an app', tag)
const operations = operationRows(app, 'an app', tag)

export const appRoutes = {
  listApps: route({
    method: 'GET',
    path: '/apps',
    tag,
    permission,
    summary: 'Apps',
    reply: collection('apps', App),
    errors: ['not-found'],
  }),
  getApp: route({
    method: 'GET',
    path: app,
    tag,
    permission,
    summary: 'One app',
    reply: json(App),
    errors: ['not-found'],
  }),
  getAppCapabilities: capabilitiesRow(app, 'an app', tag),
  listAppData: data.list,
  readAppData: data.read,
  writeAppData: data.write,
  listAppFaults: faults.list,
  readAppFault: faults.read,
  clearAppFaults: faults.clearAll,
  clearAppFault: faults.clear,
  listAppOperations: operations.list,
  startAppOperation: operations.start,
  listAppExecutions: operations.listExecutions,
  readAppExecution: operations.readExecution,
  cancelAppExecution: operations.cancelExecution,
} as const
