import { messageOf } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'

/** What a function of the program threw, for the client: as it is if it is meant for clients, or its message. */
export function failureOf(error: unknown): SovdError {
  return error instanceof SovdError ? error : new SovdError('internal-error', messageOf(error), { cause: error })
}
