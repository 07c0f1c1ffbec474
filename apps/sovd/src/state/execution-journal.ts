import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, type Json, type JsonObject, type Logger } from '@opensovd/base'
import type { Execution, ExecutionJournal } from '@opensovd/core'
import { RecordFile } from './record-file.ts'

export interface OpenJournal extends ExecutionJournal, AsyncDisposable {}

/** Longer ones are kept without what came of them. */
const MAX_RECORD_LENGTH = 64 * 1024

/**
 * Opens the journal of executions in a folder, which is made if it is not there. Only one gateway may use it.
 * @throws what the file system refuses with
 */
export async function openExecutionJournal(folder: string, log: Logger): Promise<OpenJournal> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = await RecordFile.open({ path: join(folder, 'executions.jsonl'), log })
  return {
    restored: file.restored.flatMap((record) => executionOf(record) ?? []),
    put: (execution) => file.put(execution.id, recordOf(execution)),
    delete: (id) => file.delete(id),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  }
}

function recordOf(execution: Execution): Json {
  const { state, ...rest } = execution
  const whole = { ...rest, state }
  if (JSON.stringify(whole).length <= MAX_RECORD_LENGTH) return whole
  const { result: _, ...bare } = { result: undefined, ...state }
  return { ...rest, state: bare }
}

const KINDS = ['area', 'component', 'app', 'function', 'group'] as const
const CAPABILITIES = /^(execute|stop|freeze|reset|x-.+)$/

/** The execution that a record is of; a record that another version made and that is none is left out. */
function executionOf(record: Json): Execution | undefined {
  if (!isJsonObject(record) || !isJsonObject(record.entity) || !isJsonObject(record.state)) return undefined
  const { id, operationId, capability, startedAt, endedAt, isRemoved, entity } = record
  const kind = KINDS.find((each) => each === entity.kind)
  const state = stateOf(record.state)
  if (kind === undefined || state === undefined || typeof entity.id !== 'string') return undefined
  if (typeof id !== 'string' || typeof operationId !== 'string' || !isTime(startedAt)) return undefined
  return {
    id,
    entity: { kind, id: entity.id },
    operationId,
    state,
    capability: isCapability(capability) ? capability : 'execute',
    startedAt,
    ...(isTime(endedAt) ? { endedAt } : {}),
    ...(isRemoved === true ? { isRemoved } : {}),
  }
}

function stateOf({ status, result, error, progress }: JsonObject): Execution['state'] | undefined {
  const outcome = result === undefined ? {} : { result }
  const far = typeof progress === 'number' ? { progress } : {}
  switch (status) {
    case 'running':
      return { status, ...far }
    case 'stopped':
      return { status, ...outcome, ...far }
    case 'completed':
      return { status, ...outcome }
    case 'failed':
      return { status, error: typeof error === 'string' ? error : 'the operation failed', ...outcome, ...far }
    default:
      return undefined
  }
}

function isTime(value: Json | undefined): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}

function isCapability(value: Json | undefined): value is Execution['capability'] {
  return typeof value === 'string' && CAPABILITIES.test(value)
}
