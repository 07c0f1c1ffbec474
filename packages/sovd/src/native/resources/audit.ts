import { Type } from 'typebox'
import { Timestamp } from './common.ts'

/** What a request was about to do. */
export const AUDIT_ACTIONS = [
  'readData',
  'writeData',
  'bulkRead',
  'bulkWrite',
  'readFaults',
  'clearFaults',
  'executeOperation',
  'cancelExecution',
  'acquireLock',
  'releaseLock',
  'readConfig',
  'writeConfig',
  'listSoftwarePackages',
  'installPackage',
  'proximityChallenge',
  'setMode',
  'connect',
  'disconnect',
  'authSuccess',
  'authFailure',
  'authzDenied',
  'ioControl',
  'flashStart',
  'readMemory',
  'writeMemory',
] as const

export const AUDIT_OUTCOMES = ['success', 'denied', 'error'] as const

export const AuditActionName = Type.Enum([...AUDIT_ACTIONS], { description: 'what was to be done' })

export const AuditOutcomeName = Type.Enum([...AUDIT_OUTCOMES], { description: 'what came of it' })

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })

export const AuditEntryBody = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    timestamp: Timestamp,
    caller: Type.String(),
    tenant: Type.Optional(Type.String({ description: 'on whose behalf, where the vehicle is shared' })),
    action: AuditActionName,
    target: Type.String({ description: 'such as component/bms or vehicle' }),
    resource: Type.String({ description: 'what of the target' }),
    method: Type.String(),
    outcome: AuditOutcomeName,
    detail: Type.Optional(Type.String()),
    trace_id: Type.Optional(Type.String()),
    prev_hash: Type.String({ description: 'the hash of the entry before; genesis for the first' }),
    hash: Hash,
  },
  {
    title: 'AuditEntry',
    description: 'hash is the SHA-256 of the entry without it, as canonical JSON (RFC 8785)',
  },
)

export const ChainIntegrityBody = Type.Union([
  Type.Object({ status: Type.Literal('ok'), verified_entries: Type.Integer({ minimum: 0 }) }),
  Type.Object({ status: Type.Literal('broken'), error: Type.String() }),
])

export const AuditExport = Type.Object(
  {
    '@odata.context': Type.Literal('$metadata#audit-export'),
    exportedAt: Timestamp,
    entryCount: Type.Integer({ minimum: 0 }),
    chainIntegrity: ChainIntegrityBody,
    serverVersion: Type.String(),
    entries: Type.Array(AuditEntryBody),
  },
  { title: 'AuditExport' },
)
