import type { CallContext, Diagnostics, EntityTree, Operation } from '@opensovd/core'
import type { IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { type EntityPath, entityAt, facetAt, missing } from '../entities.ts'
import { hasTag } from '../tags.ts'
import { operationView, withChallenge } from '../views/operations.ts'

type OperationRoutes = Pick<IsoApi, 'listOperations' | 'readOperation'>

export type OperationPath = EntityPath & { readonly operationId: string }

export function operationHandlers({ tree, proximity }: Diagnostics) {
  /** What the caller has to answer to start an operation, where it has to and can. */
  const challengeFor = (path: EntityPath, { id, proximityProofRequired }: Operation, { caller = {} }: CallContext) =>
    proximityProofRequired && proximity.canVerify ? proximity.pendingFor(entityAt(tree, path), id, caller) : undefined

  return handlersOf<OperationRoutes>({
    listOperations: async ({ params, query }, context) => {
      const operations = await facetAt(tree, params, 'operations').list(context)
      const wantsChallenges = query['include-proximity-proof'] === 'true'
      const items = operations.filter(({ tags }) => hasTag(query.tags, tags))
      return {
        items: items.map((operation) =>
          withChallenge(
            operationView(operation),
            wantsChallenges ? challengeFor(params, operation, context) : undefined,
          ),
        ),
      }
    },

    readOperation: async ({ params }, context) => {
      const operation = await operationAt(tree, params, context)
      return withChallenge({ item: operationView(operation) }, challengeFor(params, operation, context))
    },
  })
}

/** @throws SovdError `not-found` */
export async function operationAt(tree: EntityTree, path: OperationPath, context: CallContext): Promise<Operation> {
  const operations = await facetAt(tree, path, 'operations').list(context)
  const operation = operations.find(({ id }) => id === path.operationId)
  if (!operation) throw missing('operation', path.operationId, path)
  return operation
}
