import { type CallContext, changeMode, type Diagnostics, DTC_SETTING, facetOf, SESSION } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { modeView } from '../views/modes.ts'

type ModeRoutes = Pick<NativeApi, 'readMode' | 'changeMode' | 'activateMode'>

/** Modes that are the values of another group than the session. */
const DTC_MODES: Readonly<Record<string, string>> = { 'dtc-on': 'on', 'dtc-off': 'off' }

export function modeHandlers(diagnostics: Diagnostics) {
  const { tree } = diagnostics
  const read = async (componentId: string, context: CallContext) => {
    const entity = tree.get('component', componentId)
    return modeView(entity, await facetOf(entity, 'modes').list(context))
  }
  const change = async (componentId: string, mode: string, context: CallContext) => {
    const dtcSetting = DTC_MODES[mode]
    const setting = dtcSetting ? { groupId: DTC_SETTING, value: dtcSetting } : { groupId: SESSION, value: mode }
    await changeMode(diagnostics, tree.get('component', componentId), setting, context)
    return read(componentId, context)
  }

  return handlersOf<ModeRoutes>({
    readMode: ({ params }, context) => read(params.componentId, context),
    changeMode: ({ params, body }, context) => change(params.componentId, body.mode, context),
    activateMode: ({ params }, context) => change(params.componentId, params.modeId, context),
  })
}
