import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { ExecutionState } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { numberOf, textOf } from './shape.ts'

/** A progress in percent, where the server tells one. */
export function progressOf(body: JsonObject): { progress?: number } {
  const progress = numberOf(body, 'progress')
  return progress === undefined || progress < 0 || progress > 100 ? {} : { progress }
}

/** The state of an execution; a server that cannot look one up does not know it. */
export async function lookUp(read: () => Promise<ExecutionState>): Promise<ExecutionState> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof SovdError) || error.code !== 'not-implemented') throw error
    throw new SovdError('not-found', `executions cannot be looked up: ${error.message}`, { cause: error })
  }
}

/** The message of a GenericError, a DataError, or the first of several. */
export function failureOf(error: Json | undefined): string | undefined {
  const first: Json | undefined = Array.isArray(error) ? error[0] : error
  if (!isJsonObject(first)) return undefined
  const said = isJsonObject(first.error) ? first.error : first
  return textOf(said, 'message') ?? textOf(said, 'error_code') ?? 'it failed'
}
