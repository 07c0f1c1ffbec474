import { operationRows } from './entity-rows.ts'

const rows = operationRows('/components/{componentId}', 'a component', 'operations')

export const operationRoutes = {
  listOperations: rows.list,
  startOperation: rows.start,
  listExecutions: rows.listExecutions,
  readExecution: rows.readExecution,
  cancelExecution: rows.cancelExecution,
} as const
