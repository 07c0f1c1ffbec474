import type { CallContext, CommunicationControl, ModeFacet, ModeValue } from '@opensovd/core'
import { COMMUNICATION_CONTROLS, DTC_SETTING, SESSION } from '@opensovd/core'
import { type CommandKeys, keyProvider } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { NRC, DTC_SETTING as UDS_DTC_SETTING, SESSION as UDS_SESSION, unlock } from '@opensovd/uds'
import { DEFAULT_SESSION, sessionName, sessionNumber } from '../access.ts'
import { CONTROL_TYPES, type CommunicationState, NORMAL_COMMUNICATION } from '../communication.ts'
import type { EcuLink } from '../ecu-link.ts'
import { nrcOf } from '../refusal.ts'
import { AUTHENTICATION_MODE, authenticationMode } from './authentication-mode.ts'
import type { Mode } from './mode.ts'

const SECURITY = 'security'
const LOCKED = 'locked'
const COMMUNICATION = 'commctrl'

export interface ModeParts {
  readonly link: EcuLink
  readonly communication: CommunicationState
  readonly commandKeys: CommandKeys | undefined
}

/** Sessions, security levels, communication and the storing of DTCs, as modes [17978-3 8.3]. */
export function modeFacet(parts: ModeParts): ModeFacet {
  const { authentication, security, services } = parts.link.ecu
  const modes: ReadonlyMap<string, Mode> = new Map([
    [SESSION, sessionMode(parts)],
    ...(security.levels.length > 0 ? [[SECURITY, securityMode(parts)] as const] : []),
    ...(authentication ? [[AUTHENTICATION_MODE, authenticationMode(parts, authentication)] as const] : []),
    ...(services.communicationControl ? [[COMMUNICATION, communicationMode(parts)] as const] : []),
    ...(services.dtcSetting ? [[DTC_SETTING, dtcSettingMode(parts)] as const] : []),
  ])
  return {
    list: async () => Array.from(modes.values(), ({ group }) => group()),
    set: async (groupId, value, context) => {
      const mode = modes.get(groupId)
      if (!mode) throw new SovdError('not-found', `'${parts.link.id}' has no mode '${groupId}'`, { target: groupId })
      const values = mode.group().values.map((each) => each.value)
      if (!values.includes(value)) {
        throw new SovdError('invalid-request', `'${value}' is no value of '${groupId}': there are ${values.join(', ')}`)
      }
      await mode.set(value, context)
    },
  }
}

function sessionMode({ link }: ModeParts): Mode {
  const { sessions } = link.ecu
  const values: readonly ModeValue[] = [
    { value: DEFAULT_SESSION, udsSession: 1 },
    ...sessions.map(({ id, name, description, session, security }) => ({
      value: id,
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      udsSession: session,
      requiresSecurityAccess: security !== undefined,
    })),
  ]
  return {
    group: () => {
      const since = link.keeper.session?.since
      const value = sessionName(link.ecu, link.client.state.session)
      return { id: SESSION, value, values, ...(since !== undefined && { activeSince: since }) }
    },
    set: async (value, context) => {
      if (value === DEFAULT_SESSION && link.programming.isLeft(context)) return
      const session = sessionNumber(link.ecu, value) ?? 1
      const access = sessions.find(({ id }) => id === value)
      const needs = { access, ...(value === DEFAULT_SESSION ? {} : { guarded: 'modes' as const }) }
      await link.request('diagnosticSessionControl', { session }, context, needs)
    },
  }
}

/** Levels are unlocked with the keys that the gateway has. Locking is entering the session once more. */
function securityMode({ link, commandKeys }: ModeParts): Mode {
  const { levels } = link.ecu.security
  const values: readonly ModeValue[] = [
    { value: LOCKED },
    ...levels.map(({ id, name }) => ({ value: id, ...(name !== undefined && { name }) })),
  ]
  return {
    group: () => {
      const unlocked = levels.find(({ level }) => level === link.client.state.securityLevel)
      return { id: SECURITY, value: unlocked?.id ?? LOCKED, values }
    },
    set: async (value, context) => {
      const level = levels.find(({ id }) => id === value)
      if (!level) {
        await link.request('diagnosticSessionControl', { session: link.client.state.session }, context)
        return
      }
      const provider = keyProvider(level.key, commandKeys)
      link.keeper.touch(context.caller)
      const needs = { access: level, guarded: 'modes' } as const
      await link.run((client) => unlock(client, { level: level.level, provider }, context.signal), context, needs)
    },
  }
}

function communicationMode({ link, communication }: ModeParts): Mode {
  return {
    group: () => ({
      id: COMMUNICATION,
      value: communication.control,
      values: COMMUNICATION_CONTROLS.map((value) => ({ value })),
    }),
    set: async (value, context) => {
      const control = COMMUNICATION_CONTROLS.find((each) => each === value) ?? 'enableRxAndEnableTx'
      await setCommunication(link, communication, { control, communicationType: NORMAL_COMMUNICATION }, context)
    },
  }
}

/**
 * Sends what puts something back to what the default session has: an ECU that refuses it there has it already
 * [14229-1 9.2].
 */
async function putBack(link: EcuLink, context: CallContext, send: () => Promise<unknown>): Promise<void> {
  if (link.programming.isLeft(context)) return
  try {
    await send()
  } catch (error) {
    const isThere = link.client.state.session === UDS_SESSION.DEFAULT
    if (!isThere || !NOT_IN_SESSION.has(nrcOf(error) ?? 0)) throw error
  }
}

const NOT_IN_SESSION: ReadonlySet<number> = new Set([
  NRC.serviceNotSupportedInActiveSession,
  NRC.subFunctionNotSupportedInActiveSession,
])

/** CommunicationControl. Letting messages go again is never kept from being done. */
export async function setCommunication(
  link: EcuLink,
  communication: CommunicationState,
  { control, communicationType }: { readonly control: CommunicationControl; readonly communicationType: number },
  context: CallContext,
): Promise<void> {
  const access = link.ecu.services.communicationControl
  const request = { controlType: CONTROL_TYPES[control], communicationType }
  if (control === 'enableRxAndEnableTx') {
    await putBack(link, context, () => link.request('communicationControl', request, context, { access }))
  } else await link.request('communicationControl', request, context, { access, guarded: 'modes' })
  communication.control = control
}

function dtcSettingMode({ link, communication }: ModeParts): Mode {
  return {
    group: () => ({ id: DTC_SETTING, value: communication.dtcSetting, values: [{ value: 'on' }, { value: 'off' }] }),
    set: (value, context) => setDtcSetting(link, communication, value === 'off' ? 'off' : 'on', context),
  }
}

/** ControlDTCSetting. */
export async function setDtcSetting(
  link: EcuLink,
  communication: CommunicationState,
  setting: 'on' | 'off',
  context: CallContext,
): Promise<void> {
  const access = link.ecu.services.dtcSetting
  const settingType = setting === 'on' ? UDS_DTC_SETTING.ON : UDS_DTC_SETTING.OFF
  const request = { settingType, controlOption: new Uint8Array(0) }
  if (setting === 'on')
    await putBack(link, context, () => link.request('controlDtcSetting', request, context, { access }))
  else await link.request('controlDtcSetting', request, context, { access, guarded: 'modes' })
  communication.dtcSetting = setting
}
