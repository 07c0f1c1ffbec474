import { AppError, type Clock, type Logger, messageOf } from '@opensovd/base'
import { type FaultHistory, MemoryFaultHistory } from '@opensovd/core'
import { FileFaultHistory } from '@opensovd/server'
import type { HistoryConfig } from './config/history.ts'

/**
 * Opens the history of faults where the configuration has it. What it holds open is closed with `opening`.
 * @throws AppError `state-unavailable` when its folder cannot be used
 */
export async function openHistory(
  config: HistoryConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  opening: AsyncDisposableStack,
): Promise<FaultHistory> {
  if (config.kind === 'memory') return new MemoryFaultHistory(config.maxRecords)
  try {
    return opening.use(await FileFaultHistory.open({ ...config, clock, log }))
  } catch (error) {
    const message = `${config.folder} cannot hold the fault history: ${messageOf(error)}`
    throw new AppError('state-unavailable', message, { cause: error })
  }
}
