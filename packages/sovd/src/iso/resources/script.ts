import { Type } from 'typebox'
import { AnyJson, Id, listOf, OwnSchema, UriReference } from './common.ts'
import { DataError } from './error.ts'
import { ProximityChallenge } from './operation.ts'

/** A program that a client put at an entity [17978-3 7.15]. */
const Script = Type.Object(
  {
    id: Id,
    name: Type.Optional(Type.String()),
    translation_id: Type.Optional(Type.String()),
    proximity_proof_required: Type.Boolean(),
  },
  { title: 'Script' },
)

export const ScriptList = listOf('ScriptList', Script)

export const ScriptCreated = Type.Object({ id: Id }, { title: 'ScriptCreated' })

export const ScriptDetail = Type.Object(
  {
    item: Script,
    source: Type.Optional(UriReference),
    proximity_challenge: Type.Optional(ProximityChallenge),
    ...OwnSchema,
  },
  { title: 'ScriptDetail' },
)

export const ScriptExecutionList = Type.Object({ items: Type.Array(Id) }, { title: 'ScriptExecutionList' })

export const ScriptExecutionStart = Type.Object(
  {
    execution_type: Type.Enum(['now', 'now_and_on_restart', 'on_restart', 'once_on_restart'], {
      description: 'when it is to run; a restart is one of the server that keeps the script',
    }),
    parameters: Type.Optional(Type.Unknown({ description: 'parameters of the script: any JSON value' })),
    proximity_response: Type.Optional(
      Type.String({ description: 'the signature of the proximity challenge in Base64' }),
    ),
  },
  { title: 'ScriptExecutionStart' },
)

const STATUSES = ['prepared', 'running', 'completed', 'failed', 'terminated'] as const

export const StartedScriptExecution = Type.Object(
  { id: Id, status: Type.Enum([...STATUSES]) },
  { title: 'StartedScriptExecution' },
)

export const ScriptExecution = Type.Object(
  {
    status: Type.Enum([...STATUSES]),
    last_started: Type.Optional(Type.String({ description: 'RFC 3339' })),
    result: Type.Optional(AnyJson),
    error: Type.Optional(Type.Array(DataError)),
    ...OwnSchema,
  },
  { title: 'ScriptExecution' },
)

const ACTION = Type.Enum(['stop', 'forced_termination'], {
  description: '`stop` lets it come to an end by itself; `forced_termination` ends it at once',
})

/** The template requires `capability` and describes `action`: one of them is enough. */
export const ScriptExecutionControl = Type.Object(
  { action: Type.Optional(ACTION), capability: Type.Optional(ACTION) },
  { title: 'ScriptExecutionControl' },
)
