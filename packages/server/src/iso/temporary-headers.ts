import type { Diagnostics } from '@opensovd/core'
import { ISO_API, type Route } from '@opensovd/sovd'
import type { HeadersOf } from '../contract.ts'
import { entityAt } from './entities.ts'

const NONE = {}

/** Tells with what is temporary for how many seconds it can be read once it is over [17978-3 7.3]. */
export function temporaryHeaders(diagnostics: Diagnostics): (row: Route) => HeadersOf | undefined {
  const { tree, executions, dataLists, events, scripts, communicationLogs } = diagnostics
  const { startExecution, readExecution, controlExecution, createDataList, readDataList } = ISO_API
  const { createSubscription, readSubscription, updateSubscription } = ISO_API
  const { createTrigger, readTrigger, updateTrigger } = ISO_API
  const { startScript, readScriptExecution, createCommunicationLog, readCommunicationLog } = ISO_API
  const at = ({ entityCollection = '', entityId = '' }: Params) => entityAt(tree, { entityCollection, entityId })
  const ofScripts: HeadersOf = (params) => retained(scripts.at(at(params)).retainMs)
  const ofLogs: HeadersOf = (params) => retained(communicationLogs.at(at(params)).retainMs)
  const headers = new Map<Route, HeadersOf>([
    ...kept(executions.retentionMs, startExecution, readExecution, controlExecution),
    ...kept(dataLists.retainMs, createDataList, readDataList),
    ...kept(events.subscriptions.retainMs, createSubscription, readSubscription, updateSubscription),
    ...kept(events.triggers.retainMs, createTrigger, readTrigger, updateTrigger),
    [startScript, ofScripts],
    [readScriptExecution, ofScripts],
    [createCommunicationLog, ofLogs],
    [readCommunicationLog, ofLogs],
  ])
  return (row) => headers.get(row)
}

type Params = Parameters<HeadersOf>[0]

/** Rows that answer with something that is kept for so long. */
function kept(retainMs: number, ...rows: readonly Route[]) {
  const headers = retained(retainMs)
  return rows.map((row) => [row, () => headers] as const)
}

/** Nothing where it is not known for how long. */
function retained(retainMs: number | undefined): Readonly<Record<string, string>> {
  return retainMs === undefined ? NONE : { 'x-sovd-retention-timeout': String(Math.ceil(retainMs / 1000)) }
}
