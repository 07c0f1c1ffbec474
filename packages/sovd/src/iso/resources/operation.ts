import { type Static, Type } from 'typebox'
import { AnyJson, Id, listOf, OwnSchema, Texts } from './common.ts'
import { DataError } from './error.ts'

export const EXECUTION_STATUSES = ['running', 'completed', 'failed', 'stopped'] as const

export const Operation = Type.Object(
  {
    id: Id,
    name: Type.Optional(Type.String()),
    translation_id: Type.Optional(Type.String()),
    proximity_proof_required: Type.Boolean(),
    asynchronous_execution: Type.Boolean(),
    tags: Type.Optional(Texts),
  },
  { title: 'Operation' },
)

export const ProximityChallenge = Type.Object(
  {
    challenge: Type.String({ description: 'the text to sign' }),
    valid_until: Type.String({ description: 'RFC 3339' }),
  },
  { title: 'ProximityChallenge' },
)

export const ListedOperation = Type.Object(
  { ...Operation.properties, proximity_challenge: Type.Optional(ProximityChallenge) },
  { title: 'ListedOperation' },
)

export const OperationList = listOf('OperationList', ListedOperation)

export const OperationDetail = Type.Object(
  { item: Operation, proximity_challenge: Type.Optional(ProximityChallenge), ...OwnSchema },
  { title: 'OperationDetail' },
)

export const ExecutionList = Type.Object({ items: Type.Array(Id) }, { title: 'ExecutionList' })

const orders = {
  timeout: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 604_800,
      description: 'seconds; what is not over by then is stopped and has failed',
    }),
  ),
  parameters: Type.Optional(Type.Unknown({ description: 'parameters of the operation: any JSON value' })),
  proximity_response: Type.Optional(Type.String({ description: 'the signature of the proximity challenge in Base64' })),
} as const

export const ExecutionStart = Type.Object(orders, { title: 'ExecutionStart' })

export const ExecutionControl = Type.Object(
  { capability: Type.String({ pattern: '^(execute|stop|freeze|reset|status|x-.+)$' }), ...orders },
  { title: 'ExecutionControl' },
)

export const StartedExecution = Type.Object(
  { id: Id, status: Type.Enum([...EXECUTION_STATUSES]) },
  { title: 'StartedExecution' },
)

export const Execution = Type.Object(
  {
    capability: Type.String(),
    status: Type.Enum([...EXECUTION_STATUSES]),
    parameters: Type.Optional(AnyJson),
    error: Type.Optional(Type.Array(DataError)),
    ...OwnSchema,
  },
  { title: 'Execution' },
)

export type Operation = Static<typeof Operation>
export type Execution = Static<typeof Execution>
