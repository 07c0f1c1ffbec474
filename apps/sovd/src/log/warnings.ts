import type { LoggingConfig } from '../config/config.ts'
import type { Problem } from '../config/problem.ts'
import { createLogger } from './logger.ts'

/** Logs what an operator should know of the configuration, also where less than errors is not logged otherwise. */
export function warn(warnings: readonly Problem[], { format }: LoggingConfig): void {
  if (warnings.length === 0) return
  const log = createLogger({ level: 'warn', format })
  for (const { path, message, source } of warnings) log.warn(message, { setting: path, ...(source && { source }) })
}
