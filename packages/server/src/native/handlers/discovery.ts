import type { Diagnostics } from '@opensovd/core'
import { type NativeApi, SOVD_VERSION } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { componentView, groupView } from '../views/entities.ts'
import { capabilitiesOf } from './entities.ts'

type DiscoveryRoutes = Pick<
  NativeApi,
  | 'getServerInfo'
  | 'getVersionInfo'
  | 'listComponents'
  | 'getComponent'
  | 'getCapabilities'
  | 'listGroups'
  | 'getGroup'
  | 'listGroupComponents'
>

export interface ServerIdentity {
  readonly serverName: string
  readonly serverVersion: string
  readonly description: string
}

export function discoveryHandlers({ tree }: Diagnostics, identity: ServerIdentity, base: string) {
  const component = (id: string) => tree.get('component', id)
  const partial = () => tree.failures()

  return handlersOf<DiscoveryRoutes>({
    getServerInfo: () => ({ ...identity, sovdVersion: SOVD_VERSION, supportedProtocols: ['http/1.1'] }),

    getVersionInfo: () => ({
      sovdVersion: SOVD_VERSION,
      serverVersion: identity.serverVersion,
      apiVersions: [{ version: 'v1', url: base, status: 'active' }],
    }),

    listComponents: ({ query }) => ({
      items: tree
        .list('component')
        .filter(
          (entity) =>
            matches(query.variant, entity.installationVariant) &&
            matches(query.softwareVersion, entity.softwareVersion) &&
            matches(query.hardwareVariant, entity.hardwareVariant),
        )
        .map(componentView),
      partial: partial(),
    }),

    getComponent: ({ params }) => componentView(component(params.componentId)),

    getCapabilities: ({ params }, context) => capabilitiesOf(component(params.componentId), context),

    listGroups: () => ({ items: tree.list('group').map(groupView), partial: partial() }),

    getGroup: ({ params }) => groupView(tree.get('group', params.groupId)),

    listGroupComponents: ({ params }) => {
      const members = tree.get('group', params.groupId).members ?? []
      const entities = members.map((id) => tree.find('component', id)).filter((entity) => entity !== undefined)
      return { items: entities.map(componentView), partial: partial() }
    },
  })
}

function matches(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === actual
}
