import type { Json } from '@opensovd/base'
import { type Diagnostics, unsupported } from '@opensovd/core'
import type { IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { entityAt, facetAt, missing } from '../entities.ts'
import { hasTag } from '../tags.ts'

type ConfigurationRoutes = Pick<IsoApi, 'listConfigurations' | 'readConfiguration' | 'writeConfiguration'>

export function configurationHandlers({ tree }: Diagnostics) {
  return handlersOf<ConfigurationRoutes>({
    listConfigurations: async ({ params, query }, context) => {
      const names = Object.keys(await facetAt(tree, params, 'configurations').readAll(context))
      const items = names.map((name) => ({ id: name, name, type: 'parameter' as const }))
      return { items: items.filter(() => hasTag(query.tags)) }
    },

    readConfiguration: async ({ params }, context) => {
      const parameters = await facetAt(tree, params, 'configurations').readAll(context)
      const id = params.configurationId
      const data = Object.hasOwn(parameters, id) ? parameters[id] : undefined
      if (data === undefined) throw missing('configuration', id, params)
      return { id, data }
    },

    writeConfiguration: async ({ params, body }, context) => {
      const configurations = facetAt(tree, params, 'configurations')
      if (!configurations.write) throw unsupported(entityAt(tree, params), 'writing configurations')
      await configurations.write(params.configurationId, body.data as Json, context)
    },
  })
}
