import { randomUUID } from 'node:crypto'
import { isJsonObject, type JsonObject } from '@opensovd/base'
import type { DoubleAnswer, DoubleRequest } from '../../sovd/testing/http-double.ts'
import type { DoubleEcu } from './double-ecu.ts'
import { badRequest, items, NO_CONTENT, notFound, ok } from './refusals.ts'

const HERE = 'http://localhost:20002/vehicle/v15/functions/functionalgroups'

/** A functional group: what is asked of it is asked of each of its ECUs, and answered by the ECU. */
export class DoubleGroup {
  readonly name: string
  readonly ecus: readonly DoubleEcu[]
  readonly #executions = new Map<string, JsonObject>()

  constructor(name: string, ecus: readonly DoubleEcu[]) {
    this.name = name
    this.ecus = ecus
  }

  get id(): string {
    return this.name.toLowerCase()
  }

  reference(): JsonObject {
    return { href: `${HERE}/${this.id}`, id: this.id, name: this.name }
  }

  answer(
    request: DoubleRequest,
    [collection, id, ...rest]: readonly string[],
    refusal: DoubleAnswer | undefined,
  ): DoubleAnswer {
    switch (collection) {
      case undefined: {
        const names = ['locks', 'operations', 'data', 'modes']
        return ok({ id: this.id, ...Object.fromEntries(names.map((name) => [name, `${HERE}/${this.id}/${name}`])) })
      }
      case 'data':
        return this.#data(request, id)
      case 'modes':
        return this.#modes(request, id, refusal)
      case 'operations':
        return this.#operations(request, [id, ...rest], refusal)
      default:
        return notFound(`Resource not found: ${request.url}`)
    }
  }

  #data(request: DoubleRequest, id: string | undefined): DoubleAnswer {
    if (id === undefined) return items([{ id: 'vindataidentifier', name: 'VINDataIdentifier', category: 'identData' }])
    return this.#ofAll(
      'data',
      (ecu) => ecu.answer(request, ['data', id], undefined),
      (body) => body.data ?? {},
    )
  }

  #modes(request: DoubleRequest, id: string | undefined, refusal: DoubleAnswer | undefined): DoubleAnswer {
    if (id === undefined) return items(['session', 'commctrl', 'dtcsetting'].map((each) => ({ id: each, name: each })))
    if (request.method === 'PUT' && refusal) return refusal
    return this.#ofAll(
      'modes',
      (ecu) => ecu.answer(request, ['modes', id], undefined),
      (body) => ({ ...body, id }),
    )
  }

  #operations(
    { method, body }: DoubleRequest,
    [id, executions, executionId]: readonly (string | undefined)[],
    refusal: DoubleAnswer | undefined,
  ): DoubleAnswer {
    if (id === undefined) {
      return items([{ id: 'wakeup', name: 'WakeUp', proximity_proof_required: false, asynchronous_execution: true }])
    }
    if (id !== 'wakeup' || executions !== 'executions') return notFound(`Operation '${id}' not found`)
    const byEcu = Object.fromEntries(this.ecus.map((ecu) => [ecu.id, {}]))
    if (executionId === undefined) {
      if (method === 'GET') return items([...this.#executions.keys()].map((each) => ({ id: each })))
      if (refusal) return refusal
      if (!isJsonObject(body)) return badRequest('a body is missing')
      const newId = randomUUID()
      this.#executions.set(newId, byEcu)
      return { status: 202, body: { id: newId, status: 'running' } }
    }
    const parameters = this.#executions.get(executionId)
    if (!parameters) return notFound(`Execution ${executionId} not found`)
    if (method === 'GET') return ok({ status: 'completed', capability: 'execute', parameters, errors: [] })
    this.#executions.delete(executionId)
    return NO_CONTENT
  }

  /** What one ECU does not answer does not keep the others from it: it is an error in a success. */
  #ofAll(
    member: 'data' | 'modes',
    ask: (ecu: DoubleEcu) => DoubleAnswer,
    shown: (body: JsonObject) => JsonObject[string],
  ): DoubleAnswer {
    const values: Record<string, JsonObject[string]> = {}
    const errors: JsonObject[] = []
    for (const ecu of this.ecus) {
      const { status, body = {} } = ask(ecu)
      if (status < 300) values[ecu.id] = shown(isJsonObject(body) ? body : {}) ?? {}
      else errors.push({ path: `/${member}/${ecu.id}`, error: body })
    }
    return ok({ [member]: values, ...(errors.length > 0 ? { errors } : {}) })
  }
}
