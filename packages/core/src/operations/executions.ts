import { type Clock, type Json, type Logger, messageOf, Scope } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import { facetOf, unsupported } from '../entities/facet-of.ts'
import type { ExecutionState, OperationFacet, StartedExecution } from '../facets/operations.ts'
import type { CallContext } from '../ports/call-context.ts'

export interface Execution {
  readonly id: string
  readonly entity: { readonly kind: Entity['kind']; readonly id: string }
  readonly operationId: string
  readonly state: ExecutionState
  /** RFC 3339 time of the start. */
  readonly startedAt: string
}

export interface ExecutionsOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly createId: () => string
  /** Finished executions kept; beyond it the oldest go. */
  readonly maxFinished?: number
  /** Executions running at the same time; beyond it a start is refused. */
  readonly maxRunning?: number
  /** How often a running execution is asked for its state. */
  readonly pollMs?: number
  /** A refusal that comes later than this makes a failed execution instead of a failed start. */
  readonly acceptMs?: number
  /** Is told of each execution that is over. */
  readonly onSettled?: (execution: Execution) => void
}

interface Entry {
  execution: Execution
  /** Ends the following of a running execution. */
  readonly follow: AbortController
  /** The id at the source, once it is known. */
  sourceId: string | undefined
  readonly facet: OperationFacet
}

const DEFAULTS = { maxFinished: 10_000, maxRunning: 1000, pollMs: 500, acceptMs: 250, onSettled: () => {} }

/** A source that cannot be asked is asked again this much later. */
const RETRY_MS = 2000

/**
 * All executions of operations. `running → completed | failed | stopped`; a final state never changes.
 * Each running execution is followed at its source until it is over, whether or not a client asks for it.
 */
export class Executions implements AsyncDisposable {
  readonly #options: Required<ExecutionsOptions>
  readonly #entries = new Map<string, Entry>()
  readonly #scope: Scope
  #running = 0

  constructor(options: ExecutionsOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#scope = new Scope((error) => options.log.error('following an execution failed', { error: messageOf(error) }))
  }

  /**
   * Starts an operation and returns at once, or as soon as the source refused it.
   * @param context ends the looking up of the operation; an execution that was started goes on
   * @throws SovdError what the source refused with; `too-many-requests` when too many are running
   */
  async start(
    entity: Entity,
    operationId: string,
    parameters: Json | undefined,
    context: CallContext,
  ): Promise<Execution> {
    const facet = facetOf(entity, 'operations')
    await requireOperation(entity, facet, operationId, context)
    if (this.#running >= this.#options.maxRunning) {
      throw new SovdError('too-many-requests', `${this.#running} operations are running already`, {
        retryAfterSeconds: 5,
      })
    }
    const entry = this.#add(entity, operationId, facet)
    const outcome = this.#begin(entry, parameters, context.traceparent)
    const refusal = await this.#withinGrace(outcome)
    if (refusal) {
      this.#entries.delete(entry.execution.id)
      throw refusal
    }
    return entry.execution
  }

  /** Executions of one operation, newest first. */
  list(entity: Entity, operationId: string): readonly Execution[] {
    return [...this.#entries.values()]
      .map(({ execution }) => execution)
      .filter((execution) => isOf(execution, entity) && execution.operationId === operationId)
      .reverse()
  }

  /** The newest execution of each operation of an entity that was ever started. */
  latest(entity: Entity): ReadonlyMap<string, Execution> {
    const newest = new Map<string, Execution>()
    for (const { execution } of this.#entries.values()) {
      if (isOf(execution, entity)) newest.set(execution.operationId, execution)
    }
    return newest
  }

  /** @throws SovdError `not-found` also when the execution is another operation's */
  get(entity: Entity, operationId: string, id: string): Execution {
    return this.#get(entity, operationId, id).execution
  }

  /**
   * Stops a running execution at its source.
   * @throws SovdError `conflict` when it is not running; what the source refused with, and then it goes on running
   */
  async stop(entity: Entity, operationId: string, id: string, context: CallContext): Promise<void> {
    const entry = this.#get(entity, operationId, id)
    if (entry.execution.state.status !== 'running') {
      throw new SovdError('conflict', `Execution '${id}' is not running (status: ${entry.execution.state.status})`)
    }
    if (!entry.facet.stop || entry.sourceId === undefined) throw unsupported(entity, `cancelling '${operationId}'`)
    await entry.facet.stop(operationId, entry.sourceId, context)
    this.#settle(entry, { status: 'stopped' })
  }

  close(): Promise<void> {
    return this.#scope.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #get(entity: Entity, operationId: string, id: string): Entry {
    const entry = this.#entries.get(id)
    if (!entry || !isOf(entry.execution, entity) || entry.execution.operationId !== operationId) {
      throw new SovdError('not-found', `Execution '${id}' not found for operation '${operationId}' of '${entity.id}'`)
    }
    return entry
  }

  #add(entity: Entity, operationId: string, facet: OperationFacet): Entry {
    const { clock, createId } = this.#options
    const entry: Entry = {
      execution: {
        id: createId(),
        entity: { kind: entity.kind, id: entity.id },
        operationId,
        state: { status: 'running', progress: 0 },
        startedAt: new Date(clock.now()).toISOString(),
      },
      follow: new AbortController(),
      sourceId: undefined,
      facet,
    }
    this.#entries.set(entry.execution.id, entry)
    this.#running++
    this.#evict()
    return entry
  }

  /** Starts at the source in the background; resolves with its refusal, or with nothing once it started. */
  #begin(entry: Entry, parameters: Json | undefined, traceparent: string | undefined): Promise<SovdError | undefined> {
    return new Promise((resolve) => {
      this.#scope.run(async (signal) => {
        try {
          const started = await entry.facet.start(entry.execution.operationId, parameters, {
            signal,
            ...(traceparent === undefined ? {} : { traceparent }),
          })
          this.#started(entry, started)
          resolve(undefined)
        } catch (error) {
          this.#settle(entry, { status: 'failed', error: messageOf(error) })
          if (error instanceof SovdError) resolve(error)
          else {
            resolve(undefined)
            throw error
          }
        }
        await this.#follow(entry, AbortSignal.any([signal, entry.follow.signal]))
      })
    })
  }

  /** The outcome of a start if it comes in time, else nothing. */
  #withinGrace<T>(outcome: Promise<T>): Promise<T | undefined> {
    const tooLate = new Promise<undefined>((resolve) => {
      const cancel = this.#options.clock.after(this.#options.acceptMs, () => resolve(undefined))
      void outcome.finally(cancel)
    })
    return Promise.race([outcome, tooLate])
  }

  #started(entry: Entry, { id, state }: StartedExecution): void {
    entry.sourceId = id
    if (state.status === 'running' && id === undefined) {
      this.#settle(entry, { status: 'failed', error: 'the source named no execution to follow' })
    } else this.#settle(entry, state)
  }

  async #follow(entry: Entry, signal: AbortSignal): Promise<void> {
    const { clock, pollMs } = this.#options
    let delayMs = pollMs
    while (entry.execution.state.status === 'running' && entry.sourceId !== undefined && !signal.aborted) {
      await clock.sleep(delayMs, signal).catch(() => {})
      if (signal.aborted) return
      try {
        this.#settle(entry, await entry.facet.state(entry.execution.operationId, entry.sourceId, { signal }))
        delayMs = pollMs
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof SovdError)) throw error
        if (error.code === 'not-found')
          this.#settle(entry, { status: 'failed', error: 'the source lost the execution' })
        delayMs = RETRY_MS
      }
    }
  }

  #settle(entry: Entry, state: ExecutionState): void {
    if (entry.execution.state.status !== 'running') return
    entry.execution = { ...entry.execution, state }
    if (state.status === 'running') return
    this.#running--
    entry.follow.abort()
    this.#options.onSettled(entry.execution)
  }

  #evict(): void {
    let excess = this.#entries.size - this.#running - this.#options.maxFinished
    for (const [id, { execution }] of this.#entries) {
      if (excess <= 0) return
      if (execution.state.status === 'running') continue
      this.#entries.delete(id)
      excess--
    }
  }
}

function isOf(execution: Execution, entity: Entity): boolean {
  return execution.entity.id === entity.id && execution.entity.kind === entity.kind
}

async function requireOperation(
  entity: Entity,
  facet: OperationFacet,
  id: string,
  context: CallContext,
): Promise<void> {
  const operations = await facet.list(context)
  if (!operations.some((operation) => operation.id === id)) {
    throw new SovdError('not-found', `Operation '${id}' not found on ${entity.kind} '${entity.id}'`, { target: id })
  }
}
