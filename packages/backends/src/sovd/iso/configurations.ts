import type { Json, JsonObject } from '@opensovd/base'
import type { CallContext, ConfigurationItem } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { MAX_TOGETHER, mapLimited } from '../map-limited.ts'
import { segment } from '../path.ts'
import { defined, listOf, objectOf, requiredJson, requiredText, textOf, textsOf } from '../shape.ts'

const BYTES_TYPE = 'application/octet-stream'

/** Configuration of the entity at `path` [17978-3 7.12]. */
export function isoConfigurations(api: ApiClient, path: string): AllFacets['configurations'] {
  const collection = `${path}/configurations`
  const parameter = (id: string) => `${collection}/${segment(id)}`
  const list = (context: CallContext) => api.get(collection, context, (json) => listOf(json, 'items', item))
  const read = async (id: string, context: CallContext): Promise<Json> =>
    api.get(parameter(id), context, (json) => requiredJson(objectOf(json), 'data'))
  return {
    list,
    read,
    readAll: async (context) => {
      const parameters = (await list(context)).filter(({ type }) => type === 'parameter')
      const values = await mapLimited(parameters, MAX_TOGETHER, ({ id }) => read(id, context))
      return Object.fromEntries(parameters.map(({ id }, index) => [id, values[index] ?? null]))
    },
    write: async (name, value, context) =>
      api.change({ method: 'PUT', path: parameter(name), body: { data: value } }, context, () => {}),
    readBulk: async (id, context) =>
      api.query(
        { method: 'GET', path: parameter(id), expectsBytes: true },
        context,
        ({ bytes }) => bytes ?? new Uint8Array(),
      ),
    writeBulk: async (id, bytes, context) => {
      const contentType = (await list(context)).find((each) => each.id === id)?.contentType ?? BYTES_TYPE
      const request = { method: 'PUT', path: parameter(id), bytes, headers: ['content-type', contentType] } as const
      await api.change(request, context, () => {})
    },
  }
}

function item(object: JsonObject): ConfigurationItem {
  const id = requiredText(object, 'id')
  return defined<ConfigurationItem>({
    id,
    name: textOf(object, 'name') ?? id,
    type: object.type === 'bulk' ? 'bulk' : 'parameter',
    contentType: textOf(object, 'content_type'),
    version: textOf(object, 'version'),
    tags: textsOf(object, 'tags'),
  })
}
