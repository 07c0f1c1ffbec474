import type { Clock } from '@opensovd/base'
import type { LifecycleFacet, LifecycleRequest } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

/** An ECU that starts is not ready for so long. */
export const STARTING_MS = 2000

/** `ready → starting → ready`, `ready → off → starting`, `starting → off`, `starting → starting` anew. */
type State =
  | { readonly phase: 'ready' }
  | { readonly phase: 'starting'; readonly readyAtMs: number; readonly cancel: () => void }
  | { readonly phase: 'off' }

export interface PowerOptions {
  readonly ecuId: string
  readonly clock: Clock
  /** Whether something runs that only a forced request may interrupt. */
  readonly isBusy: () => boolean
  /** The ECU goes down: what it was doing ends. */
  readonly onDown: (reason: string) => void
  /** The ECU is ready again. */
  readonly onReady: () => void
}

/** Whether one ECU is up. Restarting takes it some time, in which it answers nothing else. */
export class Power implements LifecycleFacet, Disposable {
  readonly requests: readonly LifecycleRequest[] = ['start', 'restart', 'force-restart', 'shutdown', 'force-shutdown']
  readonly #options: PowerOptions
  #state: State = { phase: 'ready' }

  constructor(options: PowerOptions) {
    this.#options = options
  }

  get isReady(): boolean {
    return this.#state.phase === 'ready'
  }

  async status(): Promise<'ready' | 'notReady'> {
    return this.isReady ? 'ready' : 'notReady'
  }

  async request(request: LifecycleRequest): Promise<void> {
    const { ecuId } = this.#options
    const isOff = this.#state.phase === 'off'
    if (request === 'start') {
      if (!isOff) throw new SovdError('conflict', `'${ecuId}' was started already`)
      return this.#start()
    }
    if (isOff) throw new SovdError('conflict', `'${ecuId}' is shut down`)
    const isForced = request === 'force-restart' || request === 'force-shutdown'
    if (!isForced && this.#options.isBusy()) {
      throw new SovdError('conflict', `'${ecuId}' runs an operation; only force-${request} interrupts it`)
    }
    if (!isForced && this.#state.phase === 'starting') throw new SovdError('conflict', `'${ecuId}' is starting`)
    if (request === 'restart' || request === 'force-restart') {
      this.#goDown(`'${ecuId}' was restarted`)
      this.#start()
    } else this.#goDown(`'${ecuId}' was shut down`)
  }

  /** @throws SovdError `unavailable` while the ECU is not ready */
  requireReady(): void {
    const { ecuId, clock } = this.#options
    const state = this.#state
    if (state.phase === 'ready') return
    if (state.phase === 'off') throw new SovdError('unavailable', `'${ecuId}' is shut down`)
    const leftMs = state.readyAtMs - clock.monotonic()
    throw new SovdError('unavailable', `'${ecuId}' is starting`, { retryAfterSeconds: Math.ceil(leftMs / 1000) })
  }

  [Symbol.dispose](): void {
    if (this.#state.phase === 'starting') this.#state.cancel()
  }

  #goDown(reason: string): void {
    if (this.#state.phase === 'starting') this.#state.cancel()
    this.#state = { phase: 'off' }
    this.#options.onDown(reason)
  }

  #start(): void {
    const { clock, onReady } = this.#options
    const cancel = clock.after(STARTING_MS, () => {
      this.#state = { phase: 'ready' }
      onReady()
    })
    this.#state = { phase: 'starting', readyAtMs: clock.monotonic() + STARTING_MS, cancel }
  }
}
