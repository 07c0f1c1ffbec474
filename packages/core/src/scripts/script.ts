import type { Json } from '@opensovd/base'
import type { BulkDataUpload } from '../facets/bulk-data.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { RegisteredExecution } from './script-execution.ts'

/** A program that a client put at an entity [17978-3 7.15]. */
export interface Script {
  readonly id: string
  readonly entity: EntityRef
  /** The name of the file that was uploaded. */
  readonly name?: string
}

/** Keeps scripts, and what is to run again after a restart. */
export interface ScriptStore {
  list(entity: EntityRef): readonly Script[]
  /**
   * Resolves to the new script once all of it is kept; nothing stays of one that fails.
   * @param check is asked when all of it has come; what it throws is what is wrong with it
   */
  add(
    entity: EntityRef,
    upload: BulkDataUpload,
    check: (script: Script) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Script>
  remove(script: Script): Promise<void>
  /** What was registered when the store was opened, of the scripts that are there. */
  readonly registered: readonly RegisteredExecution[]
  register(execution: RegisteredExecution): Promise<void>
  unregister(id: string): Promise<void>
}

/** What a script can reach while it runs. */
export interface ScriptHost {
  /** @throws SovdError `invalid-request` for what is no call; what the call itself ends in */
  call(method: string, args: readonly Json[], signal: AbortSignal): Promise<Json | undefined>
  log(message: string): void
}

export interface ScriptTask {
  readonly script: Script
  readonly executionId: string
  readonly parameters?: Json
  readonly host: ScriptHost
  /** Aborts when the script is asked to come to an end by itself. */
  readonly stopping: AbortSignal
}

/** Runs scripts where they can do no harm. */
export interface ScriptRunner {
  /** @throws SovdError `unprocessable-content` for what cannot be run */
  check(script: Script, signal: AbortSignal): Promise<void>
  /**
   * Resolves to what the script returned.
   * @param signal ends it at once; the promise settles when nothing of it is left
   * @throws SovdError `unprocessable-content` for a script that throws, ends without a result, or takes more than it may
   */
  run(task: ScriptTask, signal: AbortSignal): Promise<Json | undefined>
}
