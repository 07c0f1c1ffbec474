import type { Clock, LogFields, Logger } from '@opensovd/base'
import type { LoggingConfiguration } from '@opensovd/someip/config'

/** The levels of a vsomeip configuration, the least important first. */
const RANKS = { trace: 0, debug: 1, info: 2, warning: 3, error: 4, fatal: 5 } as const satisfies Record<
  LoggingConfiguration['level'],
  number
>

/** Writes lines to the standard error output, as the configuration wants it; what a program prints is not mixed up with it. */
export function createLogger(
  { console, level }: Pick<LoggingConfiguration, 'console' | 'level'>,
  clock: Clock,
  base: LogFields = {},
): Logger {
  const write = (name: 'debug' | 'info' | 'warning' | 'error', message: string, fields?: LogFields) => {
    if (!console || RANKS[name] < RANKS[level]) return
    const text = Object.entries({ ...base, ...fields }).map(([key, value]) => ` ${key}=${formatValue(value)}`)
    process.stderr.write(`${new Date(clock.now()).toISOString()} [${name}] ${message}${text.join('')}\n`)
  }
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warning', message, fields),
    error: (message, fields) => write('error', message, fields),
    child: (fields) => createLogger({ console, level }, clock, { ...base, ...fields }),
  }
}

function formatValue(value: unknown): string {
  return typeof value === 'string' && /^[\w.:[\]%-]+$/.test(value) ? value : JSON.stringify(value)
}
