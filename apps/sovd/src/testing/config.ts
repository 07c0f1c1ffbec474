import { fileURLToPath } from 'node:url'
import { parse } from 'smol-toml'
import type { SovdBackendConfig } from '../config/config.ts'
import { embeddedDocument } from '../config/document.ts'
import type { Environment } from '../config/environment.ts'
import { type LoadedConfig, loadConfig } from '../config/load.ts'
import { ConfigError, formatProblem } from '../config/problem.ts'

/** What a TOML text and an environment make, or the lines of problems they have. */
export function configured(toml: string, env: Environment = {}): LoadedConfig | readonly string[] {
  try {
    return loadConfig({ document: embeddedDocument(parse(toml)), env })
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(formatProblem)
    throw error
  }
}

/** As `configured`, for what must be in order. */
export function configuredWell(toml: string, env: Environment = {}): LoadedConfig {
  const made = configured(toml, env)
  if ('config' in made) return made
  throw new Error(made.join('\n'))
}

/** The backends that are SOVD servers. */
export function sovdBackends({ config }: LoadedConfig): readonly SovdBackendConfig[] {
  return config.backends.filter((backend) => backend.type === 'sovd')
}

/** The path of a file among the test certificates. */
export function certificate(name: string): string {
  return fileURLToPath(new URL(`certs/${name}`, import.meta.url))
}
