import { fromHex, toHex } from '@opensovd/base/bytes'
import {
  type CommunicationControl,
  changeUnderLock,
  type Diagnostics,
  type Entity,
  facetOf,
  type IoControl,
  leaveSession,
  type UdsFacet,
  unsupported,
} from '@opensovd/core'
import { type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { executionView } from '../views/operations.ts'
import { ioStateView, keepaliveView, memoryView, securityLevelView } from '../views/x-uds.ts'

type UdsRoutes = Pick<
  NativeApi,
  | 'connectEcu'
  | 'disconnectEcu'
  | 'controlIo'
  | 'controlCommunication'
  | 'controlDtcSetting'
  | 'readMemory'
  | 'writeMemory'
  | 'flashEcu'
  | 'listSecurityLevels'
  | 'accessSecurity'
  | 'sendRawMessage'
  | 'readKeepalive'
>

const IO_CONTROLS = {
  return_to_ecu: 'returnControlToEcu',
  reset_to_default: 'resetToDefault',
  freeze: 'freezeCurrentState',
  short_term_adjustment: 'shortTermAdjustment',
} as const satisfies Record<string, IoControl>

const COMMUNICATION_CONTROLS = {
  enable_rx_and_tx: 'enableRxAndEnableTx',
  enable_rx_disable_tx: 'enableRxAndDisableTx',
  disable_rx_enable_tx: 'disableRxAndEnableTx',
  disable_rx_and_tx: 'disableRxAndDisableTx',
} as const satisfies Record<string, CommunicationControl>

export function udsHandlers(diagnostics: Diagnostics, base: string) {
  const { tree, executions, locks } = diagnostics
  const ecu = (id: string) => {
    const entity = tree.get('component', id)
    return { entity, uds: facetOf(entity, 'uds') }
  }

  return handlersOf<UdsRoutes>({
    connectEcu: ({ params }, context) => ecu(params.componentId).uds.connect(context),
    disconnectEcu: ({ params }, context) => ecu(params.componentId).uds.disconnect(context),

    controlIo: async ({ params: { componentId, dataId }, body }, context) => {
      const { entity, uds } = ecu(componentId)
      const ioControl = able(entity, uds, 'ioControl')
      const control = IO_CONTROLS[body.control]
      const state = body.value === undefined ? {} : { state: bytesOf(body.value, 'value') }
      if (control === 'shortTermAdjustment' && !state.state) throw wrong('value', 'short_term_adjustment needs one')
      const change = {
        entity,
        collection: 'operations',
        name: `x-uds/io/${dataId}`,
        change: () => ioControl(dataId, { control, ...state }, context),
        undo: async (later, undoing) =>
          able(later, facetOf(later, 'uds'), 'ioControl')(dataId, { control: 'returnControlToEcu' }, undoing),
      } as const satisfies Parameters<typeof changeUnderLock>[1]
      return ioStateView(entity, dataId, body.control, await changeUnderLock({ tree, locks }, change, context))
    },

    controlCommunication: async ({ params, body }, context) => {
      const { entity, uds } = ecu(params.componentId)
      const set = able(entity, uds, 'communicationControl')
      const communicationType = byteOf(body.communication_type ?? '01', 'communication_type')
      const control = COMMUNICATION_CONTROLS[body.control_type]
      await changeUnderLock(
        { tree, locks },
        {
          entity,
          collection: 'modes',
          name: 'modes/commctrl',
          change: () => set({ control, communicationType }, context),
          undo: (later, undoing) => {
            const back = { control: 'enableRxAndEnableTx', communicationType } as const
            return able(later, facetOf(later, 'uds'), 'communicationControl')(back, undoing)
          },
        },
        context,
      )
    },

    controlDtcSetting: async ({ params, body }, context) => {
      const { entity, uds } = ecu(params.componentId)
      const set = able(entity, uds, 'dtcSetting')
      await changeUnderLock(
        { tree, locks },
        {
          entity,
          collection: 'modes',
          name: 'modes/dtcsetting',
          change: () => set(body.setting === 'off' ? 'off' : 'on', context),
          undo: (later, undoing) => able(later, facetOf(later, 'uds'), 'dtcSetting')('on', undoing),
        },
        context,
      )
    },

    readMemory: async ({ params, query }, context) => {
      const { entity, uds } = ecu(params.componentId)
      const area = { address: numberOf(query.address, 'address'), size: numberOf(query.size, 'size') }
      return memoryView(entity, area.address, await able(entity, uds, 'readMemory')(area, context))
    },

    writeMemory: async ({ params, body }, context) => {
      const { entity, uds } = ecu(params.componentId)
      const address = numberOf(body.address, 'address')
      await able(entity, uds, 'writeMemory')(address, bytesOf(body.value, 'value'), context)
    },

    flashEcu: async ({ params, body }, context) => {
      const { entity, uds } = ecu(params.componentId)
      const operationId = able(entity, uds, 'flashOperation')
      locks.requireUnlocked(entity, 'operations', context.caller)
      if (body.firmware_data === '') throw wrong('firmware_data', 'must not be empty')
      const parameters = { address: body.memory_address ?? 0, data: body.firmware_data }
      const execution = await executions.start(entity, operationId, { parameters }, context).catch(throwAsSent)
      return {
        location: `${base}/components/${entity.id}/operations/${operationId}/executions/${execution.id}`,
        body: executionView(execution),
      }
    },

    listSecurityLevels: ({ params }) => {
      const { entity, uds } = ecu(params.componentId)
      return { items: able(entity, uds, 'securityLevels')().map(securityLevelView) }
    },

    accessSecurity: async ({ params, body: { level, phase, key } }, context) => {
      const { entity, uds } = ecu(params.componentId)
      if (level % 2 === 0) throw wrong('level', `security levels are odd; the key of ${level - 1} is sent with it`)
      if (phase === 'requestSeed') {
        const { seed } = await able(entity, uds, 'requestSeed')(level, context)
        const found = uds.securityLevels?.().find((each) => each.level === level)
        const attempts = found ? { remainingAttempts: found.remainingAttempts } : {}
        return { level, phase, ...(seed.length === 0 ? { granted: true } : { seed: toHex(seed) }), ...attempts }
      }
      if (key === undefined) throw wrong('key', 'is missing')
      const bytes = bytesOf(key, 'key')
      const sendKey = able(entity, uds, 'sendKey')
      const change = () => sendKey(level, bytes, context)
      const verdict = await changeUnderLock({ tree, locks }, sessionChange(entity, change), context)
      if (!verdict.isGranted) context.note?.('the key is wrong', 'denied')
      return { level, phase, granted: verdict.isGranted, remainingAttempts: verdict.remainingAttempts }
    },

    sendRawMessage: async ({ params, body }, context) => {
      const { entity, uds } = ecu(params.componentId)
      const { raw } = uds
      if (!raw) throw new SovdError('forbidden', `the configuration lets no messages through to '${entity.id}'`)
      const message = bytesOf(body.message, 'message')
      for (const collection of ['data', 'faults', 'modes', 'updates'] as const) {
        locks.requireUnlocked(entity, collection, context.caller)
      }
      context.note?.(`service 0x${toHex(message.subarray(0, 1))}, ${message.length} byte(s)`)
      const change = sessionChange(entity, () => raw(message, context))
      return { message: toHex(await changeUnderLock({ tree, locks }, change, context)) }
    },

    readKeepalive: () => keepaliveView(tree.list('component')),
  })
}

/** Fields of the body by the parameters of programming that they become. */
const FLASH_FIELDS: ReadonlyMap<string | undefined, string> = new Map([
  ['address', 'memory_address'],
  ['data', 'firmware_data'],
])

/** What is wrong with a parameter is wrong with the field that the client sent. */
function throwAsSent(error: unknown): never {
  if (!(error instanceof SovdError)) throw error
  const field = FLASH_FIELDS.get(error.target)
  if (error.code !== 'invalid-request' || field === undefined) throw error
  throw wrong(field, error.message.replace(`${error.target}: `, ''), error)
}

/** A change that is undone by leaving the session. */
function sessionChange<T>(entity: Entity, change: () => Promise<T>) {
  return { entity, collection: 'modes', name: 'modes/session', change, undo: leaveSession } as const
}

/** @throws SovdError `not-implemented` */
function able<N extends keyof UdsFacet>(entity: Entity, uds: UdsFacet, name: N): NonNullable<UdsFacet[N]> {
  const ability = uds[name]
  if (ability === undefined) throw unsupported(entity, `${name} of UDS`)
  return ability
}

const HEX = /^(?:0x)?((?:[0-9a-f]{2})+)$/i

function bytesOf(text: string, target: string): Uint8Array {
  const digits = HEX.exec(text)?.[1]
  if (digits === undefined) throw wrong(target, 'expected bytes as hex digits')
  return fromHex(digits)
}

function byteOf(text: string, target: string): number {
  const [byte, ...others] = bytesOf(text, target)
  if (byte === undefined || others.length > 0) throw wrong(target, 'expected one byte as hex digits')
  return byte
}

function numberOf(text: string, target: string): number {
  const number = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : Number.NaN
  if (number <= 0xffff_ffff) return number
  throw wrong(target, 'expected a number up to 0xFFFFFFFF, decimal or as hex digits after 0x')
}

function wrong(target: string, message: string, cause?: unknown): SovdError {
  return new SovdError('invalid-request', `${target}: ${message}`, { target, ...(cause !== undefined && { cause }) })
}
