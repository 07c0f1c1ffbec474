import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import { facetOf, unsupported } from '../entities/facet-of.ts'
import type { Operation, OperationFacet } from '../facets/operations.ts'
import type { CallContext } from '../ports/call-context.ts'
import { componentOf } from './component-of.ts'

/** An operation of a component under another id. */
export interface OperationBinding {
  readonly id: string
  readonly componentId: string
  readonly operationId: string
  /** In place of the name that the component has for it. */
  readonly name?: string
}

type Components = ReadonlyMap<string, Entity>

/** Where an operation really is. */
interface Place {
  readonly facet: OperationFacet
  readonly id: string
  readonly component?: Entity
}

/**
 * Operations that are those of several components, each under an id of its own.
 * @param rest has the operations that are not bound
 */
export function boundOperations(
  bindings: readonly OperationBinding[],
  components: Components,
  rest?: OperationFacet,
): OperationFacet {
  const byId = new Map(bindings.map((binding) => [binding.id, binding]))
  const placeOf = (id: string): Place => {
    const binding = byId.get(id)
    if (binding) {
      const component = componentOf(components, binding.componentId)
      return { facet: facetOf(component, 'operations'), id: binding.operationId, component }
    }
    if (rest) return { facet: rest, id }
    throw new SovdError('not-found', `Operation '${id}' not found`, { target: id })
  }

  return {
    list: async (context) => {
      const [others, bound] = await Promise.all([rest?.list(context) ?? [], listBound(bindings, components, context)])
      return [...bound, ...others.filter(({ id }) => !byId.has(id))]
    },

    start: async (operationId, parameters, context) => {
      const { facet, id } = placeOf(operationId)
      return facet.start(id, parameters, context)
    },

    state: async (operationId, executionId, context) => {
      const { facet, id } = placeOf(operationId)
      return facet.state(id, executionId, context)
    },

    stop: async (operationId, executionId, context) => {
      const { facet, id, component } = placeOf(operationId)
      if (!facet.stop) throw cannot(`cancelling '${operationId}'`, component)
      await facet.stop(id, executionId, context)
    },

    control: async (operationId, executionId, request, context) => {
      const { facet, id, component } = placeOf(operationId)
      if (!facet.control) throw cannot(`'${request.capability}' of an execution`, component)
      return facet.control(id, executionId, request, context)
    },
  }
}

/**
 * The bound operations as their components describe them; of a component that does not, what the binding tells: and
 * as it does not say that no proof of proximity is needed, one is.
 */
async function listBound(
  bindings: readonly OperationBinding[],
  components: Components,
  context: CallContext,
): Promise<readonly Operation[]> {
  const ids = [...new Set(bindings.map(({ componentId }) => componentId))]
  const lists = await Promise.all(ids.map(async (id) => [id, await listOf(components.get(id), context)] as const))
  const operations = new Map(lists)
  return bindings.map((binding) => {
    const listed = operations.get(binding.componentId)
    const found = listed?.find(({ id }) => id === binding.operationId)
    return {
      ...(found ?? (listed ? {} : { proximityProofRequired: true })),
      id: binding.id,
      name: binding.name ?? found?.name ?? binding.id,
    }
  })
}

async function listOf(component: Entity | undefined, context: CallContext): Promise<readonly Operation[] | undefined> {
  try {
    return await component?.facets.operations?.list(context)
  } catch (error) {
    if (!(error instanceof SovdError) || context.signal.aborted) throw error
    return undefined
  }
}

function cannot(what: string, component: Entity | undefined): SovdError {
  return component ? unsupported(component, what) : new SovdError('not-implemented', `${what} is not supported`)
}
