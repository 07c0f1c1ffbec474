import { list, object } from '../compounds.ts'
import { dropEntry, type Field, mapped } from '../field.ts'
import type { Range } from '../ranges.ts'
import { integer } from '../scalars.ts'

/** Events whose absence is not logged. */
export interface SuppressedEvents {
  /** 0xFFFF: any. */
  readonly serviceId: number
  /** 0xFFFF: any. */
  readonly instanceId: number
  readonly events: readonly Range[]
}

const ANY = 0xffff
const ALL_EVENTS: Range = { first: 0, last: ANY }

const anyId = (meaning: string) =>
  integer({ notation: 'decimal or 0x', words: { any: ANY }, default: ANY, defaultText: 'any', meaning })

const eventsField = mapped(
  object(
    { first: anyId('lowest event id'), last: anyId('highest event id') },
    { meaning: 'an event id, or a range of them', shorthand: 'first' },
  ),
  ({ first, last }, found, problems): Range | undefined => {
    if (found[0]?.node.kind === 'scalar') return first === ANY ? ALL_EVENTS : { first, last: first }
    if (first === ANY || last === ANY || last < first) {
      return dropEntry(found, problems, 'a range needs "first" and a "last" that is not below')
    }
    return { first, last }
  },
)

export const suppressedEventsField: Field<readonly SuppressedEvents[]> = list(
  mapped(
    object(
      {
        service: anyId('service id'),
        instance: anyId('instance id'),
        events: list(eventsField, { meaning: 'the events; none: all', orOne: true }),
      },
      { meaning: 'events of one service instance' },
    ),
    ({ service, instance, events }) => ({
      serviceId: service,
      instanceId: instance,
      events: events.length === 0 ? [ALL_EVENTS] : events,
    }),
  ),
  { meaning: 'events that may be missing without a log line' },
)
