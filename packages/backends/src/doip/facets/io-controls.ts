import type { Json } from '@opensovd/base'
import type { CallContext, ExecutionCapability, ExecutionState, IoControl, IoState } from '@opensovd/core'
import { type DataDescription, decodeValue } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { IO_CONTROL, SESSION } from '@opensovd/uds'
import { bytesOf } from '../described-value.ts'
import type { EcuLink } from '../ecu-link.ts'
import type { OperationKind, Running } from './running.ts'

const PARAMETERS: Readonly<Record<IoControl, number>> = {
  returnControlToEcu: IO_CONTROL.RETURN_CONTROL_TO_ECU,
  resetToDefault: IO_CONTROL.RESET_TO_DEFAULT,
  freezeCurrentState: IO_CONTROL.FREEZE_CURRENT_STATE,
  shortTermAdjustment: IO_CONTROL.SHORT_TERM_ADJUSTMENT,
}

/** What SOVD calls what an input or output can be made to do [17978-3 8.6]. */
const CAPABILITIES: readonly (readonly [IoControl, ExecutionCapability])[] = [
  ['shortTermAdjustment', 'execute'],
  ['returnControlToEcu', 'stop'],
  ['freezeCurrentState', 'freeze'],
  ['resetToDefault', 'reset'],
]

const PREFIX = 'io.'

/**
 * InputOutputControlByIdentifier as operations: executing one takes a value over, which lasts until it is stopped or
 * the session ends.
 */
export function ioKinds(link: EcuLink): readonly OperationKind[] {
  return link.ecu.data
    .filter(({ control }) => control?.functions.includes('shortTermAdjustment'))
    .map((item) => {
      const functions = item.control?.functions ?? []
      return {
        operation: {
          id: `${PREFIX}${item.id}`,
          name: `Control: ${item.name ?? item.id}`,
          capabilities: CAPABILITIES.filter(([control]) => functions.includes(control)).map(([, name]) => name),
        },
        start: (parameters, context) => takeOver(link, item, parameters, context),
      }
    })
}

async function takeOver(
  link: EcuLink,
  item: DataDescription,
  parameters: Json | undefined,
  context: CallContext,
): Promise<Running> {
  const adjust = async (value: Json | undefined, later: CallContext) => {
    if (value === undefined) {
      throw new SovdError('invalid-request', `the value for '${item.id}' is missing`, { target: 'parameters' })
    }
    const state = await link.run(async () => bytesOf(item, value), later)
    await controlIo(link, item, { control: 'shortTermAdjustment', state }, later)
  }
  const { lossCount } = link
  await adjust(parameters, context)
  const current = async (): Promise<ExecutionState> => {
    const isOver = link.lossCount !== lossCount || link.client.state.session === SESSION.DEFAULT
    return isOver && needsSession(item)
      ? { status: 'failed', error: 'the session has ended, and with it the control' }
      : { status: 'running' }
  }
  return {
    initial: { status: 'running' },
    state: current,
    stop: async (later) => {
      await controlIo(link, item, { control: 'returnControlToEcu' }, later)
    },
    control: async ({ capability, parameters: value }, later) => {
      if (capability === 'execute') await adjust(value, later)
      else await controlIo(link, item, { control: controlOf(item, capability) }, later)
      return current()
    },
  }
}

/** Where no session is needed, its end does not end the control. */
function needsSession({ control }: DataDescription): boolean {
  return control?.sessions !== undefined
}

function controlOf(item: DataDescription, capability: ExecutionCapability): IoControl {
  const control = CAPABILITIES.find(([, name]) => name === capability)?.[0]
  if (control && item.control?.functions.includes(control)) return control
  throw new SovdError('not-implemented', `'${item.id}' knows no '${capability}'`, { target: 'capability' })
}

/**
 * Controls an input or output. Giving it back is never kept from being done.
 * @throws SovdError `not-implemented` where its description does not have that
 */
export async function controlIo(
  link: EcuLink,
  item: DataDescription,
  { control, state = new Uint8Array(0) }: { readonly control: IoControl; readonly state?: Uint8Array },
  context: CallContext,
): Promise<IoState> {
  if (!item.control?.functions.includes(control)) {
    throw new SovdError('not-implemented', `'${item.id}' knows no ${control}`, { target: item.id })
  }
  if (control === 'returnControlToEcu' && link.programming.isLeft(context)) return { raw: new Uint8Array(0) }
  const request = { did: item.did, controlParameter: PARAMETERS[control], state }
  const guarded = control === 'returnControlToEcu' ? {} : { guarded: 'io' as const }
  const needs = { access: item.control, ...guarded }
  const { state: raw } = await link.request('inputOutputControlByIdentifier', request, context, needs)
  const decoded = decodeValue(item.encoding, raw)
  return { raw, ...(decoded.fit === 'exact' && { value: decoded.value }) }
}
