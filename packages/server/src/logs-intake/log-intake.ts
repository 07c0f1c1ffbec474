import { type Clock, type Logger, messageOf, Scope } from '@opensovd/base'
import type { LogSink } from '@opensovd/core'
import { FileTail } from './file-tail.ts'
import { entryOf, type LineFormat } from './line-format.ts'
import { LogAdmission, type LogIntakeCounters } from './log-admission.ts'
import type { LogRule } from './log-rules.ts'
import { openSyslogDatagrams, type SyslogDatagramOptions } from './syslog-datagrams.ts'
import { openSyslogSocket, type SyslogSocketOptions } from './syslog-socket.ts'
import { openSyslogUdp, type SyslogUdpOptions } from './syslog-udp.ts'

/** A file whose lines are about one component. */
export interface LogFile extends LineFormat {
  readonly path: string
  readonly componentId: string
}

export interface LogIntakeOptions {
  readonly sink: LogSink
  readonly clock: Clock
  readonly log: Logger
  /** Which messages of syslog are about which component; others are not kept. */
  readonly rules?: readonly LogRule[]
  readonly files?: readonly LogFile[]
  readonly syslogUdp?: SyslogUdpOptions
  readonly syslogSocket?: SyslogSocketOptions
  readonly syslogDatagrams?: SyslogDatagramOptions
  /** Messages a second, of all sources together. */
  readonly maxPerSecond?: number
}

export interface LogIntake extends AsyncDisposable {
  readonly counters: Readonly<LogIntakeCounters>
  /** Where datagrams are taken, if they are. */
  readonly udpPort?: number
}

const MAX_PER_SECOND = 1000

/**
 * Takes what programs log, from files and through syslog, until it is closed.
 * @throws AppError `address-in-use`, `address-unavailable` or `listen-failed`
 */
export async function openLogIntake(options: LogIntakeOptions): Promise<LogIntake> {
  const { sink, clock, log, rules = [], files = [], maxPerSecond = MAX_PER_SECOND } = options
  const { syslogUdp, syslogSocket, syslogDatagrams } = options
  const admission = new LogAdmission({ clock, sink, rules, maxPerSecond })
  const scope = new Scope((error) => log.error('reading a log file failed', { error: messageOf(error) }))
  await using opening = new AsyncDisposableStack()
  opening.use(scope)
  const udp = syslogUdp && scope.adopt(await openSyslogUdp(syslogUdp, admission, log))
  if (syslogSocket) scope.adopt(await openSyslogSocket(syslogSocket, admission, log))
  if (syslogDatagrams) scope.adopt(await openSyslogDatagrams(syslogDatagrams, admission, log))
  for (const file of files) {
    const tail = scope.adopt(tailOf(file, admission, { clock, log: log.child({ file: file.path }) }))
    scope.run((signal) => tail.run(signal))
  }
  const opened = opening.move()
  return {
    counters: admission.counters,
    ...(udp ? { udpPort: udp.port } : {}),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function tailOf(file: LogFile, admission: LogAdmission, deps: { clock: Clock; log: Logger }): FileTail {
  return new FileTail({
    ...deps,
    path: file.path,
    onLine: (line) => admission.entry(file.componentId, entryOf(line, file)),
    onTooLong: () => admission.drop(1),
  })
}
