import type { Backend } from '@opensovd/core'
import { ProviderFolder, type ProviderFolderDependencies, type ProviderFolderOptions } from './provider-folder.ts'

export type { ProviderFolderDependencies, ProviderFolderOptions } from './provider-folder.ts'

/** A backend whose entities are those of the programs that have their sockets in a folder. */
export function createProviderFolder(
  options: ProviderFolderOptions,
  dependencies: ProviderFolderDependencies,
): Backend {
  return new ProviderFolder(options, dependencies)
}
