import { Type } from 'typebox'
import { AnyJson, Id, OwnSchema, UriReference } from './common.ts'
import { GenericError } from './error.ts'

export const UpdateList = Type.Object({ items: Type.Array(Id), ...OwnSchema }, { title: 'UpdateList' })

/** What a client says of a new update, as the provider of updates has it. */
export const UpdateRegistration = Type.Record(Type.String(), AnyJson, { title: 'UpdateRegistration' })

export const UpdateCreated = Type.Object({ id: Id }, { title: 'UpdateCreated' })

/** What an update brings, and what it takes [17978-3 7.18]. */
export const UpdateDetail = Type.Object(
  {
    id: Id,
    update_name: Type.String(),
    size: Type.Number({ minimum: 0, description: 'kilobytes' }),
    automated: Type.Optional(Type.Boolean()),
    origin: Type.Optional(Type.Enum(['remote', 'proximity'])),
    notes: Type.Optional(Type.String()),
    user_activity: Type.Optional(Type.String()),
    preconditions: Type.Optional(Type.String()),
    execution_conditions: Type.Optional(Type.String()),
    duration: Type.Optional(Type.Number({ minimum: 0, description: 'seconds' })),
    updated_components: Type.Optional(Type.Array(UriReference)),
    affected_components: Type.Optional(Type.Array(UriReference)),
    'x-opensovd-version': Type.Optional(Type.String()),
    ...OwnSchema,
  },
  { title: 'UpdateDetail' },
)

const UPDATE_STATES = ['pending', 'inProgress', 'failed', 'completed']

export const UpdateStatus = Type.Object(
  {
    phase: Type.Enum(['prepare', 'execute']),
    status: Type.Enum(UPDATE_STATES),
    progress: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    subprogress: Type.Optional(
      Type.Array(
        Type.Object({
          entity: UriReference,
          status: Type.Enum(UPDATE_STATES),
          progress: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
          error: Type.Optional(GenericError),
        }),
      ),
    ),
    step: Type.Optional(Type.String()),
    error: Type.Optional(GenericError),
  },
  { title: 'UpdateStatus' },
)

export const UPDATE_FILTER = {
  'target-version': Type.Optional(Type.String({ description: 'Only updates to this version.' })),
  origin: Type.Optional(Type.Enum(['remote', 'proximity'], { description: 'Only updates that come this way.' })),
} as const
