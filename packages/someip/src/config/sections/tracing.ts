import { list, object, obsolete } from '../compounds.ts'
import { atName, dropEntry, type Field, type Found, type Infer, mapped } from '../field.ts'
import { type Problems, quote } from '../problems.ts'
import { choice, flag, integer, text } from '../scalars.ts'

export interface TracingConfiguration {
  readonly enabled: boolean
  readonly sdEnabled: boolean
  /** Besides the channel `TC`, which there always is. */
  readonly channels: readonly { readonly id: string; readonly name: string }[]
  readonly filters: readonly TraceFilter[]
}

export interface TraceFilter {
  /** Ids of the channels that the filter is for. */
  readonly channels: readonly string[]
  readonly type: (typeof TRACE_FILTER_TYPES)[number]
  readonly matches:
    | { readonly kind: 'each'; readonly messages: readonly TracedMessage[] }
    | { readonly kind: 'range'; readonly from: TracedMessage; readonly to: TracedMessage }
}

export const TRACE_FILTER_TYPES = ['positive', 'negative', 'header-only'] as const

/** 0xFFFF: any. */
export interface TracedMessage {
  readonly serviceId: number
  readonly instanceId: number
  readonly methodId: number
}

const DEFAULT_CHANNEL = 'TC'
const ANY = 0xffff

const anyId = (meaning: string) =>
  integer({ notation: 'decimal or 0x', words: { any: ANY }, default: ANY, defaultText: 'any', meaning })

const messageField = (meaning: string): Field<TracedMessage> =>
  mapped(
    object(
      { service: anyId('service id'), instance: anyId('instance id'), method: anyId('method or event id') },
      { meaning, shorthand: 'service' },
    ),
    ({ service, instance, method }) => ({ serviceId: service, instanceId: instance, methodId: method }),
  )

const messageList = (meaning: string) => list(messageField('messages'), { meaning })

const rangeField = object(
  { from: messageField('lowest ids'), to: messageField('highest ids') },
  { meaning: 'messages whose ids are all between those of two messages' },
)

/** A list of messages, or an object with the two ends of a range. */
const matchesField: Field<TraceFilter['matches'] | undefined> = {
  doc: { ...messageList('what the filter is for, in place of the list also a range').doc, type: 'list, or object' },
  inner: { ...messageList('').inner, ...rangeField.inner },
  read(found, problems) {
    const one = found.at(-1)
    if (one === undefined) return undefined
    if (one.node.kind !== 'object') return { kind: 'each', messages: messageList('').read([one], problems) }
    const names = one.node.entries.map(({ name }) => name)
    if (names.includes('from') && names.includes('to')) return { kind: 'range', ...rangeField.read([one], problems) }
    return dropEntry([one], problems, 'a range needs "from" and "to"')
  },
}

const filterKeys = object(
  {
    channel: list(text({ default: '', meaning: 'id of a channel' }), {
      meaning: 'channels that the filter is for; without any `TC`',
      orOne: true,
    }),
    type: choice({
      choices: TRACE_FILTER_TYPES,
      otherwise: 'positive',
      default: 'positive',
      meaning: 'trace matching messages, do not trace them, or trace their headers',
    }),
    matches: matchesField,
    services: messageList('services that the filter is for'),
    methods: obsolete('filters do not look at it; give `matches`'),
    clients: obsolete('filters do not look at it; give `matches`'),
  },
  { meaning: 'one filter' },
)

const filterField = mapped(filterKeys, (values, found): PlacedFilter => {
  const messages = [...values.services, ...(values.matches?.kind === 'each' ? values.matches.messages : [])]
  const matches = values.matches?.kind === 'range' ? values.matches : ({ kind: 'each', messages } as const)
  const channels = values.channel.length === 0 ? [DEFAULT_CHANNEL] : values.channel
  return { filter: { channels, type: values.type, matches }, found }
})

interface PlacedFilter {
  readonly filter: TraceFilter
  readonly found: readonly Found[]
}

const keys = object(
  {
    enable: flag({ default: false, meaning: 'trace messages', repeat: 'first' }),
    sd_enable: flag({ default: false, meaning: 'trace messages of service discovery, too', repeat: 'first' }),
    channels: list(
      object(
        { id: text({ default: '', meaning: 'id of the channel' }), name: text({ default: '', meaning: 'its name' }) },
        { meaning: 'one channel' },
      ),
      { meaning: 'where messages are traced to, besides `TC`', repeat: 'last' },
    ),
    filters: list(filterField, {
      meaning: 'what is traced; without a positive filter all that no negative one matches',
    }),
  },
  { meaning: 'the trace of messages' },
)

export const tracingField: Field<TracingConfiguration> = mapped(keys, toTracing)

function toTracing(
  { enable: enabled, sd_enable: sdEnabled, channels, filters }: Infer<typeof keys>,
  _found: readonly Found[],
  problems: Problems,
): TracingConfiguration {
  const ids = new Set([DEFAULT_CHANNEL, ...channels.map(({ id }) => id)])
  for (const { filter, found } of filters) {
    const missing = filter.channels.filter((id) => !ids.has(id))
    for (const one of missing.length === 0 ? [] : found) {
      const message = `there is no channel with the id ${missing.map(quote).join(', ')}; the filter has no effect there`
      problems.report('no-effect', atName(one), message)
    }
  }
  return { enabled, sdEnabled, channels, filters: filters.map(({ filter }) => filter) }
}
