import { Type } from 'typebox'
import { Id, UriReference } from './common.ts'

export const ObservedUri = Type.String({
  minLength: 1,
  maxLength: 2048,
  description: 'URI of a resource of the entity that can be read as JSON: absolute, a path, or relative to the entity',
})
export const Protocol = Type.Enum(['sse'])
export const EventSchema = Type.Object({}, { description: 'JSON schema of each event; there where it is asked for' })

const Interval = Type.Enum(['fast', 'normal', 'slow'])
const duration = Type.Number({ minimum: 1, description: 'seconds from now on' })

export const SubscriptionRequest = Type.Object(
  { resource: ObservedUri, protocol: Type.Optional(Protocol), interval: Interval, duration },
  { title: 'CyclicSubscriptionRequest' },
)

export const SubscriptionUpdate = Type.Object(
  { interval: Type.Optional(Interval), duration: Type.Optional(duration) },
  { title: 'CyclicSubscriptionUpdate', minProperties: 1 },
)

export const CyclicSubscription = Type.Object(
  {
    id: Id,
    observed_resource: UriReference,
    resource: Type.String({ format: 'uri-reference', description: 'the same as observed_resource' }),
    event_source: Type.String({ format: 'uri-reference', description: 'where the events are read' }),
    protocol: Protocol,
    interval: Interval,
    expires: Type.String({ description: 'RFC 3339 time in UTC' }),
    event_schema: Type.Optional(EventSchema),
  },
  { title: 'CyclicSubscription' },
)

export const CyclicSubscriptions = Type.Object(
  { items: Type.Array(CyclicSubscription) },
  { title: 'CyclicSubscriptions' },
)
