import type { Diagnostics } from '@opensovd/core'
import { ISO_API, type Route } from '@opensovd/sovd'

const NONE = {}

/** Rows that answer with an execution. */
const OF_EXECUTIONS: ReadonlySet<Route> = new Set<Route>([
  ISO_API.startExecution,
  ISO_API.readExecution,
  ISO_API.controlExecution,
])

const OF_DATA_LISTS: ReadonlySet<Route> = new Set<Route>([ISO_API.createDataList, ISO_API.readDataList])

/** Tells with what is temporary for how many seconds it can be read once it is over [17978-3 7.3]. */
export function temporaryHeaders({ executions, dataLists }: Diagnostics) {
  const ofExecutions = { 'x-sovd-retention-timeout': String(Math.ceil(executions.retentionMs / 1000)) }
  const ofDataLists = { 'x-sovd-retention-timeout': String(Math.ceil(dataLists.retainMs / 1000)) }
  return (row: Route): Readonly<Record<string, string>> => {
    if (OF_DATA_LISTS.has(row)) return ofDataLists
    return OF_EXECUTIONS.has(row) ? ofExecutions : NONE
  }
}
