import type { Clock } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { ExecutionState } from '../facets/operations.ts'

/** The first time comes soon, the next ones less and less so. */
const FIRST_POLL_MS = 100
const GROWTH = 1.5
/** A source that cannot be asked is asked again this much later. */
const RETRY_MS = 2000

export interface Following {
  /** @throws SovdError `not-found` when the source no longer knows the execution */
  readonly ask: (signal: AbortSignal) => Promise<ExecutionState>
  /** Takes what the source says; returns whether it goes on. */
  readonly tell: (state: ExecutionState) => boolean
  /** At most so long after the end we know of it. */
  readonly pollMs: number
}

/**
 * Asks for the state of an execution again and again until it is over. Resolves then, or when the signal aborts.
 * A source that cannot be asked for a while is asked later; one that lost the execution made it fail.
 */
export async function follow({ ask, tell, pollMs }: Following, clock: Clock, signal: AbortSignal): Promise<void> {
  let delayMs = Math.min(FIRST_POLL_MS, pollMs)
  while (!signal.aborted) {
    await clock.sleep(delayMs, signal).catch(() => {})
    if (signal.aborted) return
    try {
      if (!tell(await ask(signal))) return
      delayMs = Math.min(delayMs * GROWTH, pollMs)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof SovdError)) throw error
      if (error.code === 'not-found') {
        tell({ status: 'failed', error: 'the source lost the execution' })
        return
      }
      delayMs = RETRY_MS
    }
  }
}
