import { Type } from 'typebox'
import { AnyJson } from './common.ts'
import { GenericError } from './error.ts'

/** What each event of a subscription or of a trigger is [17978-3 7.10, 7.11]. */
export const EventEnvelope = Type.Object(
  {
    timestamp: Type.String({ description: 'RFC 3339 time in UTC; when the value was had' }),
    payload: Type.Optional(AnyJson),
    error: Type.Optional(GenericError),
  },
  { title: 'EventEnvelope', description: 'either the value of the resource, or why it could not be had' },
)
