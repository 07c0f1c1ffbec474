import { type BackendDependencies, createSovdBackend } from '@opensovd/backends/sovd'
import { assertNever } from '@opensovd/base'
import type { Backend } from '@opensovd/core'
import type { BackendConfig, Config } from './config/config.ts'

/**
 * Makes the configured backends; what a kind of them needs is loaded when there is one.
 * @throws ConfigError when a file that a backend needs cannot be used
 */
export async function openBackends(
  { backends, providers }: Pick<Config, 'backends' | 'providers'>,
  dependencies: BackendDependencies,
): Promise<readonly Backend[]> {
  const opened = await Promise.all(backends.map((config) => openBackend(config, withLog(config, dependencies))))
  if (providers === undefined) return opened
  const { createProviderFolder } = await import('@opensovd/backends/providers')
  return [...opened, createProviderFolder(providers, dependencies)]
}

async function openBackend(config: BackendConfig, dependencies: BackendDependencies): Promise<Backend> {
  switch (config.type) {
    case 'sovd':
      return createSovdBackend(config, dependencies)
    case 'cda':
      return (await import('@opensovd/backends/cda')).createCdaBackend(config, dependencies)
    case 'doip':
      return (await import('./ecus/open-doip-backend.ts')).openDoipBackend(config, dependencies)
    default:
      return assertNever(config)
  }
}

function withLog({ name }: BackendConfig, dependencies: BackendDependencies): BackendDependencies {
  return { ...dependencies, log: dependencies.log.child({ backend: name }) }
}
