import { constants } from 'node:os'
import { AppError } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { DoipError, UdsError } from '@opensovd/uds'
import { ConfigError } from '../config/problem.ts'

/** How tools end that talk with ECUs. */
export const EXIT = {
  OK: 0,
  /** The ECU or server refused, or what was wanted did not come about. */
  FAILED: 1,
  /** Wrong arguments, or files that cannot be used. */
  USAGE: 2,
  /** Nobody answers. */
  UNREACHABLE: 3,
  /** Everything succeeded, but nothing has verified the result. */
  UNVERIFIED: 4,
  /** Ctrl-C: 128 and the number of the signal, as shells count. */
  INTERRUPTED: 128 + constants.signals.SIGINT,
} as const

/** The arguments ask for something that is not there, or that has no meaning. */
export class UsageError extends AppError<'usage'> {
  constructor(message: string, options?: ErrorOptions) {
    super('usage', message, options)
  }
}

/** Nobody answers, or no longer. */
export class UnreachableError extends AppError<'unreachable'> {
  constructor(message: string, options?: ErrorOptions) {
    super('unreachable', message, options)
  }
}

/** One Ctrl-C can arrive twice: from the terminal, and from the npm that started the program. */
const SAME_SIGNAL_MS = 100

/**
 * Runs a tool to its end, which is its exit code. The first Ctrl-C aborts the signal, so that it can end in order; the
 * second one ends the process at once.
 * @throws what is no expected error of a tool
 */
export async function runTool(tool: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const interruption = new AbortController()
  let firstAtMs: number | undefined
  const onSignal = () => {
    firstAtMs ??= systemClock.monotonic()
    if (systemClock.monotonic() - firstAtMs > SAME_SIGNAL_MS) process.exit(EXIT.INTERRUPTED)
    interruption.abort(new DOMException('interrupted', 'AbortError'))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    process.exitCode = await tool(interruption.signal)
  } catch (error) {
    if (!isExpected(error)) throw error
    complain(error.message)
    process.exitCode = exitCodeOf(error)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

function isExpected(error: unknown): error is AppError | DOMException {
  return error instanceof AppError || isInterruption(error)
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigError) return EXIT.USAGE
  if (isInterruption(error)) return EXIT.INTERRUPTED
  const isSilence = [UnreachableError, DoipError, UdsError].some((kind) => error instanceof kind)
  return isSilence ? EXIT.UNREACHABLE : EXIT.FAILED
}

function isInterruption(error: unknown): error is DOMException {
  return error instanceof DOMException && error.name === 'AbortError'
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

export function complain(message: string): void {
  process.stderr.write(`sovd: ${message}\n`)
}
