import { Type } from 'typebox'
import { section } from './section.ts'

export const HISTORY_SECTION = section('What happened to reported faults.', {
  max_records: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 10_000,
    description: 'Records kept in memory, without `storage.state_dir`.',
  }),
  max_mb: Type.Integer({
    minimum: 16,
    maximum: 1_000_000,
    default: 256,
    description: 'What the files in `storage.state_dir` may have together; the oldest goes.',
  }),
  max_days: Type.Number({
    exclusiveMinimum: 0,
    maximum: 36_500,
    default: 90,
    description: 'What is older is no longer read, and goes with its file.',
  }),
})
