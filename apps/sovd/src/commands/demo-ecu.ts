import { systemClock } from '@opensovd/base/node'
import { openDemoEcu } from '@opensovd/demo-ecu'
import type { LoggingConfig } from '../config/config.ts'
import { isLoopback } from '../config/loopback.ts'
import { createLogger } from '../log/logger.ts'
import { runService } from '../service.ts'

export interface DemoEcuCommandOptions {
  readonly host: string
  readonly port: number
  readonly static?: boolean
  readonly seed?: number
}

const LOGGING: LoggingConfig = { level: 'info', format: 'text' }

/** Runs the demo ECU until a signal ends it. */
export async function demoEcu(options: DemoEcuCommandOptions): Promise<void> {
  const log = createLogger(LOGGING)
  if (!isLoopback(options.host)) log.warn(`LISTENING ON ${options.host} WITHOUT AUTHENTICATION`)
  await runService({
    clock: systemClock,
    log,
    open: async () => {
      const ecu = await openDemoEcu({ ...options, clock: systemClock, log })
      return { ready: `ready: demo ECU at ${ecu.url}/sovd/v1`, [Symbol.asyncDispose]: () => ecu.close() }
    },
  })
}
