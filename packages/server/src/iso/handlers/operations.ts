import type { CallContext, Diagnostics, EntityTree, Operation } from '@opensovd/core'
import type { IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { type EntityPath, facetAt, missing } from '../entities.ts'
import { hasTag } from '../tags.ts'
import { operationView } from '../views/operations.ts'

type OperationRoutes = Pick<IsoApi, 'listOperations' | 'readOperation'>

export type OperationPath = EntityPath & { readonly operationId: string }

export function operationHandlers({ tree }: Diagnostics) {
  return handlersOf<OperationRoutes>({
    listOperations: async ({ params, query }, context) => {
      const operations = await facetAt(tree, params, 'operations').list(context)
      return { items: operations.filter(({ tags }) => hasTag(query.tags, tags)).map(operationView) }
    },

    readOperation: async ({ params }, context) => ({ item: operationView(await operationAt(tree, params, context)) }),
  })
}

/** @throws SovdError `not-found` */
export async function operationAt(tree: EntityTree, path: OperationPath, context: CallContext): Promise<Operation> {
  const operations = await facetAt(tree, path, 'operations').list(context)
  const operation = operations.find(({ id }) => id === path.operationId)
  if (!operation) throw missing('operation', path.operationId, path)
  return operation
}
