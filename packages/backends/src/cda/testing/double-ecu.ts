import { randomUUID } from 'node:crypto'
import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { DoubleAnswer, DoubleRequest } from '../../sovd/testing/http-double.ts'
import { DoubleModes } from './double-modes.ts'
import { type EcuModel, statusOf } from './ecu-model.ts'
import {
  badRequest,
  conflict,
  forbidden,
  items,
  NO_CONTENT,
  negative,
  notFound,
  notResponding,
  ok,
} from './refusals.ts'

interface Execution {
  readonly operation: string
  readonly parameters: Json | undefined
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** An ECU behind the adapter, as the adapter tells of it. Paths come in small letters. */
export class DoubleEcu {
  readonly model: EcuModel
  readonly modes: DoubleModes
  readonly #values: Map<string, JsonObject>
  readonly #executions = new Map<string, Execution>()
  #faults: readonly JsonObject[]
  isOnline = true

  constructor(model: EcuModel) {
    this.model = model
    this.modes = new DoubleModes(model)
    this.#values = new Map([...model.data, ...model.configurations].map(({ id, data }) => [id.toLowerCase(), data]))
    this.#faults = model.faults
  }

  get id(): string {
    return this.model.qualifier.toLowerCase()
  }

  document(): JsonObject {
    const base = `http://localhost:20002/vehicle/v15/components/${this.model.qualifier}`
    const names = ['locks', 'operations', 'data', 'configurations', 'x-single-ecu-jobs', 'faults', 'modes']
    return {
      id: this.id,
      name: this.model.name,
      variant: {
        name: this.isOnline ? this.model.variant : 'Unknown',
        is_base_variant: false,
        state: this.isOnline ? 'Online' : 'Offline',
        logical_address: this.model.address,
      },
      ...Object.fromEntries(names.map((name) => [name, `${base}/${name}`])),
    }
  }

  /** @param refusal why the client may not change what wants a lock */
  answer(
    request: DoubleRequest,
    [collection, ...rest]: readonly string[],
    refusal: DoubleAnswer | undefined,
  ): DoubleAnswer {
    switch (collection) {
      case 'data':
        return this.#item(request, rest, this.model.data, (item) => ({
          ...item,
          category: item.category ?? 'currentData',
        }))
      case 'configurations':
        return this.#item(request, rest, this.model.configurations, (item) => ({
          ...item,
          configurations_type: 'parameter',
          'x-sovd2uds-ServiceAbstract': ['221234', '2E1234'],
        }))
      case 'faults':
        return this.#faultMemory(request, rest, refusal)
      case 'operations':
        return this.#operations(request, rest, refusal)
      case 'modes':
        return this.isOnline ? this.modes.answer(request, rest, refusal) : this.#silence()
      case 'x-single-ecu-jobs':
        return items([])
      default:
        return notFound(`Resource not found: ${request.url}`)
    }
  }

  #silence(): DoubleAnswer {
    return notResponding(`ECU ${this.model.qualifier} is offline`)
  }

  #item(
    { method, body }: DoubleRequest,
    [id, more]: readonly string[],
    all: EcuModel['data'],
    shown: (item: JsonObject) => JsonObject,
  ): DoubleAnswer {
    if (id === undefined) return items(all.map(({ data: _, denied: _denied, ...item }) => shown(item)))
    const item = all.find((each) => each.id.toLowerCase() === id)
    if (!item || more !== undefined) return notFound(`Service '${id}' not found`)
    if (!this.isOnline) return this.#silence()
    const data = this.#values.get(id) ?? {}
    if (method === 'GET')
      return ok({ id, data: id === 'activediagnosticsessiondataidentifier' ? this.modes.identifier() : data })
    if (method !== 'PUT') return { status: 405 }
    if (item.denied) return forbidden('Access denied by the security plugin')
    const given = isJsonObject(body) ? body.data : undefined
    if (!isJsonObject(given)) return badRequest('missing field `data`')
    const stranger = Object.keys(given).find((name) => !Object.hasOwn(data, name))
    if (stranger !== undefined) return badRequest(`Parameter '${stranger}' is unknown`)
    const missing = Object.keys(data).find((name) => !Object.hasOwn(given, name))
    if (missing !== undefined) return badRequest(`Required parameter '${missing}' missing`)
    this.#values.set(id, given)
    return NO_CONTENT
  }

  #faultMemory(
    { method, url }: DoubleRequest,
    [code]: readonly string[],
    refusal: DoubleAnswer | undefined,
  ): DoubleAnswer {
    if (method !== 'GET' && refusal) return refusal
    if (!this.isOnline) return this.#silence()
    const isMeant = (fault: JsonObject) => String(fault.code).toLowerCase() === code
    if (method === 'DELETE') {
      const isCleared = (fault: JsonObject) => code === undefined || isMeant(fault)
      this.#faults = this.#faults.map((fault) => (isCleared(fault) ? { ...fault, status: statusOf('00') } : fault))
      return NO_CONTENT
    }
    if (code === undefined) return items(this.#faults)
    const item = this.#faults.find(isMeant)
    if (!item) return badRequest(`DTC ${code} is unknown`)
    const query = new URLSearchParams(url.toLowerCase().split('?')[1])
    const { snapshots, extendedData } = this.model
    const environment = {
      ...(query.get('include-snapshot-data') === 'true' ? { snapshots: { data: snapshots } } : {}),
      ...(query.get('include-extended-data') === 'true' ? { extended_data_records: { data: extendedData } } : {}),
    }
    return ok({ item, ...(Object.keys(environment).length > 0 ? { environment_data: environment } : {}) })
  }

  #operations(
    { method, body }: DoubleRequest,
    [id, executions, executionId]: readonly string[],
    refusal: DoubleAnswer | undefined,
  ): DoubleAnswer {
    if (id === 'reset' && executions === 'executions') return refusal ?? this.#reset(body)
    const all = this.model.operations.map((each) => ({
      id: each.id,
      name: each.name,
      proximity_proof_required: false,
      asynchronous_execution: each.kind !== 'sync',
    }))
    if (id === undefined) return items(all)
    const operation = this.model.operations.find((each) => each.id.toLowerCase() === id)
    if (!operation || (executions !== undefined && executions !== 'executions')) {
      return notFound(`Operation '${id}' not found`)
    }
    if (executions === undefined) return items(all.filter((each) => each.id.toLowerCase() === id))
    if (executionId !== undefined) return this.#execution(method, operation, executionId, refusal)
    if (method === 'GET') return items(this.#idsOf(id).map((each) => ({ id: each })))
    if (refusal) return refusal
    if (!this.isOnline) return this.#silence()
    const parameters = isJsonObject(body) ? body.parameters : undefined
    if (operation.refuses) return negative(0x31, operation.refuses, 'ConditionsNotCorrect')
    if (operation.kind === 'sync') return ok(parameters === undefined ? {} : { parameters })
    if (this.#idsOf(id).length > 0) return conflict(`An execution for operation '${id}' is already in progress`)
    const newId = randomUUID()
    this.#executions.set(newId, { operation: id, parameters })
    const location = `http://localhost:20002/Vehicle/v15/components/${this.id}/operations/${id}/executions/${newId}`
    return { status: 202, body: { id: newId, status: 'running' }, headers: { location } }
  }

  #idsOf(operation: string): readonly string[] {
    return [...this.#executions].flatMap(([id, execution]) => (execution.operation === operation ? [id] : []))
  }

  /** Each asking asks the ECU for the results of its routine; a routine that has none to tell is refused. */
  #execution(
    method: string,
    { id, kind }: EcuModel['operations'][number],
    executionId: string,
    refusal: DoubleAnswer | undefined,
  ): DoubleAnswer {
    if (method === 'DELETE' && refusal) return refusal
    if (!UUID.test(executionId)) return badRequest(`Invalid execution id: ${executionId}`)
    const execution = this.#executions.get(executionId)
    if (execution?.operation !== id.toLowerCase()) return notFound(`Execution ${executionId} not found`)
    const parameters = execution.parameters === undefined ? {} : { parameters: execution.parameters }
    if (method === 'DELETE') {
      this.#executions.delete(executionId)
      return ok({ status: 'stopped', capability: 'execute', ...parameters })
    }
    if (kind === 'endless') return negative(0x31, 0x24, 'RequestSequenceError')
    if (kind === 'without-results') return notFound(`${id}_RequestResults not found`)
    return ok({ status: 'completed', capability: 'execute', ...parameters })
  }

  #reset(body: Json | undefined): DoubleAnswer {
    const parameters = isJsonObject(body) && isJsonObject(body.parameters) ? body.parameters : {}
    const allowed = ['hardreset', 'softreset']
    if (typeof parameters.value !== 'string' || !allowed.includes(parameters.value.toLowerCase())) {
      return badRequest(`Invalid value for reset service: ${parameters.value}. Allowed values: [${allowed}]`)
    }
    this.modes.reset()
    return NO_CONTENT
  }
}
