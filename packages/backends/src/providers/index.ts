import type { Backend } from '@opensovd/core'
import type { BackendDependencies } from '../dependencies.ts'
import { ProviderFolder, type ProviderFolderOptions } from './provider-folder.ts'

export type { BackendDependencies } from '../dependencies.ts'
export type { ProviderFolderOptions } from './provider-folder.ts'

/** A backend whose entities are those of the programs that have their sockets in a folder. */
export function createProviderFolder(options: ProviderFolderOptions, dependencies: BackendDependencies): Backend {
  return new ProviderFolder(options, dependencies)
}
