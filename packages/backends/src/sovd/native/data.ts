import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { Access, CallContext, DataItem, DataOutcome, DataType, DataValue } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { readEach, type SingleData, type Value, writeEach } from '../each-item.ts'
import { orElse } from '../fallback.ts'
import { segment } from '../path.ts'
import { choiceOf, defined, listOf, numberOf, objectOf, requiredJson, requiredText, textOf, textsOf } from '../shape.ts'

/** Data of the component at `path`. */
export function nativeData(api: ApiClient, path: string): AllFacets['data'] {
  const collection = `${path}/data`
  const single: SingleData = {
    list: (context) => api.get(collection, context, (json) => listOf(json, 'value', dataItem)),
    read: async (id, context) =>
      api.get(`${collection}/${segment(id)}`, context, (json) => dataValue(id, objectOf(json))),
    write: async (id, value, context) =>
      api.change({ method: 'PUT', path: `${collection}/${segment(id)}`, body: { value } }, context, () => {}),
  }
  let hasBulkRead = true
  let hasBulkWrite = true

  const bulkRead = (ids: readonly string[], context: CallContext): Promise<readonly DataOutcome[]> =>
    api.query({ method: 'POST', path: `${collection}/bulk-read`, body: { dataIds: ids } }, context, ({ json }) =>
      outcomesOf(ids, json),
    )
  const bulkWrite = (values: readonly Value[], context: CallContext): Promise<readonly DataOutcome[]> => {
    const body = values.map(({ id, value }) => ({ id, value }))
    const ids = values.map(({ id }) => id)
    return api.change({ method: 'POST', path: `${collection}/bulk-write`, body }, context, ({ json }) =>
      outcomesOf(ids, json).map((each) => ('error' in each ? each : { id: each.id })),
    )
  }

  return {
    ...single,
    watch: (ids, listener, context) =>
      api.watch(`${collection}/subscribe${wanted(ids)}`, context, (name, data) => {
        if (name === 'data-change') listener(told(objectOf(data)))
        else if (name === 'source-error' || name === 'overflow') throw notTold(name)
      }),
    readMany: (ids, context) => {
      const each = () => readEach(single, ids, context)
      if (!hasBulkRead) return each()
      return orElse(
        () => bulkRead(ids, context),
        each,
        () => {
          hasBulkRead = false
        },
      )
    },
    writeMany: (values, context) => {
      const each = () => writeEach(single, values, context)
      if (!hasBulkWrite) return each()
      return orElse(
        () => bulkWrite(values, context),
        each,
        () => {
          hasBulkWrite = false
        },
      )
    },
  }
}

/** What fits into a request; more than that is asked for as a whole. */
const MAX_QUERY = 4000

function wanted(ids: readonly string[]): string {
  const query = `?ids=${ids.map(segment).join(',')}`
  return query.length > MAX_QUERY ? '' : query
}

function told(event: JsonObject): DataValue {
  return { id: requiredText(event, 'dataId'), value: requiredJson(event, 'value') }
}

/** Reading tells why, or what was missed. */
function notTold(event: string): SovdError {
  return new SovdError('unavailable', `the backend told ${event}`)
}

const ACCESS: readonly Access[] = ['readOnly', 'readWrite', 'writeOnly']
const DATA_TYPES: readonly DataType[] = ['string', 'integer', 'float', 'boolean', 'bytes', 'enum', 'struct']

function dataItem(item: JsonObject): DataItem {
  const id = requiredText(item, 'id')
  const range = isJsonObject(item.normalRange) ? item.normalRange : undefined
  return defined<DataItem>({
    id,
    name: textOf(item, 'name') ?? id,
    description: textOf(item, 'description'),
    access: choiceOf(item, 'access', ACCESS) ?? 'readWrite',
    dataType: choiceOf(item, 'dataType', DATA_TYPES) ?? 'struct',
    unit: textOf(item, 'unit'),
    did: textOf(item, 'x-uds-did'),
    normalRange:
      range && defined<{ min?: number; max?: number }>({ min: numberOf(range, 'min'), max: numberOf(range, 'max') }),
    semanticRef: textOf(item, 'semanticRef'),
    samplingHint: numberOf(item, 'samplingHint'),
    classificationTags: textsOf(item, 'classificationTags'),
  })
}

function dataValue(id: string, body: JsonObject): DataValue {
  const { id: _, value: _value, ...attributes } = body
  return { id, value: requiredJson(body, 'value'), attributes }
}

/** The outcomes in the order of `ids`, whatever the order of the answer. */
function outcomesOf(ids: readonly string[], json: Json | undefined): readonly DataOutcome[] {
  const outcomes = new Map(listOf(json, 'value', outcome).map((each) => [each.id, each]))
  return ids.map((id) => outcomes.get(id) ?? { id, error: 'the backend did not answer for this item' })
}

function outcome(item: JsonObject): DataOutcome {
  const id = requiredText(item, 'id')
  const error = textOf(item, 'error')
  if (error !== undefined) return { id, error }
  return item.value === undefined ? { id } : { id, value: item.value }
}
