import { object } from '../compounds.ts'
import { type Infer, mapped } from '../field.ts'
import { choice, flag, integer, text } from '../scalars.ts'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'fatal'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LoggingConfiguration {
  readonly console: boolean
  readonly file: { readonly enabled: boolean; readonly path: string }
  readonly dlt: boolean
  readonly level: LogLevel
  /** The routing host logs its version in this interval, and the applications that ask for it in theirs. */
  readonly version: { readonly enabled: boolean; readonly intervalMs: number }
  /** 0: never. */
  readonly memoryIntervalMs: number
  /** 0: never. */
  readonly statusIntervalMs: number
  readonly statistics: {
    readonly intervalMs: number
    readonly minFrequencyHz: number
    readonly maxMessages: number
  }
}

const keys = object(
  {
    console: flag({ default: true, meaning: 'log to the console', repeat: 'first' }),
    file: object(
      {
        enable: flag({ default: false, meaning: 'log to a file' }),
        path: text({ default: '/tmp/vsomeip.log', meaning: 'path of that file' }),
      },
      { meaning: 'the log file', repeat: 'first' },
    ),
    dlt: flag({
      default: false,
      meaning: 'log to the DLT daemon',
      repeat: 'first',
      noEffect: 'there is no DLT sink, as in a vsomeip built without DLT',
    }),
    level: choice({
      choices: LOG_LEVELS,
      otherwise: 'info',
      default: 'info',
      meaning: 'the least severe level that is logged',
      repeat: 'first',
    }),
    version: object(
      {
        enable: flag({ default: true, meaning: 'log the version cyclically (routing host)' }),
        interval: integer({ type: 'uint32', default: 10, meaning: 'seconds between two such lines' }),
      },
      { meaning: 'cyclic version log' },
    ),
    memory_log_interval: integer({
      type: 'uint32',
      default: 0,
      meaning: 'seconds between two memory logs of the routing host; 0: none',
    }),
    status_log_interval: integer({
      type: 'uint32',
      default: 0,
      meaning: 'seconds between two status logs of the routing host; 0: none',
    }),
    statistics: object(
      {
        interval: integer({
          type: 'uint32',
          default: 10_000,
          adjust: (value) => Math.max(1000, value),
          rule: 'at least 1000',
          meaning: 'milliseconds between two logs of received messages',
        }),
        'min-frequency': integer({
          type: 'uint32',
          default: 50,
          meaning: 'least frequency in Hz of a message that is listed',
        }),
        'max-messages': integer({ type: 'uint32', default: 50, meaning: 'most messages listed' }),
      },
      { meaning: 'cyclic log of received messages' },
    ),
  },
  { meaning: 'what is logged, and where' },
)

export const loggingField = mapped(keys, toLogging)

function toLogging(values: Infer<typeof keys>): LoggingConfiguration {
  const { version, statistics } = values
  return {
    console: values.console,
    file: { enabled: values.file.enable, path: values.file.path },
    dlt: values.dlt,
    level: values.level,
    version: { enabled: version.enable, intervalMs: version.interval * 1000 },
    memoryIntervalMs: values.memory_log_interval * 1000,
    statusIntervalMs: values.status_log_interval * 1000,
    statistics: {
      intervalMs: statistics.interval,
      minFrequencyHz: statistics['min-frequency'],
      maxMessages: statistics['max-messages'],
    },
  }
}
