import { messageOf } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'

/** What reading a source came to. */
export type Reading<T> =
  | {
      /** Milliseconds since 1970. */
      readonly atMs: number
      readonly value: T
      /** Differs when the value does. */
      readonly text: string
    }
  | { readonly atMs: number; readonly error: SovdError }

export function valueReading<T>(atMs: number, value: T, text = JSON.stringify(value) ?? ''): Reading<T> {
  return { atMs, value, text }
}

export function errorReading<T>(atMs: number, error: unknown): Reading<T> {
  if (error instanceof SovdError) return { atMs, error }
  return { atMs, error: new SovdError('internal-error', messageOf(error), { cause: error }) }
}

/** Whether a reading tells something that the one before it did not: another value, or another kind of failure. */
export function isNews<T>(before: Reading<T> | undefined, after: Reading<T>): boolean {
  if (before === undefined) return true
  if ('error' in after) return !('error' in before) || before.error.code !== after.error.code
  return 'error' in before || before.text !== after.text
}
