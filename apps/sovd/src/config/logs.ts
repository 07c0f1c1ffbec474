import { Buffer } from 'node:buffer'
import { basename, extname } from 'node:path'
import { messageOf } from '@opensovd/base'
import type { LogBookOptions } from '@opensovd/core'
import type { LogFile, LogIntakeOptions, LogRule, SyslogDatagramOptions } from '@opensovd/server'
import { ENTITY_ID } from '@opensovd/sovd'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'

export interface LogsConfig {
  readonly kept: Required<Pick<LogBookOptions, 'leastSeverity' | 'maxEntriesPerEntity'>>
  /** What is taken in; absent: nothing is. */
  readonly intake?: LogIntakeConfig
}

export interface LogIntakeConfig extends Omit<LogIntakeOptions, 'sink' | 'clock' | 'log' | 'syslogDatagrams'> {
  readonly syslogDatagrams?: Omit<SyslogDatagramOptions, 'open'>
}

type LogSettings = Settings['logs']

/** One name, or the beginning of several. */
const NAME_PATTERN = /^(\*|[^\s*]{1,255}\*?)$/
/** What a socket address can hold on Linux. */
const MAX_PATH_BYTES = 107

/** Judges what is kept of the logs of entities, and where it comes from. */
export function readLogs(settings: LogSettings, findings: Findings): LogsConfig {
  const { syslog_socket: path, syslog_udp_port: port, syslog_udp_host: host } = settings
  if (path !== undefined && Buffer.byteLength(path) > MAX_PATH_BYTES) {
    findings.problem('logs.syslog_socket', `must not be longer than ${MAX_PATH_BYTES} bytes`)
  }
  const takesSyslog = path !== undefined || port !== undefined
  if (settings.rules.length > 0 && !takesSyslog) {
    findings.problem('logs.rules', 'are without effect: neither syslog_udp_port nor syslog_socket is set')
  }
  if (takesSyslog && settings.rules.length === 0) {
    findings.warning('logs.rules', 'there are none, so no message of syslog is kept')
  }
  const rules = settings.rules.map((rule, index) => readRule(rule, `logs.rules[${index}]`, findings))
  const files = settings.files.map((file, index) => readFile(file, `logs.files[${index}]`, findings))
  const intake = {
    maxPerSecond: settings.max_messages_per_sec,
    ...(port === undefined ? {} : { syslogUdp: { host, port } }),
    ...(path === undefined ? {} : readSocket(path, settings)),
    rules,
    files,
  }
  return {
    kept: { leastSeverity: settings.min_severity, maxEntriesPerEntity: settings.max_entries_per_entity },
    ...(takesSyslog || files.length > 0 ? { intake } : {}),
  }
}

function readSocket(path: string, { syslog_socket_type: type, syslog_socket_mode: mode }: LogSettings) {
  const socket = { path, mode: Number.parseInt(mode, 8) }
  return type === 'datagram' ? { syslogDatagrams: socket } : { syslogSocket: socket }
}

function readRule(
  { program, host, component: componentId }: LogSettings['rules'][number],
  path: string,
  findings: Findings,
): LogRule {
  if (program === undefined && host === undefined) findings.problem(path, 'needs a program, a host or both')
  for (const [name, pattern] of Object.entries({ program, host })) {
    if (pattern === undefined || NAME_PATTERN.test(pattern)) continue
    const got = JSON.stringify(pattern)
    findings.problem(`${path}.${name}`, `expected a name, or the beginning of some and *, got ${got}`)
  }
  checkComponent(`${path}.component`, componentId, findings)
  return {
    ...(program === undefined ? {} : { program }),
    ...(host === undefined ? {} : { host }),
    componentId,
  }
}

function readFile(file: LogSettings['files'][number], path: string, findings: Findings): LogFile {
  if (file.path === '') findings.problem(`${path}.path`, 'is required')
  checkComponent(`${path}.component`, file.component, findings)
  const pattern = file.pattern === undefined ? undefined : readPattern(`${path}.pattern`, file.pattern, findings)
  return {
    path: file.path,
    componentId: file.component,
    program: file.program ?? basename(file.path, extname(file.path)),
    severity: file.severity,
    ...(pattern === undefined ? {} : { pattern }),
  }
}

function readPattern(path: string, text: string, findings: Findings): RegExp | undefined {
  try {
    const pattern = new RegExp(text, 'u')
    if (!text.includes('(?<message>')) findings.problem(path, 'finds no message: it has no group (?<message>…)')
    return pattern
  } catch (error) {
    findings.problem(path, `is no regular expression: ${messageOf(error)}`)
    return undefined
  }
}

function checkComponent(path: string, id: string, findings: Findings): void {
  if (id === '') findings.problem(path, 'is required')
  else if (!ENTITY_ID.test(id)) findings.problem(path, `expected the id of a component, got ${JSON.stringify(id)}`)
}
