import { createDoipBackend } from '@opensovd/backends/doip'
import type { BackendDependencies } from '@opensovd/backends/sovd'
import type { Backend } from '@opensovd/core'
import { commandKeys } from '@opensovd/ecu/node'
import { nodeNetwork } from '@opensovd/uds/node'
import type { DoipBackendConfig } from '../config/doip-backend.ts'
import { doipSource } from './doip-source.ts'

/**
 * A backend whose components are the ECUs of a description.
 * @throws ConfigError when the description cannot be used
 */
export function openDoipBackend(config: DoipBackendConfig, dependencies: BackendDependencies): Backend {
  return createDoipBackend(doipSource(config), {
    ...dependencies,
    network: nodeNetwork(dependencies.clock),
    commandKeys,
  })
}
