import type { DiagnosticRequest } from '../entity/target.ts'
import type { RequestContext } from './handlers.ts'
import type { ServerState } from './server-state.ts'

/** The work on one request. Few handlers want its signal, so that is made for the first one that does. */
export class RequestWork implements RequestContext {
  readonly state: ServerState
  readonly #request: DiagnosticRequest
  readonly #afterAnswer: (() => void)[] = []
  #controller: AbortController | undefined
  #reason: { readonly error: unknown } | undefined

  constructor(request: DiagnosticRequest, state: ServerState) {
    this.#request = request
    this.state = state
  }

  get tester(): number {
    return this.#request.tester
  }

  get functional(): boolean {
    return this.#request.functional
  }

  get isAborted(): boolean {
    return this.#reason !== undefined
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#reason) this.#controller.abort(this.#reason.error)
    return this.#controller.signal
  }

  releaseRequest(): void {
    this.#request.release?.()
  }

  afterAnswer(task: () => void): void {
    this.#afterAnswer.push(task)
  }

  abort(error: unknown): void {
    if (this.#reason) return
    this.#reason = { error }
    this.#controller?.abort(error)
  }

  /** The answer is out, or none is due. */
  answered(): void {
    for (const task of this.#afterAnswer) task()
  }
}
