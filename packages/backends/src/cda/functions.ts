import { isJsonObject, type Json } from '@opensovd/base'
import type { DataFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { HttpFailure } from '../http/http-failure.ts'
import type { ApiClient } from '../sovd/api-client.ts'
import { listOf, objectOf, requiredJson, requiredText, textOf } from '../sovd/shape.ts'
import { dataItem } from './data.ts'
import { ADAPTER_PATH, segment } from './path.ts'
import type { Source } from './source.ts'

export interface FoundFunction {
  readonly id: string
  readonly name: string
  /** Ids of the ECUs of the group, where the adapter tells. */
  readonly members: readonly string[]
}

/** The functional groups of an adapter; none where it has no database of them. */
export async function findFunctions(api: ApiClient, signal: AbortSignal): Promise<readonly FoundFunction[]> {
  const groups = await orNothing(() =>
    api.probe('/functions/functionalgroups', signal, (json) =>
      listOf(json, 'items', (item) => {
        const id = requiredText(item, 'id').toLowerCase()
        return { id, name: textOf(item, 'name') ?? id }
      }),
    ),
  )
  if (groups === undefined || groups.length === 0) return []
  const members = await orNothing(() => api.probe(`${ADAPTER_PATH}/data/networkstructure`, signal, membersOf))
  return groups.map((group) => ({ ...group, members: members?.get(group.id) ?? [] }))
}

/** What the adapter does not have, or does not tell, is not there; an adapter that went away is another matter. */
async function orNothing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof SovdError) || error instanceof HttpFailure) throw error
    return undefined
  }
}

/** ECUs by functional group, all in small letters. */
function membersOf(json: Json | undefined): ReadonlyMap<string, readonly string[]> {
  const { data } = objectOf(json)
  const networks = Array.isArray(data) ? data : []
  const groups = networks.flatMap((network) => objectsOf(isJsonObject(network) ? network.FunctionalGroups : undefined))
  return new Map(
    groups.map((group) => [
      (textOf(group, 'Qualifier') ?? '').toLowerCase(),
      objectsOf(group.Ecus).flatMap((ecu) => textOf(ecu, 'Qualifier')?.toLowerCase() ?? []),
    ]),
  )
}

function objectsOf(list: Json | undefined) {
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}

/** Data of a functional group: the parameters of each ECU, by the ECU. */
export function functionData({ api, path }: Source): DataFacet {
  const collection = `${path}/data`
  const item = (id: string) => `${collection}/${segment(id)}`
  return {
    list: (context) => api.get(collection, context, (json) => listOf(json, 'items', dataItem)),
    read: async (id, context) =>
      api.get(item(id), context, (json) => {
        if (json === undefined) return { id, value: null }
        const { id: _, data: _data, schema: _schema, ...attributes } = objectOf(json)
        return { id, value: requiredJson(objectOf(json), 'data'), attributes }
      }),
    write: async (id, value, context) => {
      if (!isJsonObject(value)) {
        throw new SovdError('invalid-request', 'the value must be an object with the parameters for all ECUs', {
          target: 'body',
        })
      }
      await api.change({ method: 'PUT', path: item(id), body: { data: value } }, context, ({ json }) =>
        requireAll(json),
      )
    },
  }
}

/** @throws SovdError when some ECUs did not take a value */
function requireAll(json: Json | undefined): void {
  const errors = isJsonObject(json) ? json.errors : undefined
  if (!Array.isArray(errors) || errors.length === 0) return
  throw new SovdError('bad-gateway', partialFailure(errors))
}

/** Which ECUs of a functional group failed, and why. */
export function partialFailure(errors: readonly Json[]): string {
  const said = objectsOf(errors.slice(0, 20)).map((each) => {
    const ecu = textOf(each, 'path')?.split('/').at(-1) ?? 'one'
    return `${ecu}: ${(isJsonObject(each.error) ? textOf(each.error, 'message') : undefined) ?? 'refused'}`
  })
  return `not all ECUs followed: ${said.join('; ')}`
}
