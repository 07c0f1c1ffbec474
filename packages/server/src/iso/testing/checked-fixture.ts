import assert from 'node:assert/strict'
import {
  DataError,
  GenericError,
  ISO_API,
  ISO_ERRORS,
  type Route,
  type RouteTable,
  type SovdErrorCode,
} from '@opensovd/sovd'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type Fixture, openFixture, type Reply } from '../../testing/fixture.ts'
import { vehicleBackend } from './vehicle.ts'

export const BASE = '/vehicle/v1'

type JsonReply = Extract<Route['reply'], { kind: 'json' }>

const table: RouteTable = ISO_API
const ajv = new Ajv2020({ strict: true, formats: { 'uri-reference': true } })
const validators = new Map<object, ValidateFunction>()

/** What any request may end in, whatever its row says. */
const ALWAYS: readonly SovdErrorCode[] = [
  'invalid-request',
  'method-not-allowed',
  'content-too-large',
  'unsupported-media-type',
  'internal-error',
  'unavailable',
]

/**
 * The fixture over a vehicle with all kinds of entities. Every answer is judged by the row of its request: status,
 * body, headers, and the body by its own schema where it was asked for. Paths are below the base.
 */
export async function openCheckedFixture(options: Parameters<typeof openFixture>[0] = {}): Promise<Fixture> {
  const fixture = await openFixture({ backends: [vehicleBackend()], ...options })
  const send: Fixture['send'] = async (method, path, ...rest) => {
    const reply = await fixture.send(method, BASE + path, ...rest)
    judge(method, path, reply)
    return reply
  }
  return { ...fixture, get: (path, headers) => send('GET', path, undefined, headers), send }
}

/** Fails for an answer that its row does not promise. */
export function judge(method: string, path: string, reply: Reply): void {
  const [place = '', search] = path.split('?')
  const row = rowOf(method, place)
  if (reply.status === 304) assert.equal(reply.text, '')
  else if (reply.status < 400) judgeSuccess(row, method, new URLSearchParams(search), reply)
  else if (method === 'HEAD') assert.equal(reply.text, '')
  else judgeError(row, method, place, reply)
}

function judgeSuccess(row: Route | undefined, method: string, query: URLSearchParams, reply: Reply): void {
  if (method === 'OPTIONS') return
  assert.ok(row, 'a row for what succeeded')
  if (row.reply.kind === 'bytes' && !reply.headers.get('content-type')?.startsWith('application/json')) {
    assert.ok(reply.status === 200 || reply.status === 206)
    return
  }
  assert.equal(reply.status, 'status' in row.reply ? row.reply.status : 200)
  assert.equal(reply.headers.has('etag'), row.method === 'GET')
  const promise = jsonReplyOf(row)
  if (!promise || method === 'HEAD') assert.equal(reply.text, '')
  else judgeBody(row, promise, query, reply)
}

function jsonReplyOf({ reply }: Route): JsonReply | undefined {
  if (reply.kind === 'json') return reply
  return reply.kind === 'bytes' && reply.schema ? { kind: 'json', status: 200, schema: reply.schema } : undefined
}

function judgeBody(row: Route, promise: JsonReply, query: URLSearchParams, { headers, json }: Reply): void {
  assert.match(headers.get('content-type') ?? '', /^application\/json/)
  if (promise.location)
    assert.match(
      headers.get('location') ?? '',
      /^\/vehicle\/v1\/(?:.+\/)?(executions|locks|data-lists|communication-logs|cyclic-subscriptions|triggers|bulk-data\/[^/]+|scripts|updates)\/[^/]+$/,
    )
  assertValid(strictly(promise.schema), json)
  const hasRoom = Object.hasOwn(Object(Object(promise.schema).properties), 'schema')
  const wantsSchema = hasRoom && row.query !== undefined && query.get('include-schema') === 'true'
  assert.equal('schema' in json, wantsSchema)
  if (!wantsSchema) return
  assert.equal(json.schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
  assertValid(ajv.compile(json.schema), json)
}

function judgeError(row: Route | undefined, method: string, path: string, reply: Reply): void {
  const isValueError = reply.status === 400 && (row === ISO_API.writeData || row === ISO_API.writeConfiguration)
  assertValid(strictly(isValueError ? DataError : GenericError), reply.json)
  const error = isValueError ? reply.json.error : reply.json
  assert.equal(error.error_code === 'vendor-specific', error.vendor_code !== undefined)
  const promised = [...ALWAYS, ...(row?.errors ?? (['not-found', 'not-implemented'] as const))]
  if (row?.method === 'PUT') promised.push('precondition-failed')
  assert.ok(
    promised.some((code) => ISO_ERRORS[code].status === reply.status),
    `${method} ${path} may end in ${reply.status}`,
  )
}

function rowOf(method: string, path: string): Route | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method
  const rows = Object.values(table).filter(
    (row) => row.method === wanted && [row.path, ...(row.aliases ?? [])].some((template) => matches(template, path)),
  )
  return rows.toSorted((a, b) => parametersIn(a.path) - parametersIn(b.path))[0]
}

function parametersIn(template: string): number {
  return template.split('{').length
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
}

function assertValid(validate: ValidateFunction, body: unknown): void {
  assert.ok(validate(body), `${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`)
}

/** A check against the schema with no room for attributes that it does not name. */
function strictly(schema: object): ValidateFunction {
  const known = validators.get(schema)
  if (known) return known
  const made = ajv.compile(close(schema))
  validators.set(schema, made)
  return made
}

function close(schema: object): object {
  const copy = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, closeIn(keyword, value)]))
  const isOpen = 'properties' in schema && Object.keys(Object(schema.properties)).length === 0
  return 'properties' in schema && !isOpen ? { ...copy, additionalProperties: false } : copy
}

function closeIn(keyword: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => closeIn('', each))
  if (keyword !== 'properties' && keyword !== 'patternProperties') return close(value)
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, close(schema)]))
}
