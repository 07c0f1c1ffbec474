import { type Clock, type Json, messageOf, type Scope, withTimeout } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { ExecutionCapability, ExecutionState, OperationFacet, StartedExecution } from '../facets/operations.ts'
import type { CallContext } from '../ports/call-context.ts'
import { follow } from './follow.ts'

export interface RunOptions {
  readonly facet: OperationFacet
  readonly operationId: string
  readonly clock: Clock
  readonly pollMs: number
  /** Ends it when it closes. */
  readonly scope: Scope
  /** Takes a state; returns whether it goes on. Has no effect any more once it did not. */
  readonly tell: (state: ExecutionState) => boolean
}

/** How long a source may take to stop what took too long. */
const STOP_LIMIT_MS = 10_000

/** An execution at its source while it runs, from its start to `end`. */
export class ExecutionRun {
  readonly facet: OperationFacet
  readonly #options: RunOptions
  readonly #over = new AbortController()
  /** The id at the source, once it is known. */
  #sourceId: string | undefined
  #cancelTimeout = () => {}

  constructor(options: RunOptions) {
    this.facet = options.facet
    this.#options = options
  }

  /** Starts at the source and follows it, in the background; resolves with its refusal, or nothing once it started. */
  begin(parameters: Json | undefined, traceparent: string | undefined): Promise<SovdError | undefined> {
    const { operationId, scope, tell } = this.#options
    return new Promise((resolve) => {
      scope.run(async (closing) => {
        const signal = AbortSignal.any([closing, this.#over.signal])
        try {
          const context = { signal, ...(traceparent === undefined ? {} : { traceparent }) }
          this.#started(await this.facet.start(operationId, parameters, context))
          resolve(undefined)
        } catch (error) {
          if (closing.aborted) return resolve(undefined)
          const isWanted = !this.#over.signal.aborted
          tell({ status: 'failed', error: messageOf(error) })
          resolve(isWanted && error instanceof SovdError ? error : undefined)
          if (isWanted && !(error instanceof SovdError)) throw error
        }
        await this.#follow(signal)
      })
    })
  }

  /** Whether the source has it and can stop it. */
  get canStop(): boolean {
    return this.facet.stop !== undefined && this.#sourceId !== undefined
  }

  /**
   * To be called when `canStop`. Resolves with what it ended in, where the source tells; rejects with what the source
   * refuses with.
   */
  async stop(context: CallContext): Promise<ExecutionState | undefined> {
    const { operationId } = this.#options
    const state = this.#sourceId !== undefined && (await this.facet.stop?.(operationId, this.#sourceId, context))
    return state || undefined
  }

  /** Rejects with what the source refuses with; resolves with nothing when it cannot be asked at all. */
  async control(
    request: { readonly capability: ExecutionCapability; readonly parameters?: Json },
    context: CallContext,
  ): Promise<ExecutionState | undefined> {
    if (this.#sourceId === undefined) return undefined
    return this.facet.control?.(this.#options.operationId, this.#sourceId, request, context)
  }

  /** Sees to it that it is over by then; in place of what was said before. */
  limit(timeoutMs: number): void {
    const { clock, scope } = this.#options
    this.#cancelTimeout()
    this.#cancelTimeout = clock.after(timeoutMs, () => scope.run((signal) => this.#timeOut(timeoutMs, signal)))
  }

  /** Is called when it is over. */
  end(): void {
    this.#cancelTimeout()
    this.#over.abort()
  }

  #started({ id, state }: StartedExecution): void {
    this.#sourceId = id
    const isLost = state.status === 'running' && id === undefined
    this.#options.tell(isLost ? { status: 'failed', error: 'the source named no execution to follow' } : state)
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const sourceId = this.#sourceId
    const { clock, pollMs, operationId, tell } = this.#options
    if (sourceId === undefined) return
    const ask = (asking: AbortSignal) => this.facet.state(operationId, sourceId, { signal: asking })
    await follow({ ask, tell, pollMs }, clock, signal)
  }

  async #timeOut(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { clock, tell } = this.#options
    const fail = (what: string) =>
      tell({ status: 'failed', error: `it was not over after ${timeoutMs / 1000} s and ${what}` })
    if (this.#sourceId === undefined) {
      fail('was given up while it started')
      return
    }
    try {
      const late = () => new SovdError('gateway-timeout', 'its source did not answer')
      await withTimeout(clock, STOP_LIMIT_MS, late, signal, (stopping) => this.stop({ signal: stopping }))
      fail('was stopped')
    } catch (error) {
      if (!signal.aborted) fail(`could not be stopped: ${messageOf(error)}`)
    }
  }
}
