import { Type } from 'typebox'
import { AnyJson, UriReference } from './common.ts'

/** Whether an entity is ready, and what can be asked of it [17978-3 7.19]. */
export const EntityStatus = Type.Object(
  {
    status: Type.Enum(['ready', 'notReady']),
    start: Type.Optional(UriReference),
    restart: Type.Optional(UriReference),
    'force-restart': Type.Optional(UriReference),
    shutdown: Type.Optional(UriReference),
    'force-shutdown': Type.Optional(UriReference),
  },
  { title: 'EntityStatus' },
)

export const StatusRequest = Type.Object(
  {
    parameters: Type.Optional(AnyJson),
    signature: Type.Optional(Type.String({ description: 'accepted, and not needed' })),
  },
  { title: 'StatusRequest' },
)
