import { type Clock, type Logger, messageOf, Scope } from '@opensovd/base'
import { EntityTree } from './entities/tree.ts'
import { FaultManager, type FaultManagerOptions } from './faults/fault-manager.ts'
import { withReportedFaults } from './faults/reporting-backend.ts'
import { tellOfUnknownComponents } from './faults/unknown-components.ts'
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
  readonly faults?: Omit<FaultManagerOptions, 'clock' | 'log'>
  readonly locks?: Pick<LocksOptions, 'defaultSeconds' | 'maxSeconds' | 'maxLocks'>
}

/** The diagnostic domain: everything a contract serves, and nothing of how it is served. */
export interface Diagnostics extends AsyncDisposable {
  readonly tree: EntityTree
  readonly executions: Executions
  /** Takes the faults that programs report; they are among those of their components in the tree. */
  readonly faults: FaultManager
  readonly locks: Locks
}

/** Builds the domain over its backends and keeps them running until it is disposed. */
export function openDiagnostics(options: DiagnosticsOptions): Diagnostics {
  const { clock, log, createId, backends } = options
  const scope = new Scope((error) => log.error('a backend stopped', { error: messageOf(error) }))
  for (const backend of backends) scope.adopt(backend)
  const faults = scope.adopt(new FaultManager({ clock, log, ...options.faults }))
  const tree = new EntityTree(
    backends.map((backend) => withReportedFaults(backend, faults)),
    log,
  )
  tellOfUnknownComponents(faults, tree, log)
  const executions = scope.adopt(new Executions({ clock, log, createId, ...options.executions }))
  const locks = scope.adopt(new Locks({ clock, log, createId, tree, ...options.locks }))
  for (const backend of backends) scope.run((signal) => backend.run(signal))
  return { tree, executions, faults, locks, [Symbol.asyncDispose]: () => scope.close() }
}
