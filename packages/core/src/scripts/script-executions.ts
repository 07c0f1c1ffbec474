import { type Clock, type Json, type Logger, messageOf, Scope } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { Caller } from '../caller.ts'
import type { ScriptExecutionState, ScriptRequest } from '../facets/scripts.ts'
import type { LogSink } from '../logs/log-sink.ts'
import type { CallContext } from '../ports/call-context.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { callEntity, type EntityTools, SCRIPT_PERMISSIONS } from './entity-calls.ts'
import type { Script, ScriptRunner, ScriptStore } from './script.ts'
import { type RegisteredExecution, runsAlways, runsNow, type ScriptExecution } from './script-execution.ts'
import { isOf, ScriptExecutionTable } from './script-execution-table.ts'
import { ScriptRun } from './script-run.ts'

export interface ScriptExecutionsOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  readonly tools: EntityTools
  /** Is told what scripts write. */
  readonly logs: LogSink
  readonly store: ScriptStore
  readonly runner: ScriptRunner
  readonly maxRunning: number
  readonly maxExecutions: number
  /** How many may be waiting for restarts. */
  readonly maxRegistered: number
  readonly timeoutMs: number
  readonly stopMs: number
  readonly retainMs: number
  /** On whose behalf they act after a restart; absent: nobody's in particular. */
  readonly tenant?: Tenant
}

/** Who an execution acts for, and in which trace it began. */
type Starter = Pick<CallContext, 'caller' | 'traceparent'>

/** `prepared → running → completed | failed | terminated`, and again `running` after a restart for those registered. */
export class ScriptExecutions implements AsyncDisposable {
  readonly #options: ScriptExecutionsOptions
  readonly #table: ScriptExecutionTable
  readonly #runs = new Map<string, ScriptRun>()
  /** At most `maxRegistered`. */
  readonly #registered = new Map<string, RegisteredExecution>()
  /** Those of the registered that have not run since the restart. */
  readonly #due: Set<string>
  readonly #scope: Scope

  constructor(options: ScriptExecutionsOptions) {
    const { clock, log, store, tools } = options
    this.#options = options
    this.#table = new ScriptExecutionTable(clock, options.maxExecutions, options.retainMs)
    this.#scope = new Scope((error) => log.error('an execution of a script failed', { error: messageOf(error) }))
    for (const registered of store.registered.slice(0, options.maxRegistered)) {
      this.#registered.set(registered.id, registered)
      this.#table.put({ ...executionOf(registered), state: { status: 'prepared' } })
    }
    this.#due = new Set(this.#registered.keys())
    for (const backend of tools.tree.backends) {
      this.#scope.adopt({ [Symbol.dispose]: backend.onChange(() => this.#startDue()) })
    }
    this.#startDue()
  }

  list(script: Script): readonly ScriptExecution[] {
    return this.#table.list(script)
  }

  /** @throws SovdError `not-found` */
  get(script: Script, id: string): ScriptExecution {
    const execution = this.#table.find(id)
    if (execution && isOf(execution, script)) return execution
    throw new SovdError('not-found', `there is no execution '${id}' of script '${script.id}'`, { target: id })
  }

  isRunning(script: Script): boolean {
    return this.list(script).some(({ id }) => this.#runs.has(id))
  }

  /** @throws SovdError `too-many-requests` when too many run or wait for restarts */
  async start(script: Script, request: ScriptRequest, starter: Starter): Promise<ScriptExecution> {
    const { type, parameters } = request
    this.#table.requireRoom()
    const id = this.#options.createId()
    const prepared: ScriptExecution = {
      id,
      entity: script.entity,
      scriptId: script.id,
      type,
      ...(parameters === undefined ? {} : { parameters }),
      state: { status: 'prepared' },
    }
    this.#table.put(prepared)
    try {
      if (type !== 'now') await this.#register(prepared, starter.caller)
      if (runsNow(type)) {
        this.#requireFree()
        this.#run(script, prepared, starter)
      }
    } catch (error) {
      await this.#forget(id)
      throw error
    }
    return this.get(script, id)
  }

  /**
   * @param how `stop` lets the script come to an end by itself, for a while
   * @throws SovdError `not-found`; `conflict` when it is not running
   */
  end(script: Script, id: string, how: 'stop' | 'kill'): void {
    const { state } = this.get(script, id)
    const run = this.#runs.get(id)
    if (!run) throw new SovdError('conflict', `execution '${id}' is ${state.status}`, { target: id })
    run[how]()
  }

  /** Ends it if it is running, and removes it: it will not run again. @throws SovdError `not-found` */
  async remove(script: Script, id: string): Promise<void> {
    this.get(script, id)
    this.#runs.get(id)?.kill()
    await this.#forget(id)
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const run of this.#runs.values()) run.kill()
    this.#table[Symbol.dispose]()
    return this.#scope.close()
  }

  #requireFree(): void {
    if (this.#runs.size < this.#options.maxRunning) return
    throw new SovdError('too-many-requests', `${this.#runs.size} scripts are running`, { retryAfterSeconds: 5 })
  }

  async #register({ state: _, ...execution }: ScriptExecution, caller: Caller | undefined): Promise<void> {
    const { maxRegistered, store } = this.#options
    if (this.#registered.size >= maxRegistered) {
      throw new SovdError('too-many-requests', `${maxRegistered} executions of scripts wait for restarts`)
    }
    const permits = caller?.permits
    const registered: RegisteredExecution = {
      ...execution,
      ...(caller?.subject === undefined ? {} : { subject: caller.subject }),
      ...(permits && { permissions: SCRIPT_PERMISSIONS.filter((permission) => permits(permission)) }),
    }
    this.#registered.set(execution.id, registered)
    await store.register(registered)
  }

  async #forget(id: string): Promise<void> {
    this.#table.delete(id)
    this.#due.delete(id)
    if (this.#registered.delete(id)) await this.#options.store.unregister(id)
  }

  /** Runs what is to run after a restart: as soon as its entity is there, and when there is room for it. */
  #startDue(): void {
    const { store, tools, maxRunning } = this.#options
    if (this.#scope.signal.aborted) return
    for (const id of this.#due) {
      if (this.#runs.size >= maxRunning) return
      const registered = this.#registered.get(id)
      const execution = this.#table.find(id)
      const script = registered && store.list(registered.entity).find((each) => each.id === registered.scriptId)
      if (!registered || !execution || !script) this.#due.delete(id)
      else if (tools.tree.find(script.entity.kind, script.entity.id)?.connectionState === 'connected') {
        this.#due.delete(id)
        this.#run(script, execution, { caller: callerOf(registered, this.#options.tenant) })
      }
    }
  }

  #run(script: Script, prepared: ScriptExecution, starter: Starter): void {
    const { clock, timeoutMs, stopMs, runner } = this.#options
    const { id, parameters } = prepared
    const run = new ScriptRun({ clock, timeoutMs, stopMs })
    const execution = { ...prepared, lastStarted: new Date(clock.now()).toISOString() }
    this.#runs.set(id, run)
    this.#table.put({ ...execution, state: { status: 'running' } })
    const task = {
      script,
      executionId: id,
      ...(parameters === undefined ? {} : { parameters }),
      host: this.#hostOf(script, id, starter),
    }
    this.#scope.run(async () => {
      if (execution.type === 'once_on_restart') await this.#unregister(id)
      const state = await run.run(runner, task)
      this.#runs.delete(id)
      this.#settle({ ...execution, state })
      this.#startDue()
    })
  }

  #settle(execution: ScriptExecution): void {
    if (this.#scope.signal.aborted || !this.#table.find(execution.id)) return
    this.#table.put(execution)
    this.#tell(execution, execution.state)
    if (!(runsAlways(execution.type) && this.#registered.has(execution.id))) this.#table.retire(execution.id)
  }

  async #unregister(id: string): Promise<void> {
    if (this.#registered.delete(id)) await this.#options.store.unregister(id)
  }

  #tell({ id, entity, scriptId }: ScriptExecution, state: ScriptExecutionState): void {
    if (state.status !== 'failed') return
    const data = { scriptId, executionId: id }
    this.#options.logs.write(entity, {
      severity: 'error',
      source: `script ${scriptId}`,
      message: `the script failed: ${state.error}`,
      data,
    })
  }

  #hostOf({ entity, id: scriptId }: Script, executionId: string, starter: Starter) {
    const { tools, logs } = this.#options
    return {
      call: (method: string, args: readonly Json[], signal: AbortSignal) =>
        callEntity(tools, entity, { method, args }, { ...starter, signal }),
      log: (message: string) =>
        logs.write(entity, { severity: 'info', source: `script ${scriptId}`, message, data: { executionId } }),
    }
  }
}

function executionOf({ subject: _, permissions: __, ...execution }: RegisteredExecution) {
  return execution
}

function callerOf({ subject, permissions }: RegisteredExecution, tenant: Tenant | undefined): Caller {
  return {
    ...(tenant && { tenant }),
    ...(subject === undefined ? {} : { subject }),
    ...(permissions && { permits: (permission) => permissions.includes(permission) }),
  }
}
