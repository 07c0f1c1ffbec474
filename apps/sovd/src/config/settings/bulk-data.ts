import { Type } from 'typebox'
import { optionalText, section } from './section.ts'

const megabytes = { exclusiveMinimum: 0, maximum: 1_000_000 }

export const BULK_DATA_SECTION = section('Files of entities that have none of their own.', {
  dir: optionalText('Folder that is for these files only. Without it entities keep none.'),
  categories: Type.Array(Type.String({ minLength: 1 }), {
    default: ['documents', 'flash', 'logs'],
    description: 'What they are.',
  }),
  quota_mb: Type.Number({
    ...megabytes,
    default: 1024,
    description: 'Megabytes of all files; the same bytes count once.',
  }),
  max_file_mb: Type.Number({ ...megabytes, default: 256, description: 'Megabytes of one file; not above `quota_mb`.' }),
})
