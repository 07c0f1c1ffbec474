import { DEFAULT_NPDU_TIMING, type NpduTiming } from '../../npdu/collector.ts'
import { object, record } from '../compounds.ts'
import { atName, type Field, type Infer, mapped } from '../field.ts'
import { INTEGER_TYPES, readInteger } from '../integer-text.ts'
import { quote } from '../problems.ts'
import { hex4 } from '../ranges.ts'
import { integer } from '../scalars.ts'

export interface NpduDefaults {
  readonly requests: NpduTiming
  readonly responses: NpduTiming
}

/** By method id; responses also by event id. */
export interface NpduConfiguration {
  readonly requests: ReadonlyMap<number, NpduTiming>
  readonly responses: ReadonlyMap<number, NpduTiming>
}

const defaultTime = (milliseconds: number, meaning: string) =>
  integer({ type: 'uint64', reader: 'strtoull', default: milliseconds, meaning: `milliseconds; ${meaning}` })

const keys = object(
  {
    'debounce-time-request': defaultTime(
      DEFAULT_NPDU_TIMING.debounceMs,
      'least time between two requests for a method',
    ),
    'debounce-time-response': defaultTime(
      DEFAULT_NPDU_TIMING.debounceMs,
      'least time between two responses of a method, or two notifications',
    ),
    'max-retention-time-request': defaultTime(DEFAULT_NPDU_TIMING.retentionMs, 'most time that a request waits'),
    'max-retention-time-response': defaultTime(
      DEFAULT_NPDU_TIMING.retentionMs,
      'most time that a response or notification waits',
    ),
  },
  { meaning: 'times for all methods and events without their own; they delay every message', repeat: 'first' },
)

export const npduDefaultsField: Field<NpduDefaults> = mapped(keys, (values: Infer<typeof keys>) => ({
  requests: {
    debounceMs: values['debounce-time-request'],
    retentionMs: values['max-retention-time-request'],
  },
  responses: {
    debounceMs: values['debounce-time-response'],
    retentionMs: values['max-retention-time-response'],
  },
}))

/** Times as given; what is missing comes from the defaults for requests, as in vsomeip. */
interface GivenTimes {
  readonly 'debounce-time': number | undefined
  readonly 'maximum-retention-time': number | undefined
}
export interface GivenNpdu {
  readonly requests: ReadonlyMap<number, GivenTimes>
  readonly responses: ReadonlyMap<number, GivenTimes>
}

const givenTime = (meaning: string, key: string) =>
  integer({
    type: 'uint64',
    reader: 'strtoull',
    defaultText: `\`npdu-default-timings.${key}\``,
    meaning: `milliseconds; ${meaning}`,
  })

const methodTimes = object(
  {
    'debounce-time': givenTime('least time between two of these messages', 'debounce-time-request'),
    'maximum-retention-time': givenTime('most time that such a message waits', 'max-retention-time-request'),
  },
  { meaning: 'the times of one method or event' },
)

const byMethod = (meaning: string) =>
  record(
    (entry, problems) => {
      if (entry.name === '') return undefined
      const format = { type: INTEGER_TYPES.uint16, notation: 'decimal or 0x', reader: 'stream' } as const
      const { value = 0xffff, flaw } = readInteger(entry.name, format)
      if (flaw)
        problems.report(flaw.kind, atName(entry), `${quote(entry.name)} ${flaw.message}; ${hex4(value)} is used`)
      return value
    },
    methodTimes,
    { meaning, placeholder: '<method id>' },
  )

export const npduField: Field<GivenNpdu> = object(
  {
    requests: byMethod('times of requests, by method id'),
    responses: byMethod('times of responses and notifications, by method or event id'),
  },
  { meaning: 'how long messages wait for others to share a datagram with' },
)

export function completeNpdu(
  { requests, responses }: GivenNpdu,
  { requests: defaults }: NpduDefaults,
): NpduConfiguration {
  const complete = (given: ReadonlyMap<number, GivenTimes>): ReadonlyMap<number, NpduTiming> =>
    new Map([...given].map(([methodId, times]) => [methodId, completeTimes(times, defaults)]))
  return { requests: complete(requests), responses: complete(responses) }
}

function completeTimes(given: GivenTimes, defaults: NpduTiming): NpduTiming {
  return {
    debounceMs: given['debounce-time'] ?? defaults.debounceMs,
    retentionMs: given['maximum-retention-time'] ?? defaults.retentionMs,
  }
}
