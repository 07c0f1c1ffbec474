import type { Json } from '@opensovd/base'
import { type Diagnostics, facetOf, unsupported } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'

type ConfigurationRoutes = Pick<NativeApi, 'readConfigurations' | 'writeConfiguration'>

export function configurationHandlers({ tree }: Diagnostics) {
  return handlersOf<ConfigurationRoutes>({
    readConfigurations: async ({ params }, context) => {
      const entity = tree.get('component', params.componentId)
      return { componentId: entity.id, parameters: await facetOf(entity, 'configurations').readAll(context) }
    },

    writeConfiguration: async ({ params, body }, context) => {
      const entity = tree.get('component', params.componentId)
      const configurations = facetOf(entity, 'configurations')
      if (!configurations.write) throw unsupported(entity, 'writing configurations')
      await configurations.write(body.name, body.value as Json, context)
    },
  })
}
