import type { Clock, Json } from '@opensovd/base'
import type { FaultSeverity, FaultStage } from './fault-record.ts'
import type { FaultSink } from './fault-sink.ts'

export interface ReporterDebounce {
  /** So many failures in less than `windowMs`, without a pass in between, are worth a report. 1 if absent. */
  readonly failures?: number
  /** Any time if absent. */
  readonly windowMs?: number
  /** So many passes in a row are worth a report. 1 if absent. */
  readonly passes?: number
  /** What was reported is reported again after so long, if it still is the case. Never if absent. */
  readonly repeatMs?: number
}

export interface FaultReporterOptions {
  readonly sink: FaultSink
  readonly clock: Clock
  readonly componentId: string
  readonly faultId: string
  readonly source: string
  readonly severity: FaultSeverity
  readonly description?: string
  readonly debounce?: ReporterDebounce
}

/**
 * Reports one fault of a program. It is told of every test of the fault's condition and publishes only what changes:
 * `untested → failed | passed`, `failed ↔ passed`, any `→ untested`.
 */
export class FaultReporter {
  readonly #options: FaultReporterOptions
  readonly #debounce: Required<ReporterDebounce>
  /** Monotonic times of the latest failures since the test passed. */
  #failures: number[] = []
  #passes = 0
  #reported: { readonly stage: FaultStage; readonly atMs: number } | undefined

  constructor(options: FaultReporterOptions) {
    this.#options = options
    const { failures = 1, windowMs = Number.POSITIVE_INFINITY, passes = 1 } = options.debounce ?? {}
    const { repeatMs = Number.POSITIVE_INFINITY } = options.debounce ?? {}
    this.#debounce = { failures, windowMs, passes, repeatMs }
  }

  /** The condition was tested and there is a fault. */
  failed(environmentData?: Json): void {
    const nowMs = this.#options.clock.monotonic()
    const { failures, windowMs } = this.#debounce
    this.#passes = 0
    this.#failures = [...this.#failures, nowMs].filter((atMs) => nowMs - atMs < windowMs).slice(-failures)
    if (this.#failures.length >= failures) this.#report('Failed', environmentData)
  }

  /** The condition was tested and all is well. */
  passed(): void {
    this.#failures = []
    this.#passes = Math.min(this.#passes + 1, this.#debounce.passes)
    if (this.#passes >= this.#debounce.passes) this.#report('Passed')
  }

  /** The condition cannot be tested any more. */
  notTested(): void {
    this.#failures = []
    this.#passes = 0
    this.#report('NotTested')
  }

  #report(stage: FaultStage, environmentData?: Json): void {
    const { sink, clock, componentId, faultId, source, severity, description } = this.#options
    const atMs = clock.monotonic()
    if (this.#reported?.stage === stage && atMs - this.#reported.atMs < this.#debounce.repeatMs) return
    this.#reported = { stage, atMs }
    sink.publish({
      component_id: componentId,
      fault_id: faultId,
      source,
      severity,
      stage,
      ...(description === undefined ? {} : { description }),
      ...(environmentData === undefined ? {} : { environment_data: environmentData }),
      time: new Date(clock.now()).toISOString(),
    })
  }
}
