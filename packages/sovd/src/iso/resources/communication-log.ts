import { Type } from 'typebox'
import { AnyJson, Id, UriReference } from './common.ts'

/** A recording of what is said to an entity and by it [17978-3 7.22]. */
export const CommunicationLog = Type.Object(
  {
    id: Id,
    status: Type.Enum(['active', 'inactive']),
    stream: Type.Boolean({ description: 'whether log is a stream of events' }),
    log: UriReference,
    activated: Type.Optional(Type.String({ description: 'RFC 3339' })),
    deactivated: Type.Optional(Type.String({ description: 'RFC 3339' })),
    config: Type.Optional(AnyJson),
  },
  { title: 'CommunicationLog' },
)

/** A bare array, unlike every other list of the standard. */
export const CommunicationLogList = Type.Array(CommunicationLog, { title: 'CommunicationLogList' })

export const CommunicationLogConfig = Type.Unknown({
  title: 'CommunicationLogConfig',
  description: 'kept with the log',
})

export const CommunicationLogAction = Type.Object(
  { action: Type.Enum(['activate', 'deactivate']) },
  { title: 'CommunicationLogAction' },
)
