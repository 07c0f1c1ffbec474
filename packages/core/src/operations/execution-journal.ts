import type { Execution } from './execution.ts'

/** What executions survive a restart by. It never throws and never waits: what cannot be kept is not kept. */
export interface ExecutionJournal {
  /** What it kept before, in the order of the starts. */
  readonly restored: readonly Execution[]
  /** Keeps the newest that is known of an execution. */
  put(execution: Execution): void
  delete(id: string): void
}
