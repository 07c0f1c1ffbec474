import { list, object } from '../compounds.ts'
import { dropEntry, type Field, type Infer, mapped } from '../field.ts'
import { toMap } from '../keyed.ts'
import { id, serviceInstanceKey } from '../ranges.ts'
import { flag, integer } from '../scalars.ts'

/** Which notifications of an event a receiver is shown: changes, and one in each interval. */
export interface DebounceFilter {
  readonly onChange: boolean
  readonly onChangeResetsInterval: boolean
  /** Undefined: time alone never lets a notification pass. */
  readonly intervalMs: number | undefined
  /** By byte index: the bits that do not count as a change. */
  readonly ignoredBits: ReadonlyMap<number, number>
}

/** By `serviceInstanceKey`, then by event id. */
export type DebounceFilters = ReadonlyMap<number, ReadonlyMap<number, DebounceFilter>>

const NEVER = -1

const ignoredByte = mapped(
  object(
    {
      index: integer({ type: 'uint64', meaning: 'index of the byte' }),
      mask: integer({
        type: 'int32',
        notation: 'hex',
        default: 0xff,
        defaultText: 'FF',
        meaning: 'bits of the byte that do not count',
      }),
    },
    { meaning: 'a byte that does not count as a change', shorthand: 'index' },
  ),
  ({ index, mask }, found, problems) =>
    index === undefined ? dropEntry(found, problems, 'an ignored byte needs "index"') : { index, mask: mask & 0xff },
)

const eventKeys = object(
  {
    event: id('event id'),
    on_change: flag({ default: false, meaning: 'let a changed notification pass' }),
    on_change_resets_interval: flag({ default: false, meaning: 'let a change start the interval anew' }),
    ignore: list(ignoredByte, { meaning: 'bytes that do not count as a change' }),
    interval: integer({
      type: 'int32',
      words: { never: NEVER },
      default: NEVER,
      defaultText: 'never',
      meaning: 'milliseconds after which a notification passes',
    }),
    send_current_value_after: flag({
      default: false,
      meaning: 'send the last value when the interval ends',
      noEffect: 'vsomeip 3.7 does not support it, either',
    }),
  },
  { meaning: 'the filter of one event' },
)

const eventField = mapped(eventKeys, (values, found, problems) => {
  if (values.event === 0) return dropEntry(found, problems, 'a filter needs "event"')
  return { key: values.event, value: toFilter(values), found }
})

const serviceField = mapped(
  object(
    { service: id('service id'), instance: id('instance id'), events: list(eventField, { meaning: 'the filters' }) },
    { meaning: 'the filters of one service instance' },
  ),
  ({ service, instance, events }, found, problems) => {
    if (service === 0 || instance === 0 || events.length === 0) {
      return dropEntry(found, problems, 'filters need "service", "instance" and "events"')
    }
    return { key: serviceInstanceKey(service, instance), value: toMap(events, 'first', problems), found }
  },
)

/** Filters for `of`; `repeat` says which ones of a service instance count if there are several. */
export function debounceField(of: string, repeat: 'first' | 'last'): Field<DebounceFilters> {
  const filters = list(serviceField, { meaning: `which notifications pass to ${of}` })
  return mapped(filters, (services, _found, problems) => toMap(services, repeat, problems))
}

function toFilter(values: Infer<typeof eventKeys>): DebounceFilter {
  return {
    onChange: values.on_change,
    onChangeResetsInterval: values.on_change_resets_interval,
    intervalMs: values.interval < 0 ? undefined : values.interval,
    ignoredBits: new Map(values.ignore.map(({ index, mask }) => [index, mask])),
  }
}
