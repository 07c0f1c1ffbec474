import { type Clock, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import type { Backend } from '@opensovd/core'
import type { BackendDependencies } from '../../dependencies.ts'
import { createSovdBackend } from '../index.ts'
import type { SovdBackendOptions } from '../options.ts'

/** A backend for tests: what they do not say is quick and small. */
export function testBackend(
  options: Partial<SovdBackendOptions> & Pick<SovdBackendOptions, 'baseUrl'>,
  dependencies: Partial<BackendDependencies> = {},
): Backend {
  const all: SovdBackendOptions = {
    name: 'zone',
    apiPrefix: '/sovd/v1',
    dialect: 'auto',
    timeoutMs: 5000,
    refreshMs: 5000,
    maxConcurrency: 16,
    componentIds: [],
    ...options,
  }
  const clock: Clock = dependencies.clock ?? systemClock
  return createSovdBackend(all, { clock, log: silentLogger, ...dependencies })
}
