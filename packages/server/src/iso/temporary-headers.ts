import type { Diagnostics } from '@opensovd/core'
import { ISO_API, type Route } from '@opensovd/sovd'

const NONE = {}

/** Tells with what is temporary for how many seconds it can be read once it is over [17978-3 7.3]. */
export function temporaryHeaders({ executions, dataLists, events, scripts }: Diagnostics) {
  const { startExecution, readExecution, controlExecution, createDataList, readDataList } = ISO_API
  const { createSubscription, readSubscription, updateSubscription } = ISO_API
  const { createTrigger, readTrigger, updateTrigger } = ISO_API
  const { startScript, readScriptExecution } = ISO_API
  const headers = new Map<Route, Readonly<Record<string, string>>>([
    ...kept(executions.retentionMs, startExecution, readExecution, controlExecution),
    ...kept(scripts.retainMs, startScript, readScriptExecution),
    ...kept(dataLists.retainMs, createDataList, readDataList),
    ...kept(events.subscriptions.retainMs, createSubscription, readSubscription, updateSubscription),
    ...kept(events.triggers.retainMs, createTrigger, readTrigger, updateTrigger),
  ])
  return (row: Route): Readonly<Record<string, string>> => headers.get(row) ?? NONE
}

/** Rows that answer with something that is kept for so long. */
function kept(retainMs: number, ...rows: readonly Route[]) {
  const headers = { 'x-sovd-retention-timeout': String(Math.ceil(retainMs / 1000)) }
  return rows.map((row) => [row, headers] as const)
}
