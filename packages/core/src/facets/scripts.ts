import type { Json } from '@opensovd/base'
import type { CallContext } from '../ports/call-context.ts'
import type { BulkDataUpload } from './bulk-data.ts'

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

/** What a client wants of a script. */
export interface ScriptRequest {
  readonly type: ScriptExecutionType
  readonly parameters?: Json
  /** What the client has to say for being near the vehicle. */
  readonly proximityResponse?: string
}

export interface ListedScript {
  readonly id: string
  readonly name?: string
  /** What names it in a catalogue of texts. */
  readonly translationId?: string
  /** Whether only who proves to be near the vehicle may start it. */
  readonly proximityProofRequired: boolean
}

export interface ScriptDetail extends ListedScript {
  /** What the caller has to answer to start it, where it has to and can; `validUntil` is in RFC 3339. */
  readonly challenge?: { readonly text: string; readonly validUntil: string }
}

export interface ScriptProgress {
  readonly state: ScriptExecutionState
  /** RFC 3339. */
  readonly lastStarted?: string
}

/** Programs that clients put at an entity, and their executions [17978-3 7.15]. Calls reject with `SovdError`. */
export interface ScriptFacet {
  /** How long an execution that is over can be read; absent where nobody told. */
  readonly retainMs?: number | undefined
  list(context: CallContext): Promise<readonly ListedScript[]>
  /** @throws SovdError `not-found` */
  find(id: string, context: CallContext): Promise<ScriptDetail>
  /** @throws SovdError `unprocessable-content` for what is no script; `content-too-large` */
  add(upload: BulkDataUpload, context: CallContext): Promise<{ readonly id: string }>
  /** With its executions. @throws SovdError `not-found`; `conflict` while it runs */
  remove(id: string, context: CallContext): Promise<void>
  /** Identifiers, newest first. @throws SovdError `not-found` */
  executions(scriptId: string, context: CallContext): Promise<readonly string[]>
  /**
   * Starts a script, or arranges for its start; it acts for the caller.
   * @throws SovdError `not-found`; `forbidden` without a proof of proximity where one is needed; `too-many-requests`
   */
  start(
    scriptId: string,
    request: ScriptRequest,
    context: CallContext,
  ): Promise<{ readonly id: string; readonly status: ScriptExecutionState['status'] }>
  /** @throws SovdError `not-found` */
  execution(scriptId: string, id: string, context: CallContext): Promise<ScriptProgress>
  /**
   * @param how `stop` lets the script come to an end by itself, for a while
   * @throws SovdError `not-found`; `conflict` when it is not running
   */
  end(scriptId: string, id: string, how: 'stop' | 'kill', context: CallContext): Promise<void>
  /** Ends it if it is running, and removes it: it will not run again. @throws SovdError `not-found` */
  removeExecution(scriptId: string, id: string, context: CallContext): Promise<void>
}
