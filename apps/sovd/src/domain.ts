import { randomUUID } from 'node:crypto'
import type { Clock, Logger } from '@opensovd/base'
import {
  type Backend,
  type BackendObserver,
  type Diagnostics,
  declaredComponents,
  openDiagnostics,
} from '@opensovd/core'
import type { Config } from './config/config.ts'
import { openBackends } from './open-backends.ts'

export interface Domain extends AsyncDisposable {
  readonly diagnostics: Diagnostics
  readonly backends: readonly Backend[]
}

export interface DomainDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly observe?: BackendObserver
  /** Sources beside those of the configuration, after them. */
  readonly more?: readonly Backend[]
}

/**
 * Opens the diagnostics of a vehicle over the sources that a configuration names; nothing is served yet.
 * @throws ConfigError as `openBackends` does
 */
export async function openDomain(config: Config, deps: DomainDeps): Promise<Domain> {
  const { clock, log } = deps
  const { intake: _, components, ...faults } = config.faults
  const sources = [...(await openBackends(config, deps)), ...(deps.more ?? [])]
  const backends = components.length > 0 ? [...sources, declaredComponents('faults', components)] : sources
  const diagnostics = openDiagnostics({
    clock,
    log,
    createId: randomUUID,
    backends,
    faults,
    entities: config.entities,
    locks: config.locks,
    logs: config.logs.kept,
    ...(config.catalog && { catalog: config.catalog }),
  })
  return { diagnostics, backends, [Symbol.asyncDispose]: () => diagnostics[Symbol.asyncDispose]() }
}
