import type { Json } from '@opensovd/base'
import type { ScriptExecutionState, ScriptExecutionType } from '../facets/scripts.ts'
import type { EntityRef } from '../locks/lock.ts'

export interface ScriptExecution {
  readonly id: string
  readonly entity: EntityRef
  readonly scriptId: string
  readonly type: ScriptExecutionType
  readonly parameters?: Json
  readonly state: ScriptExecutionState
  /** RFC 3339. */
  readonly lastStarted?: string
}

/** An execution that is there again after a restart, with who it acts for. */
export type RegisteredExecution = Omit<ScriptExecution, 'state' | 'lastStarted'> & {
  readonly subject?: string
  /** What who registered it was allowed to do; absent where callers are not authenticated. */
  readonly permissions?: readonly string[]
}

export function runsNow(type: ScriptExecutionType): boolean {
  return type === 'now' || type === 'now_and_on_restart'
}

/** Whether it runs after every restart, until somebody removes it. */
export function runsAlways(type: ScriptExecutionType): boolean {
  return type === 'on_restart' || type === 'now_and_on_restart'
}
