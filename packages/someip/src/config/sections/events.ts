import { list, object, obsolete } from '../compounds.ts'
import { dropEntry, type Field, mapped, optional } from '../field.ts'
import { toMap } from '../keyed.ts'
import { id } from '../ranges.ts'
import { address, flag, integer } from '../scalars.ts'

export interface EventConfiguration {
  readonly eventId: number
  readonly isField: boolean
  /** Which transport carries the event; unknown if its service has no port. */
  readonly reliability: Reliability
  /** 0: time alone never sends the event. */
  readonly cycleMs: number
  readonly changeResetsCycle: boolean
  readonly updateOnChange: boolean
}

export type Reliability = 'reliable' | 'unreliable' | 'unknown'

export interface EventgroupConfiguration {
  readonly eventgroupId: number
  readonly eventIds: readonly number[]
  readonly multicast: { readonly address: string; readonly port: number } | undefined
  /** From how many UDP subscribers on notifications are sent by multicast; 0: never. */
  readonly threshold: number
}

/** An event before it is known which transports its service has. */
export type GivenEvent = Omit<EventConfiguration, 'reliability'> & { readonly isReliable: boolean | undefined }

const eventKeys = object(
  {
    event: id('event id'),
    is_field: flag({ default: false, meaning: 'whether the event notifies of a field' }),
    is_reliable: flag({
      meaning: 'whether TCP carries the event, not UDP',
      defaultText: 'false if the service has a UDP port',
    }),
    cycle: integer({ type: 'uint32', default: 0, meaning: 'milliseconds between two notifications; 0: no cycle' }),
    change_resets_cycle: flag({ default: false, meaning: 'let a change start the cycle anew' }),
    update_on_change: flag({ default: true, meaning: 'notify of a change at once' }),
    'update-cycle': obsolete('it is written in older files; `cycle` is what counts'),
  },
  { meaning: 'one event' },
)

const eventField = mapped(eventKeys, (values, found, problems) => {
  const { event: eventId, is_field: isField, is_reliable: isReliable, cycle: cycleMs } = values
  if (eventId === 0) return dropEntry(found, problems, 'an event needs "event"')
  const { change_resets_cycle: changeResetsCycle, update_on_change: updateOnChange } = values
  const value: GivenEvent = { eventId, isField, isReliable, cycleMs, changeResetsCycle, updateOnChange }
  return { key: eventId, value, found }
})

export const eventsField: Field<ReadonlyMap<number, GivenEvent>> = mapped(
  list(eventField, { meaning: 'events of the service; the first one of an id counts' }),
  (events, _found, problems) => toMap(events, 'first', problems),
)

const multicastField = mapped(
  object(
    {
      address: address({ meaning: 'multicast address' }),
      port: integer({ default: 0, defaultText: '', meaning: 'multicast port; decimal only' }),
    },
    { meaning: 'where notifications go when there are `threshold` subscribers' },
  ),
  ({ address, port }, found, problems) =>
    address === undefined || port === 0
      ? dropEntry(found, problems, 'multicast needs "address" and "port"')
      : { address, port },
)

const eventgroupField = mapped(
  object(
    {
      eventgroup: id('eventgroup id'),
      events: list(
        mapped(id('event id'), (eventId, found, problems) =>
          eventId === 0 ? dropEntry(found, problems, 'an event id must not be 0') : eventId,
        ),
        { meaning: 'events of the group' },
      ),
      multicast: optional(multicastField),
      threshold: integer({
        type: 'uint8',
        default: 0,
        meaning: 'number of UDP subscribers from which notifications go by multicast; 0: never',
      }),
      is_multicast: obsolete('`multicast` and `threshold` say when multicast is used'),
    },
    { meaning: 'one eventgroup' },
  ),
  ({ eventgroup: eventgroupId, events: eventIds, multicast, threshold }, found, problems) => {
    if (eventgroupId === 0) return dropEntry(found, problems, 'an eventgroup needs "eventgroup"')
    return { key: eventgroupId, value: { eventgroupId, eventIds, multicast, threshold }, found }
  },
)

export const eventgroupsField: Field<ReadonlyMap<number, EventgroupConfiguration>> = mapped(
  list(eventgroupField, { meaning: 'eventgroups of the service; the last one of an id counts' }),
  (eventgroups, _found, problems) => toMap(eventgroups, 'last', problems),
)

/** The events of a service, those that only an eventgroup names included, with the transport that carries them. */
export function completeEvents(
  given: ReadonlyMap<number, GivenEvent>,
  eventgroups: Iterable<EventgroupConfiguration>,
  usual: Reliability,
): ReadonlyMap<number, EventConfiguration> {
  const events = new Map<number, EventConfiguration>()
  for (const { isReliable, ...event } of given.values()) {
    const reliability = isReliable === undefined ? usual : isReliable ? 'reliable' : 'unreliable'
    events.set(event.eventId, { ...event, reliability })
  }
  for (const eventId of [...eventgroups].flatMap((group) => group.eventIds)) {
    if (!events.has(eventId)) events.set(eventId, plainEvent(eventId, usual))
  }
  return events
}

function plainEvent(eventId: number, reliability: Reliability): EventConfiguration {
  return { eventId, isField: false, reliability, cycleMs: 0, changeResetsCycle: false, updateOnChange: true }
}
