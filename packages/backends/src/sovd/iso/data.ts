import type { JsonObject } from '@opensovd/base'
import type { DataCategory, DataItem, DataValue } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { readEach, type SingleData, writeEach } from '../each-item.ts'
import { segment } from '../path.ts'
import { defined, listOf, objectOf, requiredJson, requiredText, textOf, textsOf } from '../shape.ts'

/** Data of the component at `path` [17978-3 7.9]. */
export function isoData(api: ApiClient, path: string): AllFacets['data'] {
  const collection = `${path}/data`
  const single: SingleData = {
    list: (context) => api.get(collection, context, (json) => listOf(json, 'items', dataItem)),
    read: async (id, context) => api.get(`${collection}/${segment(id)}`, context, (json) => dataValue(id, json)),
    write: async (id, value, context) =>
      api.change({ method: 'PUT', path: `${collection}/${segment(id)}`, body: { data: value } }, context, () => {}),
  }
  return {
    ...single,
    readMany: (ids, context) => readEach(single, ids, context),
    writeMany: (values, context) => writeEach(single, values, context),
  }
}

const CATEGORIES: readonly string[] = ['identData', 'currentData', 'storedData', 'sysInfo']

/** Lists tell neither types nor access: what can be anything is a struct, and the source decides on writes. */
function dataItem(item: JsonObject): DataItem {
  const id = requiredText(item, 'id')
  const category = textOf(item, 'category')
  return defined<DataItem>({
    id,
    name: textOf(item, 'name') ?? id,
    category: category !== undefined && isCategory(category) ? category : undefined,
    groups: textsOf(item, 'groups'),
    tags: textsOf(item, 'tags'),
    access: 'readWrite',
    dataType: 'struct',
  })
}

function isCategory(text: string): text is DataCategory {
  return CATEGORIES.includes(text) || text.startsWith('x-')
}

/** An answer without a body is a value without content. */
function dataValue(id: string, json: Parameters<typeof objectOf>[0]): DataValue {
  if (json === undefined) return { id, value: null }
  const body = objectOf(json)
  const { id: _, data: _data, ...attributes } = body
  return { id, value: requiredJson(body, 'data'), attributes }
}
