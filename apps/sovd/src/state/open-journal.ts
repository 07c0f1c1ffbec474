import { AppError, type Logger, messageOf } from '@opensovd/base'
import { type OpenJournal, openExecutionJournal } from './execution-journal.ts'

/** Opens the journal of executions in a folder. @throws AppError `state-unavailable` when the folder cannot be used */
export async function openJournal(folder: string, log: Logger): Promise<OpenJournal> {
  try {
    return await openExecutionJournal(folder, log)
  } catch (error) {
    throw new AppError('state-unavailable', `${folder} cannot hold the state: ${messageOf(error)}`, { cause: error })
  }
}
