import { systemClock } from '@opensovd/base/node'
import { openGatewaySimulator } from '@opensovd/ecu'
import { commandKeys } from '@opensovd/ecu/node'
import { nodeNetwork } from '@opensovd/uds/node'
import type { LoggingConfig } from '../config/config.ts'
import { isLoopback } from '../config/loopback.ts'
import { readDescriptionFile } from '../ecus/description-file.ts'
import { createLogger } from '../log/logger.ts'
import { runService } from '../service.ts'

export interface EcuSimOptions {
  readonly host: string
  readonly port: number
}

const LOGGING: LoggingConfig = { level: 'info', format: 'text' }

/**
 * Runs the ECUs of a description behind a DoIP gateway until a signal ends them.
 * @throws ConfigError when the description cannot be used
 */
export async function ecuSim(file: string, { host, port }: EcuSimOptions): Promise<void> {
  const description = readDescriptionFile(file)
  const log = createLogger(LOGGING)
  if (!isLoopback(host)) log.warn(`LISTENING ON ${host}: DOIP HAS NO AUTHENTICATION`)
  await runService({
    clock: systemClock,
    log,
    open: async () => {
      const runtime = { network: nodeNetwork(), clock: systemClock, log }
      // A loopback interface has nobody to announce to.
      const announceCount = isLoopback(host) ? { announceCount: 0 } : {}
      const settings = { host, tcpPort: port, udpPort: port, commandKeys, ...announceCount }
      const gateway = await openGatewaySimulator(runtime, description, settings)
      const { tcp, udp } = gateway.addresses
      const where = `${tcp.host.includes(':') ? `[${tcp.host}]` : tcp.host}:${tcp.port}${tcp.port === udp.port ? '' : `, discovery at UDP port ${udp.port}`}`
      const ecus = gateway.ecus.map(({ id, logicalAddress }) => `  0x${hex(logicalAddress)} ${id}`)
      return {
        ready: [`ready: DoIP gateway 0x${hex(description.gateway.address)} at ${where}, ECUs:`, ...ecus].join('\n'),
        [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
      }
    },
  })
}

function hex(address: number): string {
  return address.toString(16).padStart(4, '0')
}
