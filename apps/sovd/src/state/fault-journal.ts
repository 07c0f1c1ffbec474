import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Json, type Logger, parseJson } from '@opensovd/base'
import type { FaultJournal, KeptFault } from '@opensovd/core'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import { RecordFile } from './record-file.ts'

export interface OpenFaultJournal extends FaultJournal, AsyncDisposable {}

const Id = Type.String({ pattern: '^[A-Za-z0-9_.-]{1,128}$' })
const Count = Type.Integer({ minimum: 0 })
/** Milliseconds since 1970 that are a time. */
const Instant = Type.Number({ minimum: -8.64e15, maximum: 8.64e15 })

const Record = Type.Object({
  fault: Type.Object({
    componentId: Id,
    faultId: Id,
    source: Type.String(),
    severity: Type.Enum(['Fatal', 'Error', 'Warn', 'Info', 'Debug']),
    description: Type.Optional(Type.String()),
    phase: Type.Enum(['active', 'passive']),
    confirmed: Type.Boolean(),
    healed: Type.Boolean(),
    passes: Count,
    occurrences: Count,
    firstSeenAtMs: Type.Optional(Instant),
    lastSeenAtMs: Type.Optional(Instant),
    agedCycles: Count,
    failedThisCycle: Type.Boolean(),
    testedThisCycle: Type.Boolean(),
    environment: Type.Optional(Type.String()),
  }),
  healedAtMs: Type.Optional(Instant),
})

/**
 * Opens the journal of reported faults in a folder, which is made if it is not there. Only one gateway may use it.
 * @throws what the file system refuses with
 */
export async function openFaultJournal(folder: string, log: Logger): Promise<OpenFaultJournal> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = await RecordFile.open({ path: join(folder, 'faults.jsonl'), log })
  return {
    restored: file.restored.flatMap((record) => keptFaultIn(record) ?? []),
    put: ({ fault, ...rest }) => file.put(idOf(fault), { fault: { ...fault }, ...rest }),
    delete: (fault) => file.delete(idOf(fault)),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  }
}

/** The fault that a record is of; a record that another version made and that is none is left out. */
function keptFaultIn(record: Json): KeptFault | undefined {
  return Check(Record, record) && isJson(record.fault.environment ?? 'null') ? record : undefined
}

function isJson(text: string): boolean {
  try {
    parseJson(text)
    return true
  } catch {
    return false
  }
}

function idOf({ componentId, faultId }: Pick<KeptFault['fault'], 'componentId' | 'faultId'>): string {
  return `${componentId}/${faultId}`
}
