import { type Clock, type Logger, messageOf, Scope } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import { facetOf, unsupported } from '../entities/facet-of.ts'
import type { ExecutionCapability, ExecutionState, Operation, OperationFacet } from '../facets/operations.ts'
import type { CallContext } from '../ports/call-context.ts'
import { type Execution, type ExecutionRequest, isRunning } from './execution.ts'
import type { ExecutionJournal } from './execution-journal.ts'
import { ExecutionRun } from './execution-run.ts'
import { ExecutionTable, type Retention } from './execution-table.ts'

export type ProximityCheck = (
  entity: Entity,
  operation: Operation,
  response: string | undefined,
  context: CallContext,
) => Promise<void> | void

export interface ExecutionsOptions extends Partial<Retention> {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  /** Executions running at the same time; beyond it a start is refused. */
  readonly maxRunning?: number
  /** How often a running execution is asked for its state, once it has run for a while. */
  readonly pollMs?: number
  /** A refusal that comes later than this makes a failed execution instead of a failed start. */
  readonly acceptMs?: number
  /** Is told of each execution that is over. */
  readonly onSettled?: (execution: Execution) => void
  /** What executions survive a restart by; absent: they do not. */
  readonly journal?: ExecutionJournal
  /** Throws for a start by who does not prove to be near the vehicle. Absent: nobody can. */
  readonly requireProximity?: ProximityCheck
}

type Settled = Required<Omit<ExecutionsOptions, 'journal'>> & Pick<ExecutionsOptions, 'journal'>

const DEFAULTS = {
  maxFinished: 10_000,
  maxPerOperation: 10_000,
  maxAgeMs: 3_600_000,
  maxRunning: 1000,
  pollMs: 500,
  acceptMs: 250,
  onSettled: () => {},
  requireProximity: () => {
    throw new SovdError('forbidden', 'it needs a proof of proximity, which nobody can give here')
  },
}

const RESTARTED = 'the gateway was restarted while it was running'

/**
 * All executions of operations. `running → completed | failed | stopped`; a final state never changes.
 * Each running execution is followed at its source until it is over, whether or not a client asks for it.
 */
export class Executions implements AsyncDisposable {
  readonly #options: Settled
  readonly #table: ExecutionTable
  readonly #runs = new Map<string, ExecutionRun>()
  readonly #scope: Scope

  constructor(options: ExecutionsOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#scope = new Scope((error) => options.log.error('following an execution failed', { error: messageOf(error) }))
    this.#table = new ExecutionTable(options.clock, this.#options, (id) => options.journal?.delete(id))
    const restored = options.journal?.restored ?? []
    this.#table.restore(restored)
    for (const execution of restored.filter(isRunning)) this.#interrupt(execution)
  }

  /** How long an execution that is over can be read. */
  get retentionMs(): number {
    return this.#options.maxAgeMs
  }

  /**
   * Starts an operation and returns at once, or as soon as the source refused it.
   * @param context ends the looking up of the operation; an execution that was started goes on
   * @throws SovdError what the source refused with; `too-many-requests` when too many are running; `forbidden` without
   * a proof of proximity where one is needed; `not-implemented` for a timeout of what cannot be stopped
   */
  async start(
    entity: Entity,
    operationId: string,
    request: ExecutionRequest,
    context: CallContext,
  ): Promise<Execution> {
    const facet = facetOf(entity, 'operations')
    const operation = await operationOf(entity, facet, operationId, context)
    if (request.timeoutMs !== undefined && !facet.stop) throw unsupported(entity, `a timeout of '${operationId}'`)
    await this.#requireProximity(entity, operation, request, context)
    const running = this.#runs.size
    if (running >= this.#options.maxRunning) {
      throw new SovdError('too-many-requests', `${running} operations are running already`, { retryAfterSeconds: 5 })
    }
    const { id, run } = this.#add(entity, operationId, facet, request)
    const refusal = await this.#withinGrace(run.begin(request.parameters, context.traceparent))
    if (refusal) {
      this.#table.delete(id)
      throw refusal
    }
    const execution = this.#get(entity, operationId, id)
    this.#options.journal?.put(execution)
    return execution
  }

  /** Executions of one operation, newest first. */
  list(entity: Entity, operationId: string): readonly Execution[] {
    return this.#table.list(entity, operationId)
  }

  /** The newest execution of each operation of an entity, of those that are kept. */
  latest(entity: Entity): ReadonlyMap<string, Execution> {
    return this.#table.latest(entity)
  }

  /** @throws SovdError `not-found` also when the execution is another operation's */
  get(entity: Entity, operationId: string, id: string): Execution {
    return this.#get(entity, operationId, id)
  }

  /**
   * Stops a running execution at its source.
   * @throws SovdError `conflict` when it is not running; what the source refused with, and then it goes on running
   */
  async stop(entity: Entity, operationId: string, id: string, context: CallContext): Promise<void> {
    const run = this.#runOf(entity, operationId, id)
    if (!run.canStop) throw unsupported(entity, `cancelling '${operationId}'`)
    const state = await run.stop(context)
    this.#settle(id, state ?? { status: 'stopped' }, 'stop')
  }

  /**
   * Asks a running execution for something else than to stop.
   * @throws SovdError `conflict` when it is not running; `not-implemented` for what the operation is not capable of;
   * what the source refused with
   */
  async control(
    execution: Pick<Execution, 'operationId' | 'id'> & { readonly entity: Entity },
    capability: ExecutionCapability,
    request: ExecutionRequest,
    context: CallContext,
  ): Promise<void> {
    const { entity, operationId, id } = execution
    const run = this.#runOf(entity, operationId, id)
    const operation = await operationOf(entity, run.facet, operationId, context)
    if (!operation.capabilities?.includes(capability)) throw cannot(capability, entity, id)
    const { parameters, timeoutMs } = request
    if (timeoutMs !== undefined && !run.canStop) throw unsupported(entity, `a timeout of '${operationId}'`)
    await this.#requireProximity(entity, operation, request, context)
    const state = await run.control({ capability, ...(parameters === undefined ? {} : { parameters }) }, context)
    if (!state) throw cannot(capability, entity, id)
    if (this.#settle(id, state, capability) && timeoutMs !== undefined) run.limit(timeoutMs)
  }

  /**
   * Stops an execution if it is running, and removes it.
   * @throws SovdError what stopping is refused with, and then it is not removed
   */
  async remove(entity: Entity, operationId: string, id: string, context: CallContext): Promise<void> {
    if (isRunning(this.#get(entity, operationId, id))) await this.#stopUnlessOver(entity, operationId, id, context)
    this.#keep({ ...this.#get(entity, operationId, id), isRemoved: true })
  }

  close(): Promise<void> {
    for (const run of this.#runs.values()) run.end()
    return this.#scope.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #stopUnlessOver(entity: Entity, operationId: string, id: string, context: CallContext): Promise<void> {
    try {
      await this.stop(entity, operationId, id, context)
    } catch (error) {
      if (isRunning(this.#get(entity, operationId, id))) throw error
    }
  }

  #get(entity: Entity, operationId: string, id: string): Execution {
    const execution = this.#table.get(id)
    if (!execution || !isOf(execution, entity) || execution.operationId !== operationId) {
      throw new SovdError('not-found', `Execution '${id}' not found for operation '${operationId}' of '${entity.id}'`)
    }
    return execution
  }

  #runOf(entity: Entity, operationId: string, id: string): ExecutionRun {
    const { state } = this.#get(entity, operationId, id)
    const run = this.#runs.get(id)
    if (run) return run
    throw new SovdError('conflict', `Execution '${id}' is not running (status: ${state.status})`)
  }

  #requireProximity(entity: Entity, operation: Operation, request: ExecutionRequest, context: CallContext) {
    if (!operation.proximityProofRequired) return
    return this.#options.requireProximity(entity, operation, request.proximityResponse, context)
  }

  #interrupt(execution: Execution): void {
    const failed = this.#ended(execution, { status: 'failed', error: RESTARTED })
    this.#keep(failed)
    this.#options.onSettled(failed)
  }

  #add(entity: Entity, operationId: string, facet: OperationFacet, { timeoutMs }: ExecutionRequest) {
    const { clock, createId, pollMs } = this.#options
    const id = createId()
    const tell = (state: ExecutionState) => this.#settle(id, state)
    const run = new ExecutionRun({ facet, operationId, clock, pollMs, scope: this.#scope, tell })
    this.#runs.set(id, run)
    this.#table.put({
      id,
      entity: { kind: entity.kind, id: entity.id },
      operationId,
      state: { status: 'running', progress: 0 },
      capability: 'execute',
      startedAt: new Date(clock.now()).toISOString(),
    })
    if (timeoutMs !== undefined) run.limit(timeoutMs)
    return { id, run }
  }

  /** The outcome of a start if it comes in time, else nothing. */
  #withinGrace<T>(outcome: Promise<T>): Promise<T | undefined> {
    const tooLate = new Promise<undefined>((resolve) => {
      const cancel = this.#options.clock.after(this.#options.acceptMs, () => resolve(undefined))
      void outcome.finally(cancel)
    })
    return Promise.race([outcome, tooLate])
  }

  /** Takes a state for the newest unless it is over already; returns whether it goes on. */
  #settle(id: string, state: ExecutionState, capability?: ExecutionCapability): boolean {
    const execution = this.#table.get(id)
    const run = this.#runs.get(id)
    if (!execution || !run) return false
    const asked = capability === undefined ? execution : { ...execution, capability }
    if (state.status === 'running') {
      this.#table.put({ ...asked, state })
      return true
    }
    this.#runs.delete(id)
    run.end()
    const ended = this.#ended(asked, state)
    this.#keep(ended)
    this.#options.onSettled(ended)
    return false
  }

  #ended(execution: Execution, state: ExecutionState): Execution {
    return { ...execution, state, endedAt: new Date(this.#options.clock.now()).toISOString() }
  }

  #keep(execution: Execution): void {
    this.#options.journal?.put(execution)
    this.#table.put(execution)
  }
}

function isOf(execution: Execution, entity: Entity): boolean {
  return execution.entity.id === entity.id && execution.entity.kind === entity.kind
}

function cannot(capability: ExecutionCapability, entity: Entity, id: string): SovdError {
  if (capability === 'execute') return new SovdError('conflict', `execution '${id}' is running already`)
  return unsupported(entity, `'${capability}' of an execution`)
}

async function operationOf(
  entity: Entity,
  facet: OperationFacet,
  id: string,
  context: CallContext,
): Promise<Operation> {
  const operation = (await facet.list(context)).find((each) => each.id === id)
  if (operation) return operation
  throw new SovdError('not-found', `Operation '${id}' not found on ${entity.kind} '${entity.id}'`, { target: id })
}
