import { AppError } from '@opensovd/base'
import { type LogIntake, type LogIntakeOptions, openLogIntake } from '@opensovd/server'
import type { LogIntakeConfig } from './config/logs.ts'

/**
 * Opens what takes in the logs of programs.
 * @throws AppError `datagrams-unavailable` when this machine lacks what the configured socket needs; otherwise as
 * `openLogIntake`
 */
export async function openLogs(
  { syslogDatagrams, ...config }: LogIntakeConfig,
  deps: Pick<LogIntakeOptions, 'sink' | 'clock' | 'log'>,
): Promise<LogIntake> {
  if (!syslogDatagrams) return openLogIntake({ ...config, ...deps })
  const { loadUnixDatagrams } = await import('@opensovd/integrations/unix-datagram')
  const open = await loadUnixDatagrams()
  if (!open) {
    throw new AppError(
      'datagrams-unavailable',
      'logs.syslog_socket_type is "datagram", which needs Linux and the package koffi; without them, set it to "stream"',
    )
  }
  return openLogIntake({ ...config, ...deps, syslogDatagrams: { ...syslogDatagrams, open } })
}
