import { Type } from 'typebox'
import { Id, listOf, OwnSchema, Texts } from './common.ts'
import { GenericError } from './error.ts'

/** One file [17978-3 7.20]. */
const BulkDataDescriptor = Type.Object(
  {
    id: Id,
    mimetype: Type.String(),
    name: Type.Optional(Type.String()),
    size: Type.Optional(Type.Integer({ minimum: 0, description: 'bytes' })),
    creation_date: Type.Optional(Type.String({ description: 'RFC 3339' })),
    last_modified: Type.Optional(Type.String({ description: 'RFC 3339' })),
    hash: Type.Optional(Type.String()),
    hash_algorithm: Type.Optional(Type.String()),
    tags: Type.Optional(Texts),
  },
  { title: 'BulkDataDescriptor' },
)

export const BulkDataList = listOf('BulkDataList', BulkDataDescriptor)

export const BulkDataCategoryList = Type.Object({ items: Texts, ...OwnSchema }, { title: 'BulkDataCategoryList' })

export const BulkDataCreated = Type.Object({ id: Id }, { title: 'BulkDataCreated' })

export const BulkDataDeleted = Type.Object(
  {
    deleted_ids: Texts,
    errors: Type.Optional(Type.Array(Type.Object({ id: Id, error: GenericError }))),
  },
  { title: 'BulkDataDeleted' },
)
