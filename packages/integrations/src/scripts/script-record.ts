import type { EntityRef, RegisteredExecution, Script } from '@opensovd/core'
import { Type } from 'typebox'
import { Check } from 'typebox/value'

const kinds: readonly EntityRef['kind'][] = ['area', 'component', 'app', 'function', 'group']
const Entity = Type.Object({ kind: Type.Enum([...kinds]), id: Type.String() })
const Id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })

const ScriptRecord = Type.Object({
  id: Id,
  entity: Entity,
  name: Type.Optional(Type.String()),
  size: Type.Integer({ minimum: 0 }),
  createdAt: Type.String(),
})

const RegisteredRecord = Type.Object({
  id: Id,
  entity: Entity,
  scriptId: Id,
  type: Type.Enum(['now_and_on_restart', 'on_restart', 'once_on_restart']),
  parameters: Type.Optional(Type.Unknown()),
  subject: Type.Optional(Type.String()),
  permissions: Type.Optional(Type.Array(Type.String())),
})

/** What is kept of a script beside its text. */
export interface StoredScript extends Script {
  /** Bytes. */
  readonly size: number
  /** RFC 3339. */
  readonly createdAt: string
}

export function isStoredScript(value: unknown): value is StoredScript {
  return Check(ScriptRecord, value)
}

export function isRegistered(value: unknown): value is RegisteredExecution {
  return Check(RegisteredRecord, value)
}
