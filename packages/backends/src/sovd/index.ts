import type { Backend } from '@opensovd/core'
import type { BackendDependencies } from '../dependencies.ts'
import type { SovdBackendOptions } from './options.ts'
import { SovdBackend } from './sovd-backend.ts'

export type { BackendDependencies } from '../dependencies.ts'
export type { SovdBackendOptions } from './options.ts'

/**
 * A backend whose entities are those of another SOVD server.
 * @throws AppError `invalid-option`
 */
export function createSovdBackend(options: SovdBackendOptions, dependencies: BackendDependencies): Backend {
  return new SovdBackend(options, dependencies)
}
