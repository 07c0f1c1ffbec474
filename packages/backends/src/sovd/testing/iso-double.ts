import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import { SAMPLE_COMPONENT } from '@opensovd/core/testing'
import { type DoubleAnswer, type DoubleRequest, HttpDouble } from './http-double.ts'

/** The path below which the double serves. */
export const ISO_PREFIX = '/vehicle/v1'

/** A server of ISO 17978-3 with the sample component. */
export function openIsoDouble(): Promise<HttpDouble> {
  const model = new IsoModel()
  return new HttpDouble((request) => model.answer(request)).start()
}

const NO_CONTENT: DoubleAnswer = { status: 204 }

class IsoModel {
  readonly #values = new Map<string, Json>(SAMPLE_COMPONENT.data.map(({ id, value }) => [id, value]))
  readonly #executions = new Map<string, { asked: number; operation: string; parameters: Json | undefined }>()
  readonly #configurations = new Map<string, Json>([
    ['max-cell-voltage', 4.2],
    ['label', 'pack A'],
  ])
  #mode = 'default'
  #faults: JsonObject[] = [
    {
      code: 'P0A80',
      display_code: 'P0A80',
      fault_name: 'Cell Voltage Imbalance',
      scope: 'module-3',
      severity: 2,
      status: { aggregatedStatus: 'active' },
    },
    { code: 'P0A0D', fault_name: 'Interlock Open', severity: 4, status: { aggregatedStatus: 'passive' } },
  ]

  answer(request: DoubleRequest): DoubleAnswer {
    const [vehicle, v1, collection, id, facet, ...rest] = request.segments
    if (vehicle !== 'vehicle' || v1 !== 'v1' || collection !== 'components') return missing('path')
    if (id === undefined)
      return items([{ id: 'bms', name: SAMPLE_COMPONENT.name, href: `${ISO_PREFIX}/components/bms` }])
    if (id !== 'bms') return missing(id)
    switch (facet) {
      case undefined:
        return { status: 200, body: entityDocument() }
      case 'data':
        return this.#data(request, rest)
      case 'faults':
        return this.#faultMemory(request, rest)
      case 'operations':
        return this.#operations(request, rest)
      case 'modes':
        return this.#modes(request, rest)
      case 'configurations':
        return this.#configuration(request, rest)
      default:
        return missing(facet)
    }
  }

  #data({ method, body }: DoubleRequest, [id]: string[]): DoubleAnswer {
    if (id === undefined) {
      return items(SAMPLE_COMPONENT.data.map((item) => ({ id: item.id, name: item.name, category: 'currentData' })))
    }
    const item = SAMPLE_COMPONENT.data.find((each) => each.id === id)
    if (!item) return missing(id)
    if (method === 'GET') return { status: 200, body: { id, data: this.#values.get(id) ?? null } }
    if (item.access === 'readOnly') return refusal(403, 'insufficient-access-rights', 'read-only')
    if (!isJsonObject(body) || body.data === undefined) return refusal(400, 'incomplete-request', 'data is missing')
    this.#values.set(id, body.data)
    return NO_CONTENT
  }

  #faultMemory({ method }: DoubleRequest, [code]: string[]): DoubleAnswer {
    if (code === undefined) {
      if (method === 'GET') return items(this.#faults)
      this.#faults = []
      return NO_CONTENT
    }
    const item = this.#faults.find((fault) => fault.code === code)
    if (!item) return missing(code)
    if (method === 'GET') return { status: 200, body: { item, environment_data: { odometer: 12 } } }
    this.#faults = this.#faults.filter((fault) => fault !== item)
    return NO_CONTENT
  }

  #operations({ method, body }: DoubleRequest, [id, executions, executionId]: string[]): DoubleAnswer {
    if (id === undefined) {
      const flags = { proximity_proof_required: false, asynchronous_execution: true }
      return items(SAMPLE_COMPONENT.operations.map((each) => ({ id: each.id, name: each.name, ...flags })))
    }
    if (!SAMPLE_COMPONENT.operations.some((each) => each.id === id) || executions !== 'executions') return missing(id)
    if (executionId === undefined) return this.#start(id, isJsonObject(body) ? body.parameters : undefined)
    const execution = this.#executions.get(executionId)
    if (execution?.operation !== id) return missing(executionId)
    if (method === 'DELETE') {
      this.#executions.delete(executionId)
      return NO_CONTENT
    }
    execution.asked++
    const isOver = id === 'self-test' && execution.asked > 2
    const status = isOver ? 'completed' : 'running'
    const parameters = isOver && execution.parameters !== undefined ? { parameters: execution.parameters } : {}
    return { status: 200, body: { capability: 'execute', status, ...parameters } }
  }

  #start(operation: string, parameters: Json | undefined): DoubleAnswer {
    const id = `e-${this.#executions.size + 1}`
    this.#executions.set(id, { asked: 0, operation, parameters })
    const location = `http://127.0.0.1/elsewhere/operations/${operation}/executions/${id}`
    return { status: 202, body: { id, status: 'running' }, headers: { location } }
  }

  #modes({ method, body, url }: DoubleRequest, [id]: string[]): DoubleAnswer {
    if (id === undefined) return items([{ id: 'session', name: 'Diagnostic session' }])
    if (id !== 'session') return missing(id)
    const values = ['default', 'extended']
    if (method === 'PUT') {
      const value = isJsonObject(body) ? body.value : undefined
      if (typeof value !== 'string' || !values.includes(value)) return refusal(400, 'vendor-specific', 'unknown value')
      this.#mode = value
      return { status: 200, body: { id, value } }
    }
    const value = { type: 'string', enum: values }
    const schema = url.endsWith('?include-schema=true') ? { schema: { type: 'object', properties: { value } } } : {}
    return { status: 200, body: { name: 'Diagnostic session', value: this.#mode, ...schema } }
  }

  #configuration({ method, body }: DoubleRequest, [id]: string[]): DoubleAnswer {
    if (id === undefined) {
      const parameters = [...this.#configurations.keys()].map((each) => ({ id: each, name: each, type: 'parameter' }))
      return items([...parameters, { id: 'map', name: 'Map', type: 'bulk', version: '1', content_type: 'x/y' }])
    }
    const data = this.#configurations.get(id)
    if (data === undefined) return missing(id)
    if (method === 'GET') return { status: 200, body: { id, data } }
    this.#configurations.set(id, isJsonObject(body) ? (body.data ?? null) : null)
    return NO_CONTENT
  }
}

function entityDocument(): JsonObject {
  const base = `${ISO_PREFIX}/components/bms`
  const names = ['data', 'faults', 'operations', 'modes', 'configurations', 'locks']
  return {
    id: 'bms',
    name: SAMPLE_COMPONENT.name,
    ...Object.fromEntries(names.map((name) => [name, `${base}/${name}`])),
  }
}

function items(all: readonly JsonObject[]): DoubleAnswer {
  return { status: 200, body: { items: all } }
}

function missing(what: string): DoubleAnswer {
  return {
    status: 404,
    body: { error_code: 'vendor-specific', vendor_code: 'resource-not-found', message: `no ${what}` },
  }
}

function refusal(status: number, code: string, message: string): DoubleAnswer {
  return { status, body: { error_code: code, message } }
}
