import type { Backend } from '@opensovd/core'
import type { SovdBackendOptions } from './options.ts'
import { SovdBackend, type SovdBackendDependencies } from './sovd-backend.ts'

export type { SovdBackendOptions } from './options.ts'
export type { SovdBackendDependencies } from './sovd-backend.ts'

/**
 * A backend whose entities are those of another SOVD server.
 * @throws AppError `invalid-option`
 */
export function createSovdBackend(options: SovdBackendOptions, dependencies: SovdBackendDependencies): Backend {
  return new SovdBackend(options, dependencies)
}
