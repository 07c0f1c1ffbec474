import type { Backend } from '@opensovd/core'
import { CdaBackend, type CdaBackendDependencies } from './cda-backend.ts'
import type { CdaBackendOptions } from './options.ts'

export type { CdaBackendDependencies } from './cda-backend.ts'
export type { CdaBackendOptions } from './options.ts'

/**
 * A backend whose entities are those of an Eclipse OpenSOVD Classic Diagnostic Adapter.
 * @throws AppError `invalid-option`
 */
export function createCdaBackend(options: CdaBackendOptions, dependencies: CdaBackendDependencies): Backend {
  return new CdaBackend(options, dependencies)
}
