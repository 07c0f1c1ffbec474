import type { Backend } from '@opensovd/core'
import { DoipBackend, type DoipBackendDependencies } from './doip-backend.ts'
import type { DoipBackendOptions } from './options.ts'

export type { DoipBackendDependencies } from './doip-backend.ts'
export { type DoipBackendOptions, GUARDED, type Guarded, type Interlock, type MemoryWindow } from './options.ts'

/** A backend whose components are the ECUs behind a DoIP entity. */
export function createDoipBackend(options: DoipBackendOptions, dependencies: DoipBackendDependencies): Backend {
  return new DoipBackend(options, dependencies)
}
