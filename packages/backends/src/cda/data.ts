import type { JsonObject } from '@opensovd/base'
import type { DataCategory, DataFacet, DataItem } from '@opensovd/core'
import { readEach, type SingleData, writeEach } from '../sovd/each-item.ts'
import { defined, listOf, requiredText, textOf } from '../sovd/shape.ts'
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

/** The categories of the standard, by what databases call them. */
const CATEGORIES: Readonly<Record<string, DataCategory>> = {
  identification: 'identData',
  identdata: 'identData',
  currentdata: 'currentData',
  storeddata: 'storedData',
  sysinfo: 'sysInfo',
}

/** Lists tell neither types nor access: what can be anything is a struct, and the ECU decides on writes. */
export function dataItem(item: JsonObject): DataItem {
  const id = requiredText(item, 'id')
  const category = textOf(item, 'category') ?? ''
  return defined<DataItem>({
    id,
    name: textOf(item, 'name') || id,
    category: CATEGORIES[category.toLowerCase()],
    access: 'readWrite',
    dataType: 'struct',
  })
}
