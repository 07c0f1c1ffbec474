import { type Clock, type Json, messageOf } from '@opensovd/base'
import type { ScriptExecutionState } from '../facets/scripts.ts'
import type { ScriptRunner, ScriptTask } from './script.ts'

export interface ScriptLimits {
  readonly clock: Clock
  /** What runs longer is ended, and has failed. */
  readonly timeoutMs: number
  /** How long a script that is asked to stop may take for that. */
  readonly stopMs: number
}

/** One run of a script. `running → completed | failed | terminated`. */
export class ScriptRun {
  readonly #limits: ScriptLimits
  readonly #stopping = new AbortController()
  readonly #killing = new AbortController()
  #isAsked = false
  #cancelTimer: () => void

  constructor(limits: ScriptLimits) {
    const { clock, timeoutMs } = limits
    this.#limits = limits
    this.#cancelTimer = clock.after(timeoutMs, () => {
      this.#killing.abort(new Error(`it took longer than ${timeoutMs / 1000} s`))
    })
  }

  /** Aborts when nothing more is to be done for the script. */
  get signal(): AbortSignal {
    return this.#killing.signal
  }

  /** Asks the script to come to an end, and ends it when it does not. */
  stop(): void {
    if (this.#isAsked) return
    this.#isAsked = true
    const { clock, stopMs } = this.#limits
    this.#cancelTimer()
    this.#cancelTimer = clock.after(stopMs, () => this.#killing.abort(new Error('it did not stop')))
    this.#stopping.abort(new Error('it was asked to stop'))
  }

  /** Ends the script at once. */
  kill(): void {
    this.#isAsked = true
    this.#killing.abort(new Error('it was terminated'))
  }

  /** Resolves to how it ended, when nothing of it is left. */
  async run(runner: ScriptRunner, task: Omit<ScriptTask, 'stopping'>): Promise<ScriptExecutionState> {
    try {
      const result = await runner.run({ ...task, stopping: this.#stopping.signal }, this.signal)
      return this.#isAsked ? { status: 'terminated' } : completed(result)
    } catch (error) {
      if (this.#isAsked) return { status: 'terminated' }
      return { status: 'failed', error: messageOf(this.signal.aborted ? this.signal.reason : error) }
    } finally {
      this.#cancelTimer()
    }
  }
}

function completed(result: Json | undefined): ScriptExecutionState {
  return { status: 'completed', ...(result === undefined ? {} : { result }) }
}
