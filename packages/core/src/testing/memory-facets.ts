import type { Json, JsonObject } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { ConfigurationFacet } from '../facets/configurations.ts'
import type { DataFacet } from '../facets/data.ts'
import type { FaultFacet } from '../facets/faults.ts'
import type { ModeFacet } from '../facets/modes.ts'
import type { ExecutionState, OperationFacet } from '../facets/operations.ts'
import type { SampleComponent } from './sample-component.ts'

/** How often a `self-test` says that it is running. */
const RUNNING_ANSWERS = 2

export interface MemoryFacets {
  readonly data: DataFacet
  readonly faults: FaultFacet
  readonly operations: OperationFacet
  readonly modes: ModeFacet
  readonly configurations: ConfigurationFacet
}

/** All facets of a component that lives in memory, beginning as `sample` says. */
export function memoryFacets(sample: SampleComponent): MemoryFacets {
  return {
    data: memoryData(sample),
    faults: memoryFaults(sample),
    operations: memoryOperations(sample),
    modes: memoryModes(sample),
    configurations: memoryConfigurations(sample),
  }
}

function memoryData({ data }: SampleComponent): DataFacet {
  const items = new Map(data.map(({ value: _, ...item }) => [item.id, item]))
  const values = new Map(data.map(({ id, value }) => [id, value]))
  return {
    list: async ({ signal }) => {
      signal.throwIfAborted()
      return [...items.values()]
    },
    read: async (id, { signal }) => {
      signal.throwIfAborted()
      return { id, value: known(values, id) }
    },
    write: async (id, value, { signal }) => {
      signal.throwIfAborted()
      if (known(items, id).access === 'readOnly') throw new SovdError('forbidden', `'${id}' is read-only`)
      values.set(id, value)
    },
  }
}

function memoryFaults(sample: SampleComponent): FaultFacet {
  const faults = new Map(sample.faults.map((fault) => [fault.id, fault]))
  return {
    list: async ({ signal }) => {
      signal.throwIfAborted()
      return [...faults.values()]
    },
    read: async (id) => known(faults, id),
    clearAll: async () => faults.clear(),
    clear: async (id) => {
      known(faults, id)
      faults.delete(id)
    },
  }
}

function memoryOperations(sample: SampleComponent): OperationFacet {
  const operations = new Map(sample.operations.map((operation) => [operation.id, operation]))
  const executions = new Map<string, { states: ExecutionState[]; operationId: string }>()
  return {
    list: async () => [...operations.values()],
    start: async (operationId, parameters) => {
      known(operations, operationId)
      const id = `execution-${executions.size + 1}`
      executions.set(id, { states: statesOf(operationId, parameters), operationId })
      return { id, state: { status: 'running' } }
    },
    state: async (operationId, id) => {
      const { states, operationId: own } = known(executions, id)
      if (own !== operationId) throw new SovdError('not-found', `no execution '${id}' of '${operationId}'`)
      const [state] = states.length > 1 ? states.splice(0, 1) : states
      return state ?? { status: 'running' }
    },
    stop: async (_operationId, id) => {
      known(executions, id).states = [{ status: 'stopped' }]
    },
  }
}

function statesOf(operationId: string, parameters: Json | undefined): ExecutionState[] {
  const running = new Array<ExecutionState>(RUNNING_ANSWERS).fill({ status: 'running', progress: 50 })
  if (operationId !== 'self-test') return running
  return [...running, { status: 'completed', ...(parameters === undefined ? {} : { result: parameters }) }]
}

function memoryModes({ modes }: SampleComponent): ModeFacet {
  const groups = new Map(modes.map((group) => [group.id, group]))
  return {
    list: async () => [...groups.values()],
    set: async (groupId, value) => {
      const group = known(groups, groupId)
      if (!group.values.some((each) => each.value === value)) {
        throw new SovdError('invalid-request', `'${value}' is no value of '${groupId}'`)
      }
      groups.set(groupId, { ...group, value })
    },
  }
}

function memoryConfigurations({ configurations }: SampleComponent): ConfigurationFacet {
  let parameters: JsonObject = configurations
  return {
    readAll: async () => parameters,
    write: async (name, value) => {
      parameters = { ...parameters, [name]: value }
    },
  }
}

function known<T>(things: ReadonlyMap<string, T>, id: string): T {
  const thing = things.get(id)
  if (thing === undefined) throw new SovdError('not-found', `no '${id}'`, { target: id })
  return thing
}
