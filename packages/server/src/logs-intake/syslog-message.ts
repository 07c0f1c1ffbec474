import type { Json } from '@opensovd/base'
import type { LogSeverity } from '@opensovd/core'
import { readStructuredData } from './structured-data.ts'

/** What a program said through syslog, as far as it said it. */
export interface SyslogMessage {
  readonly severity: LogSeverity
  /** RFC 3339. Absent where the time has no year and no zone [RFC 3164 4.1.2]. */
  readonly timestamp?: string
  readonly host?: string
  readonly program?: string
  readonly pid?: string
  readonly message: string
  readonly data?: Json
}

/** What is taken of one message. */
export const MAX_MESSAGE_BYTES = 64 * 1024

/** By the severities of syslog: emergency, alert and critical are fatal, notice is information [RFC 5424 6.2.1]. */
const SEVERITIES = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'] as const

/** The severity of a message without a priority: notice [RFC 3164 4.3.3]. */
const DEFAULT_SEVERITY = 5

const PRIORITY = /^<(\d{1,3})>/
const HEADER =
  /^1 (?<timestamp>\S{1,48}) (?<host>\S{1,255}) (?<program>\S{1,255}) (?<pid>\S{1,128}) (?<id>\S{1,255})(?: |$)/
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/
const BSD_TIME = /^[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} /
const ISO_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})) /
const BSD_TAG = /^([^\s[\]:]{1,255})(?:\[([^\]\s]{1,128})\])?: ?/
const BSD_HOST = /^([^\s[\]]{0,254}[^\s[\]:]) (?=\S)/

/** Reads a message of RFC 5424, or whatever else as one of RFC 3164, which nothing can fail to be. */
export function parseSyslog(text: string): SyslogMessage {
  const clean = text.replace(/[\r\n\0]+$/, '')
  const priority = PRIORITY.exec(clean)
  const value = Number(priority?.[1])
  const isPriority = priority !== null && value <= 191
  const severity = SEVERITIES[isPriority ? value % 8 : DEFAULT_SEVERITY] ?? 'info'
  const rest = isPriority ? clean.slice(priority[0].length) : clean
  return { severity, ...((isPriority && parseModern(rest)) || parseBsd(rest)) }
}

type Parts = Omit<SyslogMessage, 'severity'>

/** [RFC 5424 6] */
function parseModern(text: string): Parts | undefined {
  const header = HEADER.exec(text)
  if (!header?.groups) return undefined
  const { timestamp, host, program, pid, id } = header.groups
  const structured = readStructuredData(text.slice(header[0].length))
  if (!structured) return undefined
  const data = { ...structured.data, ...named('messageId', id) }
  return {
    ...(timestamp !== undefined && RFC3339.test(timestamp) && isInstant(timestamp) ? { timestamp } : {}),
    ...named('host', host),
    ...named('program', program),
    ...named('pid', pid),
    message: structured.rest.replace(/^\uFEFF/, ''),
    ...(Object.keys(data).length === 0 ? {} : { data }),
  }
}

/** [RFC 3164 4.1] Programs on the same machine leave the host out; some write a time of RFC 3339. */
function parseBsd(text: string): Parts {
  const time = ISO_TIME.exec(text) ?? BSD_TIME.exec(text)
  const timestamp = time?.[1]
  const afterTime = time ? text.slice(time[0].length) : text
  const host = time && !BSD_TAG.test(afterTime) ? BSD_HOST.exec(afterTime) : null
  const afterHost = host ? afterTime.slice(host[0].length) : afterTime
  const tag = BSD_TAG.exec(afterHost)
  return {
    ...(timestamp !== undefined && isInstant(timestamp) ? { timestamp } : {}),
    ...named('host', host?.[1]),
    ...named('program', tag?.[1]),
    ...named('pid', tag?.[2]),
    message: tag ? afterHost.slice(tag[0].length) : afterHost,
  }
}

function isInstant(timestamp: string): boolean {
  return !Number.isNaN(Date.parse(timestamp))
}

/** A member, unless it is absent or nil [RFC 5424 6]. */
function named<N extends string>(name: N, value: string | undefined): { readonly [K in N]?: string } {
  if (value === undefined || value === '-') return {}
  return { [name]: value } as { readonly [K in N]: string }
}
