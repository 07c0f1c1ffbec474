import { type Static, Type } from 'typebox'
import { AnyJson, Id, UriReference } from './common.ts'
import { GenericError } from './error.ts'
import { EventSchema, ObservedUri, Protocol } from './subscription.ts'

const bound = (which: string) => Type.Number({ description: `${which} end of the range, which belongs to it` })

/** When a trigger fires [17978-3 7.11]. */
export const TriggerCondition = Type.Union(
  [
    Type.Object({ condition_type: Type.Literal('OnChange') }),
    Type.Object({ condition_type: Type.Literal('OnChangeTo'), value: AnyJson }),
    Type.Object({
      condition_type: Type.Enum(['EnterRange', 'LeaveRange']),
      lower_bound: bound('lower'),
      upper_bound: bound('upper'),
    }),
  ],
  { title: 'TriggerCondition' },
)

export const TriggerLogSettings = Type.Object(
  {
    log_severity: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug']),
    log_resource: Type.Optional(Type.Boolean({ description: 'whether the entry has the value of the resource' })),
    log_trigger_condition: Type.Optional(Type.Boolean({ description: 'whether the entry has the condition' })),
    log_marker_text: Type.Optional(Type.String({ maxLength: 1024, description: 'the message of the entry' })),
  },
  { title: 'TriggerLogSettings', description: 'the entry that is written into the log of the entity' },
)

const lifetime = Type.Number({ minimum: 1, description: 'seconds from now on' })

const wanted = {
  path: Type.Optional(
    Type.String({ maxLength: 1024, description: 'JSON pointer to what counts of the resource; default: all of it' }),
  ),
  trigger_condition: TriggerCondition,
  log_settings: Type.Optional(TriggerLogSettings),
  multishot: Type.Optional(Type.Boolean({ description: 'whether it fires more than once; default: no' })),
  persistent: Type.Optional(Type.Boolean({ description: 'whether it outlives a restart; default: no' })),
} as const

export const TriggerRequest = Type.Object(
  { resource: ObservedUri, protocol: Type.Optional(Protocol), ...wanted, lifetime: Type.Optional(lifetime) },
  { title: 'TriggerRequest' },
)

export const TriggerUpdate = Type.Object({ lifetime }, { title: 'TriggerUpdate' })

export const Trigger = Type.Object(
  {
    id: Id,
    observed_resource: UriReference,
    event_source: Type.String({ format: 'uri-reference', description: 'where the events are read' }),
    status: Type.Enum(['active', 'terminated']),
    protocol: Protocol,
    ...wanted,
    expires: Type.String({ description: 'RFC 3339 time in UTC' }),
    last_error: Type.Optional(GenericError),
    event_schema: Type.Optional(EventSchema),
  },
  { title: 'Trigger' },
)

export const Triggers = Type.Object({ items: Type.Array(Trigger) }, { title: 'Triggers' })

export type TriggerCondition = Static<typeof TriggerCondition>
export type TriggerLogSettings = Static<typeof TriggerLogSettings>
