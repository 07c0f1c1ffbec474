import type { UpdatePackage, UpdatePart, UpdateStatus } from '@opensovd/core'
import { genericError } from '@opensovd/sovd'

const KILOBYTE = 1000

type ComponentUri = (componentId: string) => string

export function updateView(update: UpdatePackage, uriOf: ComponentUri) {
  const { id, name, version, sizeBytes, automated, origin, notes, userActivity, preconditions } = update
  const { executionConditions, durationSeconds, updatedComponents, affectedComponents } = update
  const uris = (ids: readonly string[]) => ids.map(uriOf)
  return {
    id,
    update_name: name,
    size: sizeBytes / KILOBYTE,
    automated,
    origin,
    ...(notes === undefined ? {} : { notes }),
    ...(userActivity === undefined ? {} : { user_activity: userActivity }),
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(executionConditions === undefined ? {} : { execution_conditions: executionConditions }),
    ...(durationSeconds === undefined ? {} : { duration: durationSeconds }),
    updated_components: uris(updatedComponents),
    affected_components: uris(affectedComponents),
    'x-opensovd-version': version,
  }
}

/** A rollback, which the standard does not know, is an execution that says so. */
export function updateStatusView(status: UpdateStatus, uriOf: ComponentUri) {
  const { phase, state, progress, step, parts, error } = status
  const isRollback = phase === 'rollback'
  const text = isRollback ? ['rollback', step].filter((part) => part !== undefined).join(': ') : step
  return {
    phase: isRollback ? ('execute' as const) : phase,
    status: state,
    ...(progress === undefined ? {} : { progress }),
    ...(parts.length === 0 ? {} : { subprogress: parts.map((part) => partView(part, uriOf)) }),
    ...(text === undefined ? {} : { step: text }),
    ...(error === undefined ? {} : { error: failureView(error) }),
  }
}

function partView({ componentId, state, progress, error }: UpdatePart, uriOf: ComponentUri) {
  return {
    entity: uriOf(componentId),
    status: state,
    ...(progress === undefined ? {} : { progress }),
    ...(error === undefined ? {} : { error: failureView(error) }),
  }
}

function failureView(message: string) {
  return genericError({ code: 'internal-error', message })
}
