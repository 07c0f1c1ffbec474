import { Type } from 'typebox'
import { optionalText, section } from './section.ts'

const count = (value: number, description: string, maximum = 1_000_000) =>
  Type.Integer({ minimum: 1, maximum, default: value, description })

const seconds = (value: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 315_360_000, default: value, description })

const Rule = Type.Object(
  {
    fault_id: Type.String({ default: '', description: 'Required. An id, or the beginning of several and `*`.' }),
    component_id: optionalText('Only faults of this component.'),
    failures: count(1, 'So many failures, without a pass in between, make the fault active.', 1000),
    window_secs: seconds(10, 'How soon they must follow each other, if `failures` is more than 1.'),
    hold_secs: seconds(0, 'A failure makes the fault active after so long, unless the test passes before.'),
    repeat_secs: seconds(5, 'A report of what is known already changes nothing for so long.'),
    passes: count(1, 'So many passes in a row heal the fault.', 1000),
    cycle: Type.String({ default: 'power', minLength: 1, description: 'The operation cycle that the fault lives by.' }),
    aging_cycles: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
      description: 'A healed fault is forgotten after so many cycles; 0 for none.',
    }),
    aging_secs: seconds(0, 'A healed fault is forgotten after so long; 0 for never.'),
  },
  { additionalProperties: false },
)

export const FAULTS_SECTION = section('Faults that programs on this machine report.', {
  intake_socket: optionalText('Path of the stream socket they report to. Without it they report over HTTP only.'),
  intake_mode: Type.String({
    default: '660',
    pattern: '^[0-7]{3}$',
    description: 'Permissions of the socket file: who may report.',
  }),
  components: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Components that no backend has, known by what is reported for them.',
  }),
  max_reports_per_sec: count(1000, 'Reports from one source. Five times as many may come at once.'),
  max_faults: count(50_000, 'Faults in all.'),
  max_faults_per_component: count(10_000, 'Faults of one component.'),
  rules: Type.Array(Rule, {
    default: [],
    description:
      'What becomes of reports, one `[[faults.rules]]` table each. The first that fits a fault counts; with neither kind of aging, a fault is gone once it is healed.',
  }),
})
