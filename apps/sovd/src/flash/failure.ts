import { isJsonObject, type Json } from '@opensovd/base'
import type { FlashState } from './flash-job.ts'

/** What the result of a failed programming tells. */
export function failureOf(result: Json | undefined, error = 'it failed'): FlashState & { status: 'failed' } {
  const told = isJsonObject(result) ? result : {}
  const { step, next } = told
  return {
    status: 'failed',
    error: typeof told.error === 'string' ? told.error : error,
    ...(typeof step === 'string' && { step }),
    ...(typeof next === 'string' && { next }),
  }
}

/** What the result of a programming that was stopped tells. */
export function stoppedOf(result: Json | undefined): FlashState {
  const next = isJsonObject(result) ? result.next : undefined
  return { status: 'stopped', ...(typeof next === 'string' && { next }) }
}
