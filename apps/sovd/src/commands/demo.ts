import { systemClock } from '@opensovd/base/node'
import { openDemoEcu } from '@opensovd/demo-ecu'
import type { Config } from '../config/config.ts'
import { embeddedDocument } from '../config/document.ts'
import { loadConfig } from '../config/load.ts'
import { firstLook } from '../first-look.ts'
import { openGateway } from '../gateway.ts'
import { createLogger } from '../log/logger.ts'
import { warn } from '../log/warnings.ts'
import { runService } from '../service.ts'

export interface DemoOptions {
  readonly port?: number
  readonly ecuPort: number
}

/** How long to wait for the gateway to know the ECU before saying that it is ready. */
const FIRST_LOOK_MS = 2000

/**
 * Runs a demo ECU and a gateway in front of it until a signal ends both.
 * @throws ConfigError when the environment has settings that cannot be used
 */
export async function demo({ port, ecuPort }: DemoOptions): Promise<void> {
  const planned = `http://127.0.0.1:${ecuPort}`
  const { config, warnings } = loadConfig({
    document: embeddedDocument({ backends: [{ name: 'demo-ecu', base_url: planned }] }),
    env: process.env,
    options: port === undefined ? [] : [{ path: ['server', 'port'], value: port, source: '--port' }],
  })
  const log = createLogger(config.logging)
  warn(warnings, config.logging)
  await runService({
    clock: systemClock,
    log,
    open: async () => {
      await using opening = new AsyncDisposableStack()
      const ecu = opening.use(
        await openDemoEcu({ port: ecuPort, clock: systemClock, log: log.child({ program: 'demo-ecu' }) }),
      )
      const gateway = opening.use(await openGateway(withAddress(config, planned, ecu.url), { clock: systemClock, log }))
      await firstLook(gateway.backends, systemClock, FIRST_LOOK_MS)
      const opened = opening.move()
      return { ready: announcement(gateway.url, ecu.url), [Symbol.asyncDispose]: () => opened.disposeAsync() }
    },
  })
}

/** The ECU's address is known for sure only when it listens. */
function withAddress(config: Config, planned: string, actual: string): Config {
  const backends = config.backends.map((backend) =>
    backend.type === 'sovd' && backend.baseUrl === planned ? { ...backend, baseUrl: actual } : backend,
  )
  return { ...config, backends }
}

function announcement(gateway: string, ecu: string): string {
  return `ready: gateway at ${gateway}, demo ECU at ${ecu}/sovd/v1
try:
  curl ${gateway}/components
  curl ${gateway}/components/bms/data
  curl ${gateway}/components/bms/faults
  curl -i -X POST ${gateway}/components/bms/operations/self-test
  curl -X PUT -H 'content-type: application/json' -d '{"value":23.0}' ${gateway}/components/climate/data/target-temp
  curl ${gateway}/components/climate/data/target-temp`
}
