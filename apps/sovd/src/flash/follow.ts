import { type Clock, messageOf } from '@opensovd/base'
import { complain, UnreachableError } from '../uds/tool.ts'
import type { FlashJob, FlashState } from './flash-job.ts'

const POLL_MS = 200
/** How often in a row nobody may answer before it is given up. */
const MAX_SILENT = 25

/**
 * Asks a programming for its state until it is over. Aborting stops the programming, and waits until the ECU is left.
 * @returns the last state, which is that of a programming that is over
 * @throws UnreachableError when nobody tells any longer
 */
export async function follow(
  job: FlashJob,
  clock: Clock,
  show: (progress: number | undefined) => void,
  signal: AbortSignal,
): Promise<FlashState> {
  for (let silent = 0; ; ) {
    try {
      const state = await job.state(NEVER)
      if (state.status !== 'running') return state
      show(state.progress)
      silent = 0
    } catch (error) {
      if (!(error instanceof UnreachableError) || ++silent > MAX_SILENT) throw error
    }
    if (await isAborted(clock, signal)) return await stopped(job)
  }
}

async function isAborted(clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(POLL_MS, signal)
    return false
  } catch {
    return signal.aborted
  }
}

/** One that is over already cannot be stopped; its state then says how it ended. */
async function stopped(job: FlashJob): Promise<FlashState> {
  complain('stopping: the transfer is ended, and the ECU leaves its programming session')
  try {
    await job.stop()
  } catch (error) {
    complain(`stopping failed: ${messageOf(error)}`)
  }
  return await job.state(NEVER)
}

const NEVER = new AbortController().signal
