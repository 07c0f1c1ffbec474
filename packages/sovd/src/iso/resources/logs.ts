import { type Static, Type } from 'typebox'
import { listOf, OwnSchema, UriReference } from './common.ts'

/** From the most to the least severe [17978-3 7.21]. */
export const LOG_SEVERITIES = ['fatal', 'error', 'warn', 'info', 'debug'] as const

export const LogSeverity = Type.Enum([...LOG_SEVERITIES])

const text = Type.String()
const optional = Type.Optional(Type.String())

const SyslogContext = Type.Object(
  { type: Type.Literal('RFC5424'), host: text, process: text, pid: optional },
  { title: 'SyslogContext' },
)

const DltContext = Type.Object(
  {
    type: Type.Literal('AUTOSAR_DLT'),
    session: text,
    session_id: text,
    application_id: text,
    context_id: text,
    message_id: text,
  },
  { title: 'DltContext' },
)

export const LogOverview = Type.Object({ entries: UriReference, config: UriReference }, { title: 'LogOverview' })

export const LogEntry = Type.Object(
  {
    timestamp: Type.String({ description: 'RFC 3339' }),
    context: Type.Union([SyslogContext, DltContext]),
    severity: LogSeverity,
    msg: Type.String(),
    href: UriReference,
  },
  { title: 'LogEntry' },
)

export const LogEntryList = listOf('LogEntryList', LogEntry)

/** Contexts by what is known of them: members that are absent are any. */
const ContextPattern = Type.Union([
  Type.Object(
    { type: Type.Literal('RFC5424'), host: optional, process: optional, pid: optional },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('AUTOSAR_DLT'),
      session: optional,
      session_id: optional,
      application_id: optional,
      context_id: optional,
      message_id: optional,
    },
    { additionalProperties: false },
  ),
])

export const LogLevel = Type.Object({ context: ContextPattern, severity: LogSeverity }, { title: 'LogLevel' })

export const LogConfiguration = Type.Object(
  { contexts: Type.Array(LogLevel), ...OwnSchema },
  { title: 'LogConfiguration' },
)

export const LogConfigurationChange = Type.Object(
  { items: Type.Array(LogLevel, { maxItems: 64 }) },
  { title: 'LogConfigurationChange' },
)

export type LogLevel = Static<typeof LogLevel>
