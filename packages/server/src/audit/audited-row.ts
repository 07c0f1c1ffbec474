import type { AuditAction } from '@opensovd/core'
import type { Method, ResourceCollection, Route } from '@opensovd/sovd'

/** What is noted of the requests of a row, as far as the row tells. */
export interface AuditedRow {
  readonly action: AuditAction
  /** Template of the resource: what follows the entity, or else the whole path. */
  readonly resource: string
}

/** By the last word of the path, where what is done is not what is usual for the collection. */
const BY_LAST_WORD: Readonly<Record<string, AuditAction>> = {
  'bulk-write': 'bulkWrite',
  io: 'ioControl',
  raw: 'executeOperation',
  memory: 'writeMemory',
  flash: 'flashStart',
  connect: 'connect',
  disconnect: 'disconnect',
  'security-access': 'writeData',
  'proximity-challenge': 'proximityChallenge',
  forward: 'executeOperation',
  sessions: 'disconnect',
}

const BY_COLLECTION: Readonly<Record<ResourceCollection, AuditAction>> = {
  'bulk-data': 'writeData',
  'clear-data': 'writeData',
  'communication-logs': 'writeConfig',
  configurations: 'writeConfig',
  'cyclic-subscriptions': 'writeConfig',
  data: 'writeData',
  'data-lists': 'writeConfig',
  faults: 'clearFaults',
  logs: 'writeConfig',
  modes: 'setMode',
  operations: 'executeOperation',
  scripts: 'writeData',
  status: 'setMode',
  triggers: 'writeConfig',
  updates: 'installPackage',
}

const ENTITY = /^(?:\/x-uds)?\/(?:(?:components|groups|apps|funcs|areas)\/\{\w+\}|\{entityCollection\}\/\{entityId\})\//

/** What is noted of all requests of a row; `undefined` where only refusals are. */
export function auditedRowOf(row: Route): AuditedRow | undefined {
  const { path, method, mutates, audited = mutates === undefined ? 'refusals' : 'all' } = row
  if (audited === 'refusals') return undefined
  const resource = path.replace(ENTITY, '').replace(/^\//, '')
  if (mutates === undefined) return { action: 'readData', resource }
  return { action: actionOf(path, method, mutates), resource: resource.endsWith('connect') ? 'session' : resource }
}

function actionOf(path: string, method: Method, mutates: ResourceCollection | false): AuditAction {
  const words = path.split('/').filter((word) => !word.startsWith('{'))
  const last = words.at(-1) ?? ''
  const special = BY_LAST_WORD[last]
  if (special) return special
  if (last === 'lock' || last === 'locks') return method === 'DELETE' ? 'releaseLock' : 'acquireLock'
  if (last === 'executions') return method === 'DELETE' ? 'cancelExecution' : 'executeOperation'
  return mutates === false ? 'writeData' : BY_COLLECTION[mutates]
}

/** The template with the values of its parameters. */
export function filled(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '')
}
