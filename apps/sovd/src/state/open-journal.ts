import { AppError, type Logger, messageOf } from '@opensovd/base'
import { type OpenJournal, openExecutionJournal } from './execution-journal.ts'
import { type OpenFaultJournal, openFaultJournal } from './fault-journal.ts'

/** Opens the journal of executions in a folder. @throws AppError `state-unavailable` when the folder cannot be used */
export function openJournal(folder: string, log: Logger): Promise<OpenJournal> {
  return within(folder, () => openExecutionJournal(folder, log))
}

/** Opens the journal of reported faults in a folder. @throws AppError `state-unavailable` as `openJournal` does */
export function openFaultMemory(folder: string, log: Logger): Promise<OpenFaultJournal> {
  return within(folder, () => openFaultJournal(folder, log))
}

async function within<T>(folder: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    throw new AppError('state-unavailable', `${folder} cannot hold the state: ${messageOf(error)}`, { cause: error })
  }
}
