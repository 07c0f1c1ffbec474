import { Type } from 'typebox'
import { section } from './section.ts'

const count = (value: number, maximum: number, description: string) =>
  Type.Integer({ minimum: 1, maximum, default: value, description })

const seconds = (value: number, description: string) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 86_400, default: value, description })

const interval = (value: number, name: string) =>
  Type.Integer({ minimum: 10, maximum: 60_000, default: value, description: `The interval \`${name}\`.` })

export const EVENTS_SECTION = section('How changes are told as they happen.', {
  data_poll_secs: seconds(1, 'How often data are looked at while somebody is told of their changes.'),
  fault_poll_secs: seconds(1, 'The same for faults.'),
  fast_ms: interval(50, 'fast'),
  normal_ms: interval(200, 'normal'),
  slow_ms: interval(500, 'slow'),
  ring_events: count(1000, 1_000_000, 'What a stream keeps for readers that are slow or were cut off.'),
  ring_kb: count(1024, 1_048_576, 'As `ring_events`, in kB.'),
  retain_secs: seconds(60, 'How long what nobody reads any more, and what is over, is kept for who comes back.'),
  heartbeat_secs: seconds(15, 'Between two signs of life.'),
  stall_secs: seconds(60, 'A reader that takes nothing for so long is cut off.'),
  retry_secs: seconds(2, 'When a reader that was cut off is to come back.'),
  max_readers: count(10_000, 1_000_000, 'Readers of all streams.'),
  max_subscriptions: count(10_000, 1_000_000, 'Cyclic subscriptions of all entities.'),
  max_triggers: count(1000, 1_000_000, 'Triggers of all entities.'),
  max_duration_secs: Type.Number({
    minimum: 1,
    maximum: 31_536_000,
    default: 86_400,
    description: 'How long a subscription or a trigger may last without being renewed.',
  }),
})
