import { type Logger, messageOf } from '@opensovd/base'

/** What `task` returns, or `otherwise` when it throws: a handler of the owner must not break the handling of a message. */
export function guarded<T>(log: Logger, what: string, otherwise: T, task: () => T): T {
  try {
    return task()
  } catch (error) {
    log.error(`a handler of service discovery failed: ${what}`, { error: messageOf(error) })
    return otherwise
  }
}
