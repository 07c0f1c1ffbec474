import { Type } from 'typebox'
import { optionalText, section } from './section.ts'

const count = (value: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 100_000, default: value, description })

/** What is kept, for how long, and where. */
export const RETENTION_SECTIONS = {
  retention: section('How long is kept what is over.', {
    max_executions: count(10_000, 'Executions that are over; beyond it those go first that have been for longest.'),
    max_executions_per_operation: count(1000, 'As `max_executions`, of one operation of one entity.'),
    execution_secs: Type.Number({
      exclusiveMinimum: 0,
      maximum: 31_536_000,
      default: 3600,
      description: 'How long an execution that is over can be read; sent as `x-sovd-retention-timeout`.',
    }),
  }),
  storage: section('What survives a restart.', {
    state_dir: optionalText(
      'Folder for what survives, which is made if it is not there: reported faults, executions, persistent triggers. One gateway only may use it. Without it nothing survives.',
    ),
    backend: Type.Enum(['memory', 'sled'], {
      default: 'memory',
      description: 'Nothing but `memory` is available; see `state_dir`.',
    }),
    sled_path: Type.String({ default: './data/sovd.sled', description: 'Without effect.' }),
  }),
}
