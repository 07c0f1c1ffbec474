import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { CallContext } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { ApiClient } from '../sovd/api-client.ts'
import { objectOf, requiredJson, ShapeError } from '../sovd/shape.ts'

/** What an adapter tells of an item: the value, and what stands beside it. */
export interface ItemValue {
  readonly value: Json
  readonly attributes: JsonObject
}

/**
 * An adapter's values are parameters by name. The value of an item with one parameter is that of the parameter;
 * that of any other, or of one whose parameters could not all be had, is the parameters. Nothing is `null`.
 */
export function itemValue(json: Json | undefined): ItemValue {
  if (json === undefined) return { value: null, attributes: {} }
  const { id: _, schema: _schema, ...body } = objectOf(json)
  const data = requiredJson(body, 'data')
  const { data: _data, ...attributes } = body
  const only = body.errors === undefined ? onlyName(data) : undefined
  return { value: only === undefined || !isJsonObject(data) ? data : (data[only] ?? null), attributes }
}

/**
 * Writes a value as `itemValue` reads it. An object with just the parameter of the item is taken for all of it too.
 * @throws SovdError what the adapter refuses with; `invalid-request` for a value that fits no parameter
 */
export async function writeItem(api: ApiClient, path: string, value: Json, context: CallContext): Promise<void> {
  const data = await parametersFrom(api, path, value, context)
  await api.change({ method: 'PUT', path, body: { data } }, context, () => {})
}

async function parametersFrom(api: ApiClient, path: string, value: Json, context: CallContext): Promise<JsonObject> {
  const name = await parameterName(api, path, value, context)
  if (name !== undefined && !(isJsonObject(value) && onlyName(value) === name)) return { [name]: value }
  if (isJsonObject(value)) return value
  throw new SovdError('invalid-request', 'the value must be an object with the parameters of the item', {
    target: 'body',
  })
}

/** The parameter of an item that has just one. An item that is only written tells no names: it takes an object. */
async function parameterName(
  api: ApiClient,
  path: string,
  value: Json,
  context: CallContext,
): Promise<string | undefined> {
  try {
    return await api.get(path, context, (json) => (json === undefined ? undefined : onlyName(dataOf(json))))
  } catch (error) {
    if (error instanceof SovdError && isJsonObject(value) && !context.signal.aborted) return undefined
    throw error
  }
}

function dataOf(json: Json): Json {
  const data = requiredJson(objectOf(json), 'data')
  if (!isJsonObject(data)) throw new ShapeError('data is not an object')
  return data
}

function onlyName(data: Json): string | undefined {
  const names = isJsonObject(data) ? Object.keys(data) : []
  return names.length === 1 ? names[0] : undefined
}
