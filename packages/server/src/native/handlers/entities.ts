import type { Json } from '@opensovd/base'
import {
  type CallContext,
  type Diagnostics,
  type Entity,
  type EntityKind,
  type FacetName,
  facetOf,
  unsupported,
} from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { dataItemView, dataValueView } from '../views/data.ts'
import { executionView, operationView } from '../views/operations.ts'

/** Where the contract has the entities that can do something. */
export const COLLECTIONS = { component: 'components', app: 'apps', function: 'funcs' } as const satisfies Partial<
  Record<EntityKind, string>
>

export type Doer = keyof typeof COLLECTIONS

/** What components have in this contract, by what they can do. */
const CATEGORIES: readonly (readonly [facet: FacetName, category: string])[] = [
  ['data', 'data'],
  ['faults', 'faults'],
  ['operations', 'operations'],
  ['modes', 'modes'],
  ['configurations', 'configurations'],
  ['logs', 'logs'],
  ['uds', 'x-uds'],
]

/** What apps and functions have of that. */
const OF_OTHERS: ReadonlySet<string> = new Set(['data', 'faults', 'operations'])
const FEATURES_OF_OTHERS: ReadonlySet<string> = new Set(['data-write', 'fault-clear', 'operation-cancel'])

export async function capabilitiesOf(entity: Entity, context: CallContext) {
  const { data, operations } = entity.facets
  const [dataItems, operationItems] = await Promise.all([data?.list(context), operations?.list(context)])
  return {
    componentId: entity.id,
    supportedCategories: served(
      CATEGORIES.flatMap(([facet, category]) => (entity.facets[facet] ? category : [])),
      entity,
      OF_OTHERS,
    ),
    dataCount: dataItems?.length ?? 0,
    operationCount: operationItems?.length ?? 0,
    features: served(featuresOf(entity), entity, FEATURES_OF_OTHERS),
  }
}

function served(all: readonly string[], { kind }: Entity, ofOthers: ReadonlySet<string>): readonly string[] {
  return kind === 'component' ? all : all.filter((each) => ofOthers.has(each))
}

/** What can be done with the categories, beyond reading them. */
function featuresOf({ facets }: Entity): string[] {
  const features: readonly (readonly [string, unknown])[] = [
    ['data-write', facets.data?.write],
    ['data-bulk', facets.data],
    ['fault-clear', facets.faults?.clearAll],
    ['operation-cancel', facets.operations?.stop],
    ['mode-change', facets.modes],
    ['configuration-write', facets.configurations?.write],
  ]
  return features.filter(([, present]) => present !== undefined).map(([name]) => name)
}

export async function listData(entity: Entity, context: CallContext) {
  return { items: (await facetOf(entity, 'data').list(context)).map(dataItemView) }
}

export async function readData(entity: Entity, dataId: string, context: CallContext) {
  return dataValueView(await facetOf(entity, 'data').read(dataId, context))
}

export async function writeData(entity: Entity, dataId: string, value: Json, context: CallContext): Promise<void> {
  const data = facetOf(entity, 'data')
  if (!data.write) throw unsupported(entity, 'writing data')
  await data.write(dataId, value, context)
}

/** Bytes as hex text [native contract, operations]; any other JSON value is a parameter as it is. */
const HEX_TEXT = /^0x(?:[0-9a-f]{2})+$/i

function parametersOf(params: Json): Json {
  if (typeof params !== 'string' || !/^0x/i.test(params) || HEX_TEXT.test(params)) return params
  throw new SovdError('invalid-request', "params: expected hex digits after '0x', two for each byte", {
    target: 'params',
  })
}

interface OperationPath {
  readonly operationId: string
}

interface ExecutionPath extends OperationPath {
  readonly executionId: string
}

/** Operations of the entities of one kind, over the one table of executions. */
export function entityOperations({ executions }: Diagnostics, kind: Doer, base: string) {
  return {
    list: async (entity: Entity, context: CallContext) => {
      const operations = await facetOf(entity, 'operations').list(context)
      const latest = executions.latest(entity)
      return { items: operations.map((operation) => operationView(entity, operation, latest.get(operation.id))) }
    },

    start: async (
      entity: Entity,
      { operationId }: OperationPath,
      body: { readonly params?: unknown },
      context: CallContext,
    ) => {
      const request = body.params === undefined ? {} : { parameters: parametersOf(body.params as Json) }
      const execution = await executions.start(entity, operationId, request, context)
      return {
        location: `${base}/${COLLECTIONS[kind]}/${entity.id}/operations/${operationId}/executions/${execution.id}`,
        body: executionView(execution),
      }
    },

    executions: (entity: Entity, { operationId }: OperationPath) => ({
      items: executions.list(entity, operationId).map(executionView),
    }),

    execution: (entity: Entity, { operationId, executionId }: ExecutionPath) =>
      executionView(executions.get(entity, operationId, executionId)),

    cancel: (entity: Entity, { operationId, executionId }: ExecutionPath, context: CallContext) =>
      executions.stop(entity, operationId, executionId, context),
  }
}
