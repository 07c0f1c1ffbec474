import { type BulkDataItem, type Diagnostics, unsupported } from '@opensovd/core'
import { genericError, type IsoApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { entityAt, facetAt } from '../entities.ts'
import { hasTag } from '../tags.ts'
import { uploadedFile } from '../uploaded-file.ts'
import { bulkDataView, fileContent } from '../views/bulk-data.ts'

type BulkDataRoutes = Pick<
  IsoApi,
  'listBulkDataCategories' | 'listBulkData' | 'uploadBulkData' | 'deleteAllBulkData' | 'readBulkData' | 'deleteBulkData'
>

export function bulkDataHandlers({ tree }: Diagnostics, base: string) {
  return handlersOf<BulkDataRoutes>({
    listBulkDataCategories: async ({ params }, context) => ({
      items: await facetAt(tree, params, 'bulkData').categories(context),
    }),

    listBulkData: async ({ params, query }, context) => {
      const before = timeOf(query, 'created-before')
      const after = timeOf(query, 'created-after')
      const items = await facetAt(tree, params, 'bulkData').list(params.category, context)
      return {
        items: items.filter((item) => hasTag(query.tags, item.tags) && isWithin(item, after, before)).map(bulkDataView),
      }
    },

    uploadBulkData: async ({ params, body }, context) => {
      const { entityCollection, entityId, category } = params
      const files = facetAt(tree, params, 'bulkData')
      if (!files.upload) throw unsupported(entityAt(tree, params), 'adding files')
      const { id } = await files.upload(category, await uploadedFile(body), context)
      return { body: { id }, location: `${base}/${entityCollection}/${entityId}/bulk-data/${category}/${id}` }
    },

    deleteAllBulkData: async ({ params }, context) => {
      const files = facetAt(tree, params, 'bulkData')
      if (!files.delete) throw unsupported(entityAt(tree, params), 'deleting files')
      const deleted: string[] = []
      const errors: { id: string; error: ReturnType<typeof genericError> }[] = []
      for (const { id } of await files.list(params.category, context)) {
        try {
          await files.delete(params.category, id, context)
          deleted.push(id)
        } catch (error) {
          if (!(error instanceof SovdError)) throw error
          errors.push({ id, error: genericError(error) })
        }
      }
      return { deleted_ids: deleted, ...(errors.length > 0 ? { errors } : {}) }
    },

    readBulkData: async ({ params }, context) => {
      const files = facetAt(tree, params, 'bulkData')
      const item = await files.find(params.category, params.bulkDataId, context)
      return fileContent(files, params.category, item, context)
    },

    deleteBulkData: async ({ params }, context) => {
      const files = facetAt(tree, params, 'bulkData')
      if (!files.delete) throw unsupported(entityAt(tree, params), 'deleting files')
      await files.delete(params.category, params.bulkDataId, context)
    },
  })
}

function timeOf(query: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const text = query[name]
  if (text === undefined) return undefined
  const ms = Date.parse(String(text))
  if (Number.isNaN(ms)) throw new SovdError('invalid-request', `${name} expects an RFC 3339 time`, { target: name })
  return ms
}

/** A file of an unknown age is neither before nor after anything. */
function isWithin({ createdAt }: BulkDataItem, after: number | undefined, before: number | undefined): boolean {
  if (after === undefined && before === undefined) return true
  const ms = Date.parse(createdAt ?? '')
  return ms > (after ?? Number.NEGATIVE_INFINITY) && ms < (before ?? Number.POSITIVE_INFINITY)
}
