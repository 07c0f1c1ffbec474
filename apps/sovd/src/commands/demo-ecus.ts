import { createDoipBackend } from '@opensovd/backends/doip'
import type { Clock, Logger } from '@opensovd/base'
import type { Backend } from '@opensovd/core'
import { openGatewaySimulator } from '@opensovd/ecu'
import { nodeNetwork } from '@opensovd/uds/node'
import type { DoipBackendConfig } from '../config/doip-backend.ts'
import { readDescriptionFile } from '../ecus/description-file.ts'
import { doipSource } from '../ecus/doip-source.ts'

export interface DemoEcus {
  /** The simulated ECUs as a source of components; they end with it. */
  readonly backend: Backend
  /** Where any other DoIP tester reaches them. */
  readonly address: string
}

/** Simulates the ECUs of a description at this machine, for testers and for the backend that is configured. */
export async function openDemoEcus(
  config: DoipBackendConfig,
  port: number,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<DemoEcus> {
  const description = readDescriptionFile(config.descriptionFile)
  const network = nodeNetwork(clock)
  const { host } = config.connection
  const simulatorLog = log.child({ program: 'ecu-sim' })
  const settings = { host, tcpPort: port, udpPort: port, announceCount: 0 }
  const simulator = await openGatewaySimulator({ network, clock, log: simulatorLog }, description, settings)
  const { tcp, udp } = simulator.addresses
  const actual = { ...config, connection: { ...config.connection, port: tcp.port }, udpPort: udp.port }
  const backend = createDoipBackend(doipSource(actual, description), {
    clock,
    log: log.child({ backend: config.name }),
    network,
  })
  const endBackend = backend[Symbol.asyncDispose].bind(backend)
  const both = async () => {
    await endBackend()
    await simulator[Symbol.asyncDispose]()
  }
  return { backend: Object.assign(backend, { [Symbol.asyncDispose]: both }), address: `${tcp.host}:${tcp.port}` }
}
