import { pick } from '@opensovd/base'
import type { Script, ScriptExecution } from '@opensovd/core'

export function scriptView(script: Script, proximityProofRequired: boolean) {
  return { ...pick(script, ['id', 'name']), proximity_proof_required: proximityProofRequired }
}

export function scriptExecutionView({ state, lastStarted }: ScriptExecution) {
  return {
    status: state.status,
    ...(lastStarted === undefined ? {} : { last_started: lastStarted }),
    ...(state.status === 'completed' ? pick(state, ['result']) : {}),
    ...(state.status === 'failed' ? { error: [failureOf(state.error)] } : {}),
  }
}

/** The failure of the whole, not of a part of its parameters. */
function failureOf(message: string) {
  return { path: '', error: { error_code: 'vendor-specific' as const, vendor_code: 'script-failed', message } }
}
