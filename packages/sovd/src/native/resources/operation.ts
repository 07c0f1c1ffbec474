import { type Static, Type } from 'typebox'
import { AnyJson, Id, Timestamp } from './common.ts'

export const OPERATION_STATUSES = ['idle', 'running', 'completed', 'failed', 'cancelled'] as const

export const Operation = Type.Object(
  {
    id: Id,
    componentId: Id,
    name: Type.String(),
    description: Type.Optional(Type.String()),
    status: Type.Enum([...OPERATION_STATUSES]),
  },
  { title: 'Operation' },
)

export const Execution = Type.Object(
  {
    executionId: Id,
    componentId: Id,
    operationId: Id,
    status: Type.Enum(OPERATION_STATUSES.filter((status) => status !== 'idle')),
    result: Type.Optional(AnyJson),
    progress: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    timestamp: Type.Optional(Timestamp),
    '@sovd.endedAt': Type.Optional(Timestamp),
  },
  { title: 'Execution' },
)

export const ExecutionStart = Type.Object(
  {
    params: Type.Optional(
      Type.Unknown({
        description: 'parameters of the operation: any JSON; text that begins with 0x is bytes, two hex digits each',
      }),
    ),
  },
  { title: 'ExecutionStart' },
)

export type Operation = Static<typeof Operation>
export type Execution = Static<typeof Execution>
