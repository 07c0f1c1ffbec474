import { pick } from '@opensovd/base'
import type { ListedScript, ScriptProgress } from '@opensovd/core'

export function scriptView({ translationId, proximityProofRequired, ...script }: ListedScript) {
  return {
    ...pick(script, ['id', 'name']),
    ...(translationId === undefined ? {} : { translation_id: translationId }),
    proximity_proof_required: proximityProofRequired,
  }
}

export function scriptExecutionView({ state, lastStarted }: ScriptProgress) {
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
