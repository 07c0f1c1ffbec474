import { Type } from 'typebox'
import { section } from './section.ts'

export const AUDIT_SECTION = section('Who changed what.', {
  max_entries: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 10_000,
    description: 'Entries kept in memory; the oldest goes.',
  }),
  max_mb: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 64,
    description: 'What the files in `storage.state_dir` may have together; the oldest goes.',
  }),
})
