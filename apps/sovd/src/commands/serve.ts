import { systemClock } from '@opensovd/base/node'
import { loadConfig, readDocument } from '../config/load.ts'
import { openGateway } from '../gateway.ts'
import { createLogger } from '../log/logger.ts'
import { warn } from '../log/warnings.ts'
import { runService } from '../service.ts'

/**
 * Runs the gateway until a signal ends it.
 * @throws ConfigError before anything is started
 */
export async function serve(file: string | undefined): Promise<void> {
  const { config, warnings } = loadConfig({ document: readDocument(file), env: process.env })
  const log = createLogger(config.logging)
  warn(warnings, config.logging)
  if (config.backends.length + config.faults.components.length === 0)
    log.warn('no backends are configured: there will be no components')
  await runService({
    clock: systemClock,
    log,
    open: async () => {
      const gateway = await openGateway(config, { clock: systemClock, log })
      return { ready: `ready: gateway at ${gateway.url}`, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() }
    },
  })
}
