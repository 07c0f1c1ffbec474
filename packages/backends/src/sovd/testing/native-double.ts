import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import { SAMPLE_COMPONENT, SAMPLE_GROUP } from '@opensovd/core/testing'
import { type DoubleAnswer, type DoubleRequest, HttpDouble } from './http-double.ts'

/** What a native server may lack. */
export interface NativeLacks {
  readonly bulk?: true
  readonly singleFault?: true
  readonly executions?: true
}

/** The path below which the double serves. */
export const NATIVE_PREFIX = '/sovd/v1'

/** A server of the native contract with the sample component, in the shapes of the Rust server's API. */
export function openNativeDouble(lacks: NativeLacks = {}): Promise<HttpDouble> {
  const model = new NativeModel(lacks)
  return new HttpDouble((request) => model.answer(request)).start()
}

const NO_CONTENT: DoubleAnswer = { status: 204 }

class NativeModel {
  readonly #lacks: NativeLacks
  readonly #values = new Map<string, Json>(SAMPLE_COMPONENT.data.map(({ id, value }) => [id, value]))
  readonly #executions = new Map<string, { asked: number; stopped: boolean; operation: string; params: Json | null }>()
  readonly #configurations: Record<string, Json> = { 'max-cell-voltage': 4.2, label: 'pack A' }
  #mode = 'default'
  #faults: JsonObject[] = [
    {
      id: 'P0A80',
      componentId: 'bms',
      code: 'P0A80',
      displayCode: 'P0A80',
      severity: 'high',
      status: 'active',
      name: 'Cell Voltage Imbalance',
      scope: 'module-3',
    },
    { id: 'P0A0D', componentId: 'bms', code: 'P0A0D', severity: 'low', status: 'passive', name: 'Interlock Open' },
  ]

  constructor(lacks: NativeLacks) {
    this.#lacks = lacks
  }

  answer(request: DoubleRequest): DoubleAnswer {
    const [sovd, v1, collection, id, facet, ...rest] = request.segments
    if (sovd !== 'sovd' || v1 !== 'v1') return { status: 404 }
    if (collection === 'groups' && id === undefined) return list([groupBody()])
    if (collection !== 'components') return { status: 404 }
    if (id === undefined) return list([componentBody()])
    if (id !== SAMPLE_COMPONENT.id) return failure(404, `Component '${id}' not found`)
    switch (facet) {
      case undefined:
        return { status: 200, body: componentBody() }
      case 'capabilities':
        return { status: 200, body: capabilitiesBody() }
      case 'data':
        return this.#data(request, rest)
      case 'faults':
        return this.#faultMemory(request, rest)
      case 'operations':
        return this.#operations(request, rest)
      case 'modes':
        return this.#modes(request, rest)
      case 'configurations':
        return this.#configuration(request)
      default:
        return { status: 404 }
    }
  }

  #data({ method, body }: DoubleRequest, [id, ...more]: string[]): DoubleAnswer {
    if (more.length > 0) return { status: 404 }
    if (id === undefined) return list(SAMPLE_COMPONENT.data.map(({ value: _, ...item }) => ({ ...item })))
    if (method === 'POST')
      return this.#lacks.bulk ? { status: 405, headers: { allow: 'GET,PUT' } } : this.#bulk(id, body)
    if (method === 'GET') return this.#readData(id)
    return this.#writeData(id, isJsonObject(body) ? body.value : undefined) ?? NO_CONTENT
  }

  #readData(id: string): DoubleAnswer {
    const item = SAMPLE_COMPONENT.data.find((each) => each.id === id)
    if (!item) return failure(404, `Data '${id}' not found`)
    const { name, unit, access } = item
    const value = this.#values.get(id) ?? null
    return { status: 200, body: { id, name, value, ...(unit ? { unit } : {}), access } }
  }

  #writeData(id: string, value: Json | undefined): DoubleAnswer | undefined {
    const item = SAMPLE_COMPONENT.data.find((each) => each.id === id)
    if (!item) return failure(404, `Data '${id}' not found`)
    if (item.access === 'readOnly') return failure(403, 'Data item is read-only')
    if (value === undefined) return failure(400, "Missing 'value' field")
    this.#values.set(id, value)
    return undefined
  }

  /** The items come in another order than they were asked for. */
  #bulk(name: string, body: Json | undefined): DoubleAnswer {
    if (name === 'bulk-read' && isJsonObject(body) && Array.isArray(body.dataIds)) {
      const outcomes = body.dataIds.map(String).map((id) => {
        const value = this.#values.get(id)
        return value === undefined ? { id, error: `Data '${id}' not found` } : { id, value }
      })
      return list(outcomes.reverse())
    }
    if (name !== 'bulk-write' || !Array.isArray(body)) return failure(422, 'unexpected body')
    const outcomes = body.filter(isJsonObject).map(({ id, value }) => {
      const refusal = this.#writeData(String(id), value)
      return refusal ? { id: String(id), error: 'refused' } : { id: String(id), value: value ?? null }
    })
    return list(outcomes.reverse())
  }

  #faultMemory({ method }: DoubleRequest, [id]: string[]): DoubleAnswer {
    if (id === undefined) {
      if (method === 'GET') return list(this.#faults)
      this.#faults = []
      return NO_CONTENT
    }
    const found = this.#faults.find((fault) => fault.id === id)
    if (method === 'GET' && this.#lacks.singleFault) return { status: 404 }
    if (!found) return failure(404, `Fault '${id}' not found for component 'bms'`)
    if (method === 'GET') return { status: 200, body: found }
    this.#faults = this.#faults.filter((fault) => fault !== found)
    return NO_CONTENT
  }

  #operations({ method, body }: DoubleRequest, [id, executions, executionId]: string[]): DoubleAnswer {
    if (id === undefined) {
      const idle = { componentId: 'bms', status: 'idle' }
      return list(SAMPLE_COMPONENT.operations.map((each) => ({ id: each.id, name: each.name, ...idle })))
    }
    if (!SAMPLE_COMPONENT.operations.some((each) => each.id === id)) return failure(404, `Operation '${id}' not found`)
    if (executions === undefined && method === 'POST') return this.#start(id, isJsonObject(body) ? body : {})
    if (this.#lacks.executions || executionId === undefined) return { status: 405 }
    const execution = this.#executions.get(executionId)
    if (execution?.operation !== id) return failure(404, `Execution '${executionId}' not found`)
    if (method === 'DELETE') {
      execution.stopped = true
      return NO_CONTENT
    }
    execution.asked++
    return { status: 200, body: this.#executionBody(executionId) }
  }

  #start(operation: string, body: JsonObject): DoubleAnswer {
    const executionId = `e-${this.#executions.size + 1}`
    this.#executions.set(executionId, { asked: 0, stopped: false, operation, params: body.params ?? null })
    const location = `${NATIVE_PREFIX}/components/bms/operations/${operation}/executions/${executionId}`
    return { status: 202, body: this.#executionBody(executionId), headers: { location } }
  }

  #executionBody(executionId: string): JsonObject {
    const execution = this.#executions.get(executionId)
    if (!execution) return {}
    const { asked, stopped, operation, params } = execution
    const base = { executionId, componentId: 'bms', operationId: operation, timestamp: '2026-01-01T00:00:00Z' }
    if (stopped) return { ...base, status: 'cancelled' }
    const isOver = this.#lacks.executions ? true : operation === 'self-test' && asked > 2
    return isOver
      ? { ...base, status: 'completed', progress: 100, result: params }
      : { ...base, status: 'running', progress: 50 }
  }

  #modes({ method, body }: DoubleRequest, [mode]: string[]): DoubleAnswer {
    const wanted = method === 'PUT' ? mode : isJsonObject(body) ? body.mode : undefined
    if (method !== 'GET') {
      if (wanted !== 'default' && wanted !== 'extended') return failure(400, `unknown mode '${wanted}'`)
      this.#mode = wanted
    }
    const availableModes = ['default', 'extended']
    return { status: 200, body: { componentId: 'bms', currentMode: this.#mode, availableModes } }
  }

  #configuration({ method, body }: DoubleRequest): DoubleAnswer {
    if (method === 'GET') return { status: 200, body: { componentId: 'bms', parameters: this.#configurations } }
    if (!isJsonObject(body) || typeof body.name !== 'string') return failure(422, 'name is missing')
    this.#configurations[body.name] = body.value ?? null
    return NO_CONTENT
  }
}

function componentBody(): JsonObject {
  return { id: 'bms', name: SAMPLE_COMPONENT.name, category: 'powertrain', connectionState: 'connected' }
}

function groupBody(): JsonObject {
  return { id: SAMPLE_GROUP.id, name: SAMPLE_GROUP.name, componentIds: SAMPLE_GROUP.members }
}

function capabilitiesBody(): JsonObject {
  const supportedCategories = ['data', 'faults', 'operations']
  return { componentId: 'bms', supportedCategories, dataCount: 5, operationCount: 2, features: [] }
}

function list(value: readonly JsonObject[]): DoubleAnswer {
  return { status: 200, body: { '@odata.context': '$metadata', value, '@odata.count': value.length } }
}

function failure(status: number, message: string): DoubleAnswer {
  return { status, body: { error: { code: `SOVD-ERR-${status}`, message } } }
}
