import { fileURLToPath } from 'node:url'
import { type Logger, raceSignal } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import type { Backend } from '@opensovd/core'
import { openDemoEcu } from '@opensovd/demo-ecu'
import type { BackendConfig, Config } from '../config/config.ts'
import { embeddedDocument } from '../config/document.ts'
import type { DoipBackendConfig } from '../config/doip-backend.ts'
import { loadConfig } from '../config/load.ts'
import { firstLook } from '../first-look.ts'
import { openGateway } from '../gateway.ts'
import { LateBackend } from '../late-backend.ts'
import { createLogger } from '../log/logger.ts'
import { warn } from '../log/warnings.ts'
import { runService } from '../service.ts'
import { announcement, ecuAnnouncement } from './demo-announcement.ts'

export interface DemoOptions {
  readonly port?: number
  readonly ecuPort: number
  readonly doipPort: number
}

/** How long to wait for the gateway to know the ECU before saying that it is ready. */
const FIRST_LOOK_MS = 2000

const ECUS = 'demo-ecus'
const DESCRIPTION = fileURLToPath(new URL('../../../../docs/examples/ecus/powertrain.yaml', import.meta.url))

/**
 * Runs a demo ECU, simulated ECUs behind a DoIP entity, and a gateway in front of them until a signal ends all. The
 * simulated ECUs come when the gateway is ready, so that it is ready early.
 * @throws ConfigError when the environment has settings that cannot be used
 */
export async function demo({ port, ecuPort, doipPort }: DemoOptions): Promise<void> {
  const planned = `http://127.0.0.1:${ecuPort}`
  const ecus = { type: 'doip', name: ECUS, host: '127.0.0.1', description: DESCRIPTION }
  const { config, warnings } = loadConfig({
    document: embeddedDocument({ backends: [{ name: 'demo-ecu', base_url: planned }, ecus] }),
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
      const url = Promise.withResolvers<string>()
      const late = config.backends.filter(isSimulated).map((each) => simulatedEcus(each, doipPort, log, url.promise))
      const gateway = opening.use(
        await openGateway(withAddress(config, planned, ecu.url), { clock: systemClock, log, more: late }),
      )
      const early = gateway.backends.filter((backend) => !(backend instanceof LateBackend))
      await firstLook(early, systemClock, FIRST_LOOK_MS)
      systemClock.after(1, () => url.resolve(gateway.url))
      const opened = opening.move()
      return { ready: announcement(gateway.url, ecu.url), [Symbol.asyncDispose]: () => opened.disposeAsync() }
    },
  })
}

function isSimulated(backend: BackendConfig): backend is DoipBackendConfig {
  return backend.type === 'doip' && backend.name === ECUS
}

/** Waits for the gateway's address, loads what simulated ECUs need, and says how they can be reached. */
function simulatedEcus(config: DoipBackendConfig, port: number, log: Logger, gateway: Promise<string>): Backend {
  return new LateBackend(config.name, log, async (signal) => {
    const url = await raceSignal(gateway, signal)
    const { openDemoEcus } = await import('./demo-ecus.ts')
    const { backend, address } = await openDemoEcus(config, port, { clock: systemClock, log })
    const unsubscribe = backend.onChange(() => {
      if (!backend.snapshot.entities.every(({ connectionState }) => connectionState === 'connected')) return
      unsubscribe()
      process.stdout.write(`${ecuAnnouncement(url, address)}\n`)
    })
    return backend
  })
}

/** The ECU's address is known for sure only when it listens; the simulated ECUs come later. */
function withAddress(config: Config, planned: string, actual: string): Config {
  const backends = config.backends
    .filter((backend) => !isSimulated(backend))
    .map((backend) =>
      backend.type === 'sovd' && backend.baseUrl === planned ? { ...backend, baseUrl: actual } : backend,
    )
  return { ...config, backends }
}
