import type { Json } from '@opensovd/base'
import type { EntityRef } from '../locks/lock.ts'

/** When a script is to run [17978-3 7.15]. */
export const EXECUTION_TYPES = ['now', 'now_and_on_restart', 'on_restart', 'once_on_restart'] as const

export type ScriptExecutionType = (typeof EXECUTION_TYPES)[number]

/** How far an execution of a script is [17978-3 7.15]. */
export type ScriptExecutionState =
  /** It waits for a restart. */
  | { readonly status: 'prepared' }
  | { readonly status: 'running' }
  | { readonly status: 'completed'; readonly result?: Json }
  | { readonly status: 'failed'; readonly error: string }
  /** Somebody ended it. */
  | { readonly status: 'terminated' }

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

/** What a client wants of a script. */
export interface ScriptRequest {
  readonly type: ScriptExecutionType
  readonly parameters?: Json
  /** What the client has to say for being near the vehicle. */
  readonly proximityResponse?: string
}

export function runsNow(type: ScriptExecutionType): boolean {
  return type === 'now' || type === 'now_and_on_restart'
}

/** Whether it runs after every restart, until somebody removes it. */
export function runsAlways(type: ScriptExecutionType): boolean {
  return type === 'on_restart' || type === 'now_and_on_restart'
}
