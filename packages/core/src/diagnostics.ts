import { type Clock, type Logger, messageOf, Scope } from '@opensovd/base'
import { EntityTree } from './entities/tree.ts'
import { Locks, type LocksOptions } from './locks/locks.ts'
import { Executions, type ExecutionsOptions } from './operations/executions.ts'
import type { Backend } from './ports/backend.ts'

export interface DiagnosticsOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  /** In order of precedence. They are owned: closing the diagnostics closes them. */
  readonly backends: readonly Backend[]
  readonly executions?: Pick<ExecutionsOptions, 'maxFinished' | 'maxRunning' | 'pollMs' | 'acceptMs'>
  readonly locks?: Pick<LocksOptions, 'defaultSeconds' | 'maxSeconds' | 'maxLocks'>
}

/** The diagnostic domain: everything a contract serves, and nothing of how it is served. */
export interface Diagnostics extends AsyncDisposable {
  readonly tree: EntityTree
  readonly executions: Executions
  readonly locks: Locks
}

/** Builds the domain over its backends and keeps them running until it is disposed. */
export function openDiagnostics(options: DiagnosticsOptions): Diagnostics {
  const { clock, log, createId, backends } = options
  const scope = new Scope((error) => log.error('a backend stopped', { error: messageOf(error) }))
  for (const backend of backends) scope.adopt(backend)
  const tree = new EntityTree(backends, log)
  const executions = scope.adopt(new Executions({ clock, log, createId, ...options.executions }))
  const locks = scope.adopt(new Locks({ clock, log, createId, tree, ...options.locks }))
  for (const backend of backends) scope.run((signal) => backend.run(signal))
  return { tree, executions, locks, [Symbol.asyncDispose]: () => scope.close() }
}
