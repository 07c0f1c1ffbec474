import { isJsonObject, type JsonObject } from '@opensovd/base'
import { type CallContext, DTC_SETTING, type ModeFacet, type ModeGroup, type ModeValue, SESSION } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { ApiClient } from '../api-client.ts'
import { defined, numberOf, objectOf, requiredText, textOf, textsOf } from '../shape.ts'

/** Modes that are no sessions, and the setting of trouble codes that each stands for. */
const DTC_MODES = { 'dtc-on': 'on', 'dtc-off': 'off' } as const

/** What a group is said to be at when its source does not tell. */
const UNKNOWN = 'unknown'

/** Modes of the component at `path`, which has one list for the session and the setting of trouble codes. */
export function nativeModes(api: ApiClient, path: string): ModeFacet {
  const collection = `${path}/modes`
  const activate = (mode: string, context: CallContext) =>
    api.change({ method: 'PUT', path: `${collection}/${mode}` }, context, () => {})
  return {
    list: (context) => api.get(collection, context, (json) => groupsOf(objectOf(json))),
    set: async (groupId, value, context) => {
      switch (groupId) {
        case SESSION:
          return api.change({ method: 'POST', path: collection, body: { mode: value } }, context, () => {})
        case DTC_SETTING:
          return activate(dtcMode(value), context)
        default:
          throw new SovdError('not-found', `no mode group '${groupId}'`, { target: groupId })
      }
    },
  }
}

function dtcMode(value: string): string {
  const mode = Object.entries(DTC_MODES).find(([, setting]) => setting === value)
  if (mode) return mode[0]
  throw new SovdError('invalid-request', `${DTC_SETTING} is 'on' or 'off', not '${value}'`, { target: DTC_SETTING })
}

function groupsOf(body: JsonObject): readonly ModeGroup[] {
  const current = requiredText(body, 'currentMode')
  const available = textsOf(body, 'availableModes') ?? [current]
  const descriptors = Array.isArray(body.modeDescriptors) ? body.modeDescriptors.filter(isJsonObject) : []
  const session = defined<ModeGroup>({
    id: SESSION,
    value: isDtcMode(current) ? UNKNOWN : current,
    values: available.filter((mode) => !isDtcMode(mode)).map((mode) => modeValue(mode, descriptors)),
    activeSince: textOf(body, 'activeSince'),
  })
  const settings = available.filter(isDtcMode).map((mode) => ({ value: DTC_MODES[mode] }))
  if (settings.length === 0) return [session]
  // The server tells only one current mode, which is rarely this one.
  return [session, { id: DTC_SETTING, value: isDtcMode(current) ? DTC_MODES[current] : UNKNOWN, values: settings }]
}

function isDtcMode(mode: string): mode is keyof typeof DTC_MODES {
  return Object.hasOwn(DTC_MODES, mode)
}

function modeValue(mode: string, descriptors: readonly JsonObject[]): ModeValue {
  const descriptor = descriptors.find(({ id }) => id === mode)
  if (!descriptor) return { value: mode }
  const secured = descriptor.requiresSecurityAccess
  return defined<ModeValue>({
    value: mode,
    name: textOf(descriptor, 'name'),
    description: textOf(descriptor, 'description'),
    udsSession: numberOf(descriptor, 'udsSession'),
    requiresSecurityAccess: typeof secured === 'boolean' ? secured : undefined,
  })
}
