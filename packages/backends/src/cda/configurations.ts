import type { JsonObject } from '@opensovd/base'
import type { CallContext, ConfigurationFacet, ConfigurationItem } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { MAX_TOGETHER, mapLimited } from '../sovd/map-limited.ts'
import { listOf, requiredText, textOf } from '../sovd/shape.ts'
import { itemValue, writeItem } from './parameters.ts'
import { segment } from './path.ts'
import type { Source } from './source.ts'

/** Configuration parameters of a component. */
export function cdaConfigurations({ api, path }: Source): ConfigurationFacet {
  const collection = `${path}/configurations`
  const parameter = (id: string) => `${collection}/${segment(id)}`
  const list = async (context: CallContext): Promise<readonly ConfigurationItem[]> => {
    try {
      return await api.get(collection, context, (json) => listOf(json, 'items', configuration))
    } catch (error) {
      // So an adapter says that the database of the ECU has none.
      if (error instanceof SovdError && error.code === 'not-found') return []
      throw error
    }
  }
  const read: NonNullable<ConfigurationFacet['read']> = async (id, context) =>
    api.get(parameter(id), context, (json) => itemValue(json).value)
  return {
    list,
    read,
    readAll: async (context) => {
      const items = await list(context)
      const values = await mapLimited(items, MAX_TOGETHER, ({ id }) => read(id, context))
      return Object.fromEntries(items.map(({ id }, index) => [id, values[index] ?? null]))
    },
    write: async (name, value, context) => writeItem(api, parameter(name), value, context),
  }
}

/** The adapter has none but parameters. */
function configuration(item: JsonObject): ConfigurationItem {
  const id = requiredText(item, 'id')
  return { id, name: textOf(item, 'name') || id, type: 'parameter' }
}
