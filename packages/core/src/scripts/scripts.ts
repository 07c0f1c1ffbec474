import type { Clock, Logger } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { BulkDataUpload } from '../facets/bulk-data.ts'
import type { EntityRef } from '../locks/lock.ts'
import type { LogSink } from '../logs/log-sink.ts'
import type { CallContext } from '../ports/call-context.ts'
import type { Challenge } from '../proximity/challenge.ts'
import type { Proximity } from '../proximity/proximity.ts'
import type { EntityTools } from './entity-calls.ts'
import type { Script, ScriptRunner, ScriptStore } from './script.ts'
import type { ScriptExecution, ScriptRequest } from './script-execution.ts'
import { ScriptExecutions } from './script-executions.ts'

export interface ScriptsOptions {
  readonly store: ScriptStore
  readonly runner: ScriptRunner
  readonly maxRunning?: number
  readonly maxExecutions?: number
  /** How many executions may be waiting for restarts. */
  readonly maxRegistered?: number
  /** What runs longer is ended, and has failed. */
  readonly timeoutMs?: number
  /** How long a script that is asked to stop may take for that. */
  readonly stopMs?: number
  /** How long an execution that is over can be read. */
  readonly retainMs?: number
  /** Whether only who proves to be near the vehicle may start one. */
  readonly proximityProofRequired?: boolean
}

export interface ScriptsDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  readonly tools: EntityTools
  readonly logs: LogSink
  readonly proximity: Proximity
}

const DEFAULTS = {
  maxRunning: 2,
  maxExecutions: 1000,
  maxRegistered: 100,
  timeoutMs: 60_000,
  stopMs: 5000,
  retainMs: 3_600_000,
  proximityProofRequired: false,
}

/** The programs that clients put at entities, and their executions [17978-3 7.15]. */
export class Scripts implements AsyncDisposable {
  readonly proximityProofRequired: boolean
  readonly retainMs: number
  readonly #proximity: Proximity
  readonly #enabled: (ScriptsOptions & { readonly executions: ScriptExecutions }) | undefined

  /** @param options absent: there are none, and none can be added */
  constructor(deps: ScriptsDeps, options: ScriptsOptions | undefined) {
    const settled = { ...DEFAULTS, ...options }
    this.#proximity = deps.proximity
    this.retainMs = settled.retainMs
    this.proximityProofRequired = settled.proximityProofRequired
    this.#enabled = options && {
      ...options,
      executions: new ScriptExecutions({ ...deps, ...settled, store: options.store, runner: options.runner }),
    }
  }

  /** Whether there can be any. */
  get isAvailable(): boolean {
    return this.#enabled !== undefined
  }

  /** @throws SovdError `not-found` where there can be none */
  list(entity: EntityRef): readonly Script[] {
    return this.#require(entity).store.list(entity)
  }

  /** @throws SovdError `not-found` */
  get(entity: EntityRef, id: string): Script {
    const script = this.list(entity).find((each) => each.id === id)
    if (script) return script
    throw new SovdError('not-found', `there is no script '${id}' at ${entity.kind} '${entity.id}'`, { target: id })
  }

  /** @throws SovdError `unprocessable-content` for what is no script; `content-too-large`; as the store does */
  add({ kind, id }: Entity, upload: BulkDataUpload, { signal }: CallContext): Promise<Script> {
    const { store, runner } = this.#require({ kind, id })
    return store.add({ kind, id }, upload, (script) => runner.check(script, signal), signal)
  }

  /** With its executions. @throws SovdError `not-found`; `conflict` while it runs */
  async remove(entity: EntityRef, id: string): Promise<void> {
    const { executions } = this.#require(entity)
    const script = this.get(entity, id)
    if (executions.isRunning(script)) throw new SovdError('conflict', `script '${id}' is running`, { target: id })
    await this.#remove(script)
  }

  /** Ends and removes all of an entity. */
  async clear(entity: EntityRef): Promise<void> {
    for (const script of this.#enabled?.store.list(entity) ?? []) await this.#remove(script)
  }

  /** Of one script, newest first. @throws SovdError `not-found` */
  executions(entity: EntityRef, scriptId: string): readonly ScriptExecution[] {
    return this.#require(entity).executions.list(this.get(entity, scriptId))
  }

  /** @throws SovdError `not-found` */
  execution(entity: EntityRef, scriptId: string, id: string): ScriptExecution {
    return this.#require(entity).executions.get(this.get(entity, scriptId), id)
  }

  /** What the caller has to answer to start a script, where it has to and can. @throws SovdError `not-found` */
  challenge(entity: EntityRef, scriptId: string, { caller = {} }: CallContext): Challenge | undefined {
    this.get(entity, scriptId)
    if (!this.proximityProofRequired || !this.#proximity.canVerify) return undefined
    return this.#proximity.pendingFor(entity, proofOf(scriptId).id, caller)
  }

  /**
   * Starts a script, or arranges for its start; it acts for the caller.
   * @throws SovdError `not-found`; `forbidden` without a proof of proximity where one is needed; `too-many-requests`
   */
  async start(
    entity: EntityRef,
    scriptId: string,
    request: ScriptRequest,
    { caller = {}, traceparent }: CallContext,
  ): Promise<ScriptExecution> {
    const { executions } = this.#require(entity)
    const script = this.get(entity, scriptId)
    if (this.proximityProofRequired) {
      this.#proximity.require(entity, proofOf(scriptId), request.proximityResponse, caller)
    }
    return executions.start(script, request, { caller, ...(traceparent === undefined ? {} : { traceparent }) })
  }

  /** @throws SovdError `not-found`; `conflict` when it is not running */
  end(entity: EntityRef, scriptId: string, id: string, how: 'stop' | 'kill'): void {
    this.#require(entity).executions.end(this.get(entity, scriptId), id, how)
  }

  /** Ends it if it is running, and removes it: it will not run again. @throws SovdError `not-found` */
  removeExecution(entity: EntityRef, scriptId: string, id: string): Promise<void> {
    return this.#require(entity).executions.remove(this.get(entity, scriptId), id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#enabled?.executions[Symbol.asyncDispose]()
  }

  async #remove(script: Script): Promise<void> {
    const { store, executions } = this.#require(script.entity)
    for (const { id } of executions.list(script)) await executions.remove(script, id)
    await store.remove(script)
  }

  #require({ kind, id }: EntityRef) {
    if (this.#enabled) return this.#enabled
    throw new SovdError('not-found', `${kind} '${id}' has no scripts`, { target: 'scripts' })
  }
}

/** What a proof for a script is about: no operation has such an id. */
function proofOf(scriptId: string) {
  return { id: `scripts/${scriptId}` }
}
