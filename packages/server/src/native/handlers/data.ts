import type { Json } from '@opensovd/base'
import { type DataFacet, type Diagnostics, facetOf, mergePatch, readMany, unsupported, writeMany } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { dataItemView, dataValueView, outcomeView } from '../views/data.ts'

type DataRoutes = Pick<
  NativeApi,
  'listData' | 'readData' | 'writeData' | 'patchData' | 'bulkReadData' | 'bulkWriteData'
>

type WritableData = DataFacet & Required<Pick<DataFacet, 'write'>>

export function dataHandlers({ tree }: Diagnostics) {
  const dataOf = (componentId: string) => facetOf(tree.get('component', componentId), 'data')
  const writableDataOf = (componentId: string): WritableData => {
    const data = dataOf(componentId)
    if (!isWritable(data)) throw unsupported(tree.get('component', componentId), 'writing data')
    return data
  }

  return handlersOf<DataRoutes>({
    listData: async ({ params }, context) => ({
      items: (await dataOf(params.componentId).list(context)).map(dataItemView),
    }),

    readData: async ({ params }, context) =>
      dataValueView(await dataOf(params.componentId).read(params.dataId, context)),

    writeData: ({ params, body }, context) =>
      writableDataOf(params.componentId).write(params.dataId, body.value as Json, context),

    patchData: async ({ params, body }, context) => {
      const data = writableDataOf(params.componentId)
      const { value } = await data.read(params.dataId, context)
      await data.write(params.dataId, mergePatch(value, body as Json), context)
    },

    bulkReadData: async ({ params, body }, context) => ({
      items: (await readMany(dataOf(params.componentId), body.dataIds, context)).map(outcomeView),
    }),

    bulkWriteData: async ({ params, body }, context) => {
      const values = body as { id: string; value: Json }[]
      const outcomes = await writeMany(writableDataOf(params.componentId), values, context)
      const failed = outcomes.filter((outcome) => 'error' in outcome)
      if (failed.length > 0) context.note?.(`not written: ${failed.map(({ id }) => id).join(', ')}`, 'error')
      return { items: outcomes.map(outcomeView) }
    },
  })
}

function isWritable(data: DataFacet): data is WritableData {
  return data.write !== undefined
}
