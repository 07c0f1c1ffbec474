import { type Clock, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import type { Backend } from '@opensovd/core'
import type { BackendDependencies } from '../../dependencies.ts'
import { createCdaBackend } from '../index.ts'
import type { CdaBackendOptions } from '../options.ts'
import { CDA_PREFIX } from './cda-double.ts'

/** A backend for tests: what they do not say is quick and small. */
export function testCdaBackend(
  options: Partial<CdaBackendOptions> & Pick<CdaBackendOptions, 'baseUrl'>,
  dependencies: Partial<BackendDependencies> = {},
): Backend {
  const all: CdaBackendOptions = {
    name: 'cda',
    apiPrefix: CDA_PREFIX,
    clientId: 'gateway',
    clientSecret: 'secret',
    timeoutMs: 5000,
    refreshMs: 5000,
    maxConcurrency: 16,
    componentIds: [],
    automaticLockSeconds: 30,
    sessions: ['default', 'extended', 'programming'],
    ...options,
  }
  const clock: Clock = dependencies.clock ?? systemClock
  return createCdaBackend(all, { clock, log: silentLogger, ...dependencies })
}
