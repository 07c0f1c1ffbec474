import type { Backend } from '@opensovd/core'
import type { BackendDependencies } from '../dependencies.ts'
import { CdaBackend } from './cda-backend.ts'
import type { CdaBackendOptions } from './options.ts'

export type { BackendDependencies } from '../dependencies.ts'
export type { CdaBackendOptions } from './options.ts'

/**
 * A backend whose entities are those of an Eclipse OpenSOVD Classic Diagnostic Adapter.
 * @throws AppError `invalid-option`
 */
export function createCdaBackend(options: CdaBackendOptions, dependencies: BackendDependencies): Backend {
  return new CdaBackend(options, dependencies)
}
