import type { Json, JsonObject } from '@opensovd/base'
import type { CallContext } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { MAX_TOGETHER, mapLimited } from '../map-limited.ts'
import { segment } from '../path.ts'
import { listOf, objectOf, requiredJson, requiredText } from '../shape.ts'

/** Configuration of the component at `path` [17978-3 7.12]. Bulk configurations are no parameters and are left out. */
export function isoConfigurations(api: ApiClient, path: string): AllFacets['configurations'] {
  const collection = `${path}/configurations`
  const parameter = (id: string) => `${collection}/${segment(id)}`
  const read = (id: string, context: CallContext): Promise<[string, Json]> =>
    api.get(parameter(id), context, (json) => [id, requiredJson(objectOf(json), 'data')])
  return {
    readAll: async (context) => {
      const ids = await api.get(collection, context, (json) => listOf(json, 'items', parameterId))
      return Object.fromEntries(await mapLimited(ids.flat(), MAX_TOGETHER, (id) => read(id, context)))
    },
    write: async (name, value, context) =>
      api.change({ method: 'PUT', path: parameter(name), body: { data: value } }, context, () => {}),
  }
}

function parameterId(item: JsonObject): string[] {
  return item.type === 'bulk' ? [] : [requiredText(item, 'id')]
}
