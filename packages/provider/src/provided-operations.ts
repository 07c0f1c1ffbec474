import { type Json, messageOf } from '@opensovd/base'
import type { ExecutionState, Operation, OperationFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { ProvidedOperation } from './provided.ts'

interface Started {
  readonly operationId: string
  readonly stop: AbortController
  state: ExecutionState
}

/** Runs that are over and can still be asked for; beyond it the oldest go. */
const MAX_FINISHED = 50

/** The operations of a program as a facet. Disposing it cancels what runs. */
export class ProvidedOperations implements OperationFacet, Disposable {
  readonly #operations: ReadonlyMap<string, ProvidedOperation>
  readonly #runs = new Map<string, Started>()
  #count = 0

  constructor(operations: Readonly<Record<string, ProvidedOperation>>) {
    this.#operations = new Map(Object.entries(operations))
  }

  async list(): Promise<readonly Operation[]> {
    return [...this.#operations].map(([id, { run: _, ...told }]) => ({
      name: id,
      ...told,
      id,
      running: this.#runningOf(id) !== undefined,
    }))
  }

  async start(operationId: string, parameters: Json | undefined) {
    const operation = this.#operations.get(operationId)
    if (!operation) throw missing(`operation '${operationId}'`, operationId)
    if (this.#runningOf(operationId)) throw new SovdError('conflict', `'${operationId}' is running already`)
    const run: Started = { operationId, stop: new AbortController(), state: { status: 'running' } }
    const id = `${operationId}-${++this.#count}`
    this.#runs.set(id, run)
    this.#evict()
    void this.#follow(run, operation, parameters)
    return { id, state: run.state }
  }

  async state(operationId: string, executionId: string): Promise<ExecutionState> {
    return this.#get(operationId, executionId).state
  }

  async stop(operationId: string, executionId: string): Promise<void> {
    const run = this.#get(operationId, executionId)
    if (run.state.status !== 'running') throw new SovdError('conflict', `'${executionId}' is over`)
    cancel(run)
  }

  [Symbol.dispose](): void {
    for (const run of this.#runs.values()) if (run.state.status === 'running') cancel(run)
  }

  async #follow(run: Started, { run: perform }: ProvidedOperation, parameters: Json | undefined): Promise<void> {
    const progress = (percent: number) => {
      if (run.state.status === 'running') run.state = { status: 'running', progress: bounded(percent) }
    }
    const isOver = () => run.state.status !== 'running'
    try {
      const result = await perform({ parameters, signal: run.stop.signal, progress })
      if (!isOver()) run.state = { status: 'completed', ...(result === undefined ? {} : { result }) }
    } catch (error) {
      if (!isOver()) run.state = { ...progressOf(run), status: 'failed', error: messageOf(error) }
    }
  }

  #runningOf(operationId: string): Started | undefined {
    return [...this.#runs.values()].find((run) => run.operationId === operationId && run.state.status === 'running')
  }

  #get(operationId: string, executionId: string): Started {
    const run = this.#runs.get(executionId)
    if (run?.operationId !== operationId) throw missing(`execution '${executionId}' of '${operationId}'`, executionId)
    return run
  }

  #evict(): void {
    const over = [...this.#runs].filter(([, { state }]) => state.status !== 'running')
    for (const [id] of over.slice(0, Math.max(0, over.length - MAX_FINISHED))) this.#runs.delete(id)
  }
}

/** The run is over for its clients now, whenever the program notices. */
function cancel(run: Started): void {
  run.state = { ...progressOf(run), status: 'stopped' }
  run.stop.abort(new DOMException('the operation was cancelled', 'AbortError'))
}

function progressOf({ state }: Started): { readonly progress?: number } {
  return 'progress' in state && state.progress !== undefined ? { progress: state.progress } : {}
}

function bounded(percent: number): number {
  return Math.min(100, Math.max(0, Math.round(percent)))
}

function missing(what: string, target: string): SovdError {
  return new SovdError('not-found', `there is no ${what}`, { target })
}
