import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import { type CallContext, DTC_SETTING, type ModeFacet, type ModeGroup, SESSION } from '@opensovd/core'
import { SovdError, type SovdErrorCode } from '@opensovd/sovd'
import { MAX_TOGETHER, mapLimited } from '../sovd/map-limited.ts'
import { listOf, objectOf, requiredText, textOf } from '../sovd/shape.ts'
import { partialFailure } from './functions.ts'
import { segment } from './path.ts'
import type { Source } from './source.ts'

/** What a group is said to be at when the adapter does not tell. */
const UNKNOWN = 'unknown'

/** With these the adapter says that it does not tell just now: security access is told to the owner of a lock only. */
const RETICENT: readonly SovdErrorCode[] = ['forbidden', 'not-found', 'invalid-request', 'conflict']

const COMMUNICATION = [
  'enableRxAndEnableTx',
  'enableRxAndDisableTx',
  'disableRxAndEnableTx',
  'disableRxAndDisableTx',
  'enableRxAndDisableTxWithEnhancedAddressInformation',
  'enableRxAndTxWithEnhancedAddressInformation',
  'temporalSync',
]

/**
 * Modes of a component or a functional group. The adapter changes them under a lock only, and undoes them when the
 * lock ends.
 * @param sessions the values that the session can have, which the adapter does not tell
 */
export function cdaModes({ api, path, lock }: Source, sessions: readonly string[]): ModeFacet {
  const collection = `${path}/modes`
  const mode = (id: string) => `${collection}/${segment(id)}`
  const valuesOf = (id: string) => ({ [SESSION]: sessions, [DTC_SETTING]: ['on', 'off'], commctrl: COMMUNICATION })[id]

  async function group({ id, name }: Named, context: CallContext): Promise<ModeGroup> {
    const known = valuesOf(id) ?? []
    const value = await current(id, context)
    const own = known.find((each) => isSame(each, value)) ?? value
    const values = known.includes(own) || own === UNKNOWN ? known : [own, ...known]
    return { id, ...(name === undefined ? {} : { name }), value: own, values: values.map((each) => ({ value: each })) }
  }

  async function current(id: string, context: CallContext): Promise<string> {
    try {
      return await api.get(mode(id), context, (json) => modeValue(objectOf(json)))
    } catch (error) {
      if (error instanceof SovdError && RETICENT.includes(error.code)) return UNKNOWN
      throw error
    }
  }

  const names = (context: CallContext) => api.get(collection, context, (json) => listOf(json, 'items', named))

  async function change(groupId: string, body: JsonObject, context: CallContext): Promise<JsonObject> {
    const request = { method: 'PUT', path: mode(groupId), body } as const
    try {
      return await lock.use(
        context,
        () => api.change(request, context, ({ json }) => changed(json)),
        () => !(isSame(groupId, SESSION) && body.value === 'default'),
      )
    } catch (error) {
      throw isMissing(error) ? await refusal(groupId, body, error, context) : error
    }
  }

  /** The adapter finds neither a group nor a value that is unknown to it. */
  async function refusal(
    groupId: string,
    body: JsonObject,
    cause: SovdError,
    context: CallContext,
  ): Promise<SovdError> {
    const isKnown = (await names(context)).some(({ id }) => isSame(id, groupId))
    if (!isKnown) return cause
    const message = `${JSON.stringify(body.value)} is no value of '${groupId}': ${cause.message}`
    return new SovdError('invalid-request', message, { target: 'value', cause })
  }

  return {
    list: async (context) => mapLimited(await names(context), MAX_TOGETHER, (each) => group(each, context)),
    set: async (groupId, value, context) => {
      await change(groupId, { value }, context)
    },
    exchange: (groupId, { value, parameters }, context) => {
      const { key, ...others } = parameters
      return change(groupId, { ...others, ...(key === undefined ? {} : { Key: key }), value }, context)
    },
  }
}

type Named = Pick<ModeGroup, 'id' | 'name'>

function named(item: JsonObject): Named {
  const name = textOf(item, 'name')
  return { id: requiredText(item, 'id'), ...(name === undefined ? {} : { name }) }
}

/** Of a functional group: what all its ECUs are at, if that is the same. */
function modeValue(body: JsonObject): string {
  if (!isJsonObject(body.modes)) return requiredText(body, 'value')
  const values = Object.values(body.modes).map((each) => (isJsonObject(each) ? textOf(each, 'value') : undefined))
  const [first, ...others] = new Set(values)
  return first === undefined || others.length > 0 ? UNKNOWN : first
}

/** What is told beside id and value, such as a seed. */
function changed(json: Json | undefined): JsonObject {
  if (json === undefined) return {}
  const { id: _, value: _value, schema: _schema, errors, ...others } = objectOf(json)
  if (Array.isArray(errors) && errors.length > 0) throw new SovdError('bad-gateway', partialFailure(errors))
  return others
}

function isMissing(error: unknown): error is SovdError {
  return error instanceof SovdError && error.code === 'not-found'
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
