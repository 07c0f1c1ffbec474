import { systemClock } from '@opensovd/base/node'
import { type Application, type ApplicationOptions, createApplication, openNodeNetwork } from '@opensovd/someip'
import { formatProblem, loadConfiguration, nodeFiles } from '@opensovd/someip/config'
import { createLogger } from './logger.ts'

/**
 * Runs `task` with an application that is configured by the environment, as vsomeip's are, and closes it afterwards.
 * `signal` aborts at SIGINT and SIGTERM; what the task throws then does not count.
 * @param defaultName of the application where VSOMEIP_APPLICATION_NAME gives none
 */
export async function runApplication(
  defaultName: string,
  task: (application: Application, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const environment = process.env
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  const { configuration, problems } = await loadConfiguration({
    applicationName: environment.VSOMEIP_APPLICATION_NAME ?? defaultName,
    environment,
    files: nodeFiles,
    workingDirectory: process.cwd(),
    owner: uid === undefined || gid === undefined ? undefined : { uid, gid },
  })
  const clock = systemClock
  const log = createLogger(configuration.logging, clock)
  for (const problem of problems) log.warn(formatProblem(problem))
  const name = environment.VSOMEIP_APPLICATION_NAME ?? defaultName
  const ending = new AbortController()
  const end = () => ending.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
  try {
    const network = await openNodeNetwork()
    const options = { name, configuration, clock, log, network }
    await untilAborted(runWith(options, task, ending.signal), ending.signal)
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, end)
  }
}

async function runWith(
  options: ApplicationOptions,
  task: (application: Application, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  await using application = await createApplication(options, signal)
  await task(application, signal)
}

async function untilAborted(running: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await running
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Resolves when the signal aborts. */
export function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
