import type { Clock, Json, JsonObject } from '@opensovd/base'
import type { ExecutionState, Operation, OperationFacet, StartedExecution } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { DiagnosticModes, SessionName } from './diagnostic-modes.ts'

export interface SimulatedOperation {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly durationMs: number
  /** Sessions in which it starts; it fails when the ECU leaves them while it runs. */
  readonly sessions: readonly SessionName[]
  /** Has the operation's effect and returns what to report beside `success` and `message`. */
  readonly complete: () => JsonObject
}

type Outcome = Exclude<ExecutionState, { status: 'running' }>

interface Run {
  readonly operation: SimulatedOperation
  readonly startedMs: number
  /** Ends the waiting for completion. */
  readonly cancel: () => void
  outcome?: Outcome
}

/** Executions that are over and can still be asked for; beyond it the oldest go. */
export const MAX_KEPT = 50

/** Operations of one ECU that take their time. Each runs at most once at a time; parameters are not looked at. */
export class OperationRunner implements OperationFacet, Disposable {
  readonly #ecuId: string
  readonly #operations: ReadonlyMap<string, SimulatedOperation>
  readonly #modes: DiagnosticModes
  readonly #clock: Clock
  /** Bounded by one running execution an operation and `MAX_KEPT`. */
  readonly #runs = new Map<string, Run>()
  #started = 0

  constructor(ecuId: string, operations: readonly SimulatedOperation[], modes: DiagnosticModes, clock: Clock) {
    this.#ecuId = ecuId
    this.#operations = new Map(operations.map((operation) => [operation.id, operation]))
    this.#modes = modes
    this.#clock = clock
    modes.onSession(() => this.#failForbidden())
  }

  get isBusy(): boolean {
    return [...this.#runs.values()].some(({ outcome }) => !outcome)
  }

  /** Ends all that runs, for a reason that has nothing to do with it. */
  failAll(error: string): void {
    for (const run of this.#runs.values()) {
      if (!run.outcome) this.#end(run, { status: 'failed', error, progress: this.#progress(run) })
    }
  }

  async list(): Promise<readonly Operation[]> {
    return [...this.#operations.values()].map(({ id, name, description }) => ({
      id,
      name,
      description,
      running: this.#running(id) !== undefined,
    }))
  }

  async start(operationId: string): Promise<StartedExecution> {
    const operation = this.#operations.get(operationId)
    if (!operation) throw new SovdError('not-found', `Operation '${operationId}' not found`, { target: operationId })
    this.#modes.requireSession(operation.sessions, `Operation '${operationId}'`)
    const running = this.#running(operationId)
    if (running) {
      throw new SovdError('conflict', `Operation '${operationId}' is running already`, {
        target: operationId,
        retryAfterSeconds: Math.max(1, Math.ceil((operation.durationMs - this.#elapsed(running)) / 1000)),
      })
    }
    return this.#begin(operation)
  }

  async state(operationId: string, executionId: string): Promise<ExecutionState> {
    const run = this.#get(operationId, executionId)
    return run.outcome ?? { status: 'running', progress: this.#progress(run) }
  }

  async stop(operationId: string, executionId: string): Promise<void> {
    const run = this.#get(operationId, executionId)
    if (run.outcome) {
      throw new SovdError('conflict', `Execution '${executionId}' is not running (status: ${run.outcome.status})`)
    }
    this.#end(run, { status: 'stopped', progress: this.#progress(run) })
  }

  [Symbol.dispose](): void {
    for (const { cancel } of this.#runs.values()) cancel()
  }

  #begin(operation: SimulatedOperation): StartedExecution {
    const run: Run = {
      operation,
      startedMs: this.#clock.monotonic(),
      cancel: this.#clock.after(operation.durationMs, () => this.#end(run, this.#completed(operation))),
    }
    this.#started++
    const id = `${operation.id}-${this.#started}`
    this.#runs.set(id, run)
    this.#evict()
    return { id, state: { status: 'running', progress: 0 } }
  }

  #completed(operation: SimulatedOperation): Outcome {
    const message = `Operation '${operation.id}' completed on '${this.#ecuId}'`
    const result: Json = { success: true, message, ...operation.complete() }
    return { status: 'completed', result }
  }

  /** Ends what may not go on in the session just entered. */
  #failForbidden(): void {
    const { session } = this.#modes
    for (const run of this.#runs.values()) {
      if (run.outcome || run.operation.sessions.includes(session)) continue
      const error = `'${this.#ecuId}' went to mode '${session}' while '${run.operation.id}' was running`
      this.#end(run, { status: 'failed', error, progress: this.#progress(run) })
    }
  }

  #end(run: Run, outcome: Outcome): void {
    run.cancel()
    run.outcome = outcome
  }

  #get(operationId: string, executionId: string): Run {
    const run = this.#runs.get(executionId)
    if (run?.operation.id !== operationId) {
      throw new SovdError('not-found', `Execution '${executionId}' of operation '${operationId}' not found`)
    }
    return run
  }

  #running(operationId: string): Run | undefined {
    return [...this.#runs.values()].find((run) => run.operation.id === operationId && !run.outcome)
  }

  #elapsed({ startedMs }: Run): number {
    return this.#clock.monotonic() - startedMs
  }

  #progress(run: Run): number {
    return Math.min(99, Math.floor((100 * this.#elapsed(run)) / run.operation.durationMs))
  }

  #evict(): void {
    const over = [...this.#runs].filter(([, run]) => run.outcome)
    for (const [id] of over.slice(0, Math.max(0, over.length - MAX_KEPT))) this.#runs.delete(id)
  }
}
