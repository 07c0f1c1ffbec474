import { pick } from '@opensovd/base'
import type { Challenge, Execution, ExecutionState, Operation } from '@opensovd/core'

/** Operations are followed until they are over. */
export function operationView(operation: Operation) {
  return {
    ...pick(operation, ['id', 'name']),
    proximity_proof_required: operation.proximityProofRequired ?? false,
    asynchronous_execution: true,
    ...pick(operation, ['tags']),
  }
}

/** A body with the challenge that the caller has to answer, if there is one. */
export function withChallenge<T extends object>(
  body: T,
  challenge: Pick<Challenge, 'text' | 'validUntil'> | undefined,
) {
  if (!challenge) return body
  return { ...body, proximity_challenge: { challenge: challenge.text, valid_until: challenge.validUntil } }
}

export function startedView({ id, state }: Execution) {
  return { id, status: state.status }
}

export function executionView({ state, capability }: Execution) {
  return { capability, status: state.status, ...outcomeOf(state) }
}

function outcomeOf(state: ExecutionState) {
  switch (state.status) {
    case 'completed':
    case 'stopped':
      return resultOf(state)
    case 'failed':
      return { ...resultOf(state), error: [failureOf(state.error)] }
    default:
      return {}
  }
}

function resultOf({ result }: { readonly result?: unknown }) {
  return result === undefined ? {} : { parameters: result }
}

/** The failure of the whole, not of a part of its parameters. */
function failureOf(message: string) {
  return {
    path: '',
    error: { error_code: 'vendor-specific' as const, vendor_code: 'operation-failed', message },
  }
}
