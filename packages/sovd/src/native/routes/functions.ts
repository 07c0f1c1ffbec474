import { collection, json, route } from '../../route.ts'
import { Func } from '../resources/functions.ts'
import { capabilitiesRow, dataRows, faultRows, operationRows } from './entity-rows.ts'

const tag = 'funcs'
const permission = 'discovery:read'
const func = '/funcs/{functionId}'
const data = dataRows(func, 'a function', tag)
const faults = faultRows(func, 'a function', tag)
const operations = operationRows(func, 'a function', tag)

export const functionRoutes = {
  listFunctions: route({
    method: 'GET',
    path: '/funcs',
    tag,
    permission,
    summary: 'Functions',
    reply: collection('funcs', Func),
    errors: ['not-found'],
  }),
  getFunction: route({
    method: 'GET',
    path: func,
    tag,
    permission,
    summary: 'One function',
    reply: json(Func),
    errors: ['not-found'],
  }),
  getFunctionCapabilities: capabilitiesRow(func, 'a function', tag),
  listFunctionData: data.list,
  readFunctionData: data.read,
  writeFunctionData: data.write,
  listFunctionFaults: faults.list,
  readFunctionFault: faults.read,
  clearFunctionFaults: faults.clearAll,
  clearFunctionFault: faults.clear,
  listFunctionOperations: operations.list,
  startFunctionOperation: operations.start,
  listFunctionExecutions: operations.listExecutions,
  readFunctionExecution: operations.readExecution,
  cancelFunctionExecution: operations.cancelExecution,
} as const
