import type { CallContext, Fault, FaultFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

/** Whether a server said that it has no such thing, or cannot do it. */
export function isMissing(error: unknown): boolean {
  return error instanceof SovdError && (error.code === 'not-found' || error.code === 'not-implemented')
}

/** The answer of the first that the server has; `remember` keeps a request that it lacks from being sent again. */
export async function orElse<T>(first: () => Promise<T>, second: () => Promise<T>, remember: () => void): Promise<T> {
  try {
    return await first()
  } catch (error) {
    if (!isMissing(error)) throw error
    remember()
    return second()
  }
}

/** One fault, also from a server that only lists them. */
export async function findFault(
  read: () => Promise<Fault>,
  list: FaultFacet['list'],
  id: string,
  context: CallContext,
): Promise<Fault> {
  try {
    return await read()
  } catch (error) {
    if (!isMissing(error)) throw error
    const fault = (await list(context)).find((each) => each.id === id)
    if (fault) return fault
    throw error instanceof SovdError && error.code === 'not-found'
      ? error
      : new SovdError('not-found', `no fault '${id}'`, { target: id, cause: error })
  }
}
