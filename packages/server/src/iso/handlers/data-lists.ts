import { type DataOutcome, type Diagnostics, readMany } from '@opensovd/core'
import { genericError, type IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { entityAt, facetAt } from '../entities.ts'
import { dataItemView } from '../views/data.ts'

type DataListRoutes = Pick<IsoApi, 'listDataLists' | 'createDataList' | 'readDataList' | 'deleteDataList'>

export function dataListHandlers({ tree, dataLists }: Diagnostics, base: string) {
  return handlersOf<DataListRoutes>({
    listDataLists: async ({ params, query }, context) => {
      const lists = dataLists.list(entityAt(tree, params))
      const data = facetAt(tree, params, 'data')
      if (lists.length === 0 || query.tags !== undefined) return { items: [] }
      const items = new Map((await data.list(context)).map((item) => [item.id, dataItemView(item)]))
      return {
        items: lists.map(({ id, dataIds }) => ({ id, items: dataIds.flatMap((each) => items.get(each) ?? []) })),
      }
    },

    createDataList: async ({ params, body }, context) => {
      const { entityCollection, entityId } = params
      const data = facetAt(tree, params, 'data')
      const { id } = await dataLists.create(entityAt(tree, params), body.ids, data, context)
      return { body: { id }, location: `${base}/${entityCollection}/${entityId}/data-lists/${id}` }
    },

    readDataList: async ({ params }, context) => {
      const { id, dataIds } = dataLists.get(entityAt(tree, params), params.dataListId)
      return { id, items: (await readMany(facetAt(tree, params, 'data'), dataIds, context)).map(valueView) }
    },

    deleteDataList: ({ params }) => dataLists.delete(entityAt(tree, params), params.dataListId),
  })
}

function valueView(outcome: DataOutcome) {
  if (!('error' in outcome)) return { id: outcome.id, data: outcome.value ?? null }
  const error = genericError({ code: 'bad-gateway', message: outcome.error })
  return { id: outcome.id, data: null, errors: [{ path: '/data', error }] }
}
