import { constants } from 'node:os'
import { type Clock, type Logger, messageOf } from '@opensovd/base'

/** The server cuts off what is left of its requests a little earlier. */
const CLOSE_LIMIT_MS = 10_000
/** One Ctrl-C can arrive twice: from the terminal, and from the npm that started the program. */
const SAME_SIGNAL_MS = 100

type End = { readonly signal: NodeJS.Signals } | { readonly fault: unknown }

export interface ServiceOptions {
  readonly clock: Clock
  readonly log: Logger
  /** Opens what is to run, and says on one line how it can be reached. */
  readonly open: () => Promise<AsyncDisposable & { readonly ready: string }>
}

/**
 * Runs until SIGINT, SIGTERM or an error that nobody caught, then closes and ends the process: with 0, or with 1
 * after an error or when closing takes too long. A second signal ends it at once, with 128 + its number.
 * @throws what `open` rejects with
 */
export async function runService({ clock, log, open }: ServiceOptions): Promise<void> {
  const ended = nextEnd(clock, log)
  const service = await open()
  process.stdout.write(`${service.ready}\n`)
  const end = await ended
  if ('signal' in end) log.info('stopping', { signal: end.signal })
  const closed = await closeInTime(service, clock, log)
  process.exit('signal' in end && closed ? 0 : 1)
}

/** Resolves with the first reason to stop; whatever comes after it is dealt with here. */
function nextEnd(clock: Clock, log: Logger): Promise<End> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined
    const onSignal = (signal: NodeJS.Signals) => {
      firstAtMs ??= clock.monotonic()
      if (clock.monotonic() - firstAtMs > SAME_SIGNAL_MS) process.exit(128 + constants.signals[signal])
      resolve({ signal })
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
    process.on('uncaughtException', (fault: unknown) => {
      log.error('an error was not caught', { error: fault instanceof Error ? fault.stack : messageOf(fault) })
      resolve({ fault })
    })
  })
}

async function closeInTime(service: AsyncDisposable, clock: Clock, log: Logger): Promise<boolean> {
  const patience = new AbortController()
  const closing = async () => {
    try {
      await service[Symbol.asyncDispose]()
      return true
    } catch (error) {
      log.error('closing failed', { error: messageOf(error) })
      return false
    }
  }
  const waiting = async () => {
    await clock.sleep(CLOSE_LIMIT_MS, patience.signal)
    log.error('closing took too long', { limitMs: CLOSE_LIMIT_MS })
    return false
  }
  const waited = waiting()
  waited.catch(() => {})
  const closed = await Promise.race([closing(), waited])
  patience.abort()
  return closed
}
