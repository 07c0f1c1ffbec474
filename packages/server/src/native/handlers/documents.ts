import type { Diagnostics } from '@opensovd/core'
import {
  metadataDocument,
  NATIVE_API,
  type NativeApi,
  openApiDocument,
  restrictTo,
  type SecuritySchemes,
  SOVD_VERSION,
} from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import type { ServerIdentity } from './discovery.ts'

type DocumentRoutes = Pick<
  NativeApi,
  | 'getMetadata'
  | 'getOpenApi'
  | 'getDocs'
  | 'getComponentDocs'
  | 'getDataDocs'
  | 'getFaultDocs'
  | 'getOperationDocs'
  | 'getModeDocs'
  | 'getConfigurationDocs'
  | 'getLogDocs'
>

/** @param security what clients must show; absent: nothing */
export function documentHandlers(
  { tree }: Diagnostics,
  identity: ServerIdentity,
  base: string,
  security?: SecuritySchemes,
) {
  const documentOf = once(() =>
    openApiDocument({
      table: NATIVE_API,
      base,
      info: { title: identity.serverName, version: identity.serverVersion, description: identity.description },
      sovdVersion: SOVD_VERSION,
      ...(security && { security }),
    }),
  )
  const componentDocument = (componentId: string, category?: string) => {
    const { id } = tree.get('component', componentId)
    const below = `${base}/components/{componentId}${category ? `/${category}` : ''}`
    return restrictTo(documentOf(), { below, params: { componentId: id } })
  }

  return handlersOf<DocumentRoutes>({
    getMetadata: once(metadataDocument),
    getOpenApi: documentOf,
    getDocs: documentOf,
    getComponentDocs: ({ params }) => componentDocument(params.componentId),
    getDataDocs: ({ params }) => componentDocument(params.componentId, 'data'),
    getFaultDocs: ({ params }) => componentDocument(params.componentId, 'faults'),
    getOperationDocs: ({ params }) => componentDocument(params.componentId, 'operations'),
    getModeDocs: ({ params }) => componentDocument(params.componentId, 'modes'),
    getConfigurationDocs: ({ params }) => componentDocument(params.componentId, 'configurations'),
    getLogDocs: ({ params }) => componentDocument(params.componentId, 'logs'),
  })
}

/** Makes the value when it is first asked for. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
