import type { DataFacet } from '@opensovd/core'
import { readEach, type SingleData, writeEach } from '../sovd/each-item.ts'
import { dataItem } from '../sovd/iso/data.ts'
import { listOf } from '../sovd/shape.ts'
import { itemValue, writeItem } from './parameters.ts'
import { segment } from './path.ts'
import type { Source } from './source.ts'

/** Data of a component: services of its ECU that read, and write, parameters. */
export function cdaData({ api, path }: Source): DataFacet {
  const collection = `${path}/data`
  const item = (id: string) => `${collection}/${segment(id)}`
  const single: SingleData = {
    list: (context) => api.get(collection, context, (json) => listOf(json, 'items', dataItem)),
    read: async (id, context) => api.get(item(id), context, (json) => ({ id, ...itemValue(json) })),
    write: async (id, value, context) => writeItem(api, item(id), value, context),
  }
  return {
    ...single,
    readMany: (ids, context) => readEach(single, ids, context),
    writeMany: (values, context) => writeEach(single, values, context),
  }
}
