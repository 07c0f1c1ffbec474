import { Type } from 'typebox'
import { OwnSchema, UriReference } from './common.ts'
import { GenericError } from './error.ts'

/** What an entity can be asked to forget [17978-3 7.13]. */
export const ClearDataCapabilities = Type.Object(
  {
    status: UriReference,
    'cached-data': Type.Optional(UriReference),
    'learned-data': Type.Optional(UriReference),
    'client-defined-resources': Type.Optional(UriReference),
  },
  { title: 'ClearDataCapabilities' },
)

export const ClearDataStatus = Type.Object(
  {
    status: Type.Enum(['running', 'completed', 'failed', 'notRequested']),
    type: Type.Optional(Type.Enum(['cached-data', 'learned-data', 'client-defined-resources'])),
    last_started: Type.Optional(Type.String({ description: 'RFC 3339' })),
    progress: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    error: Type.Optional(GenericError),
    ...OwnSchema,
  },
  { title: 'ClearDataStatus' },
)
