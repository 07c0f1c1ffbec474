import type { Json, Logger } from '@opensovd/base'
import type { Fault, FaultFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

/** What one fault is, and how to tell whether its condition holds now. */
export interface Monitor {
  readonly fault: Omit<Fault, 'status' | 'environmentData'>
  /** @param failed whether the condition held last time, for a hysteresis */
  readonly fails: (failed: boolean) => boolean
  /** The fault is there from the start. */
  readonly stored?: true
}

/**
 * How far a fault is: `absent → maturing → pending → active → passive → absent`. A condition that ends early
 * leads from `maturing` and `pending` back to `absent`; one that returns leads from `passive` to `active`.
 */
type Stage =
  | { readonly phase: 'absent' }
  | { readonly phase: 'maturing'; readonly forMs: number }
  | { readonly phase: 'pending'; readonly forMs: number; readonly frame: Json }
  | { readonly phase: 'active'; readonly frame: Json }
  | { readonly phase: 'passive'; readonly forMs: number; readonly frame: Json }

const ABSENT: Stage = { phase: 'absent' }

/** A condition must hold for so long before its fault is stored, also after it was cleared. */
export const STORED_AFTER_MS = 20_000
/** A stored fault is pending for so long before it is confirmed. */
export const CONFIRMED_AFTER_MS = 20_000
/** A healed fault is forgotten after so long; it stands in for the 40 drives of a real ECU. */
export const FORGOTTEN_AFTER_MS = 60 * 60_000

/** Status bits by their UDS names [17978-3 7.8]. */
const STATUS = {
  pending: { aggregatedStatus: 'pending', testFailed: '1', pendingDTC: '1', confirmedDTC: '0' },
  active: { aggregatedStatus: 'active', testFailed: '1', pendingDTC: '1', confirmedDTC: '1' },
  passive: { aggregatedStatus: 'passive', testFailed: '0', pendingDTC: '0', confirmedDTC: '1' },
} as const

export interface FaultMemoryOptions {
  readonly ecuId: string
  readonly monitors: readonly Monitor[]
  /** What is stored beside a fault when it appears: readings of that moment. */
  readonly freezeFrame: () => Json
  readonly log: Logger
  /** Is told of faults that appear, heal and are forgotten. */
  readonly onChange?: (fault: Monitor['fault'], phase: Stage['phase']) => void
}

/** The faults of one ECU. It changes by `step` and by being cleared, never by itself. */
export class FaultMemory implements FaultFacet {
  readonly #options: FaultMemoryOptions
  readonly #stages: Map<Monitor, Stage>

  constructor(options: FaultMemoryOptions) {
    this.#options = options
    const initial: Stage = { phase: 'active', frame: options.freezeFrame() }
    this.#stages = new Map(options.monitors.map((monitor) => [monitor, monitor.stored ? initial : ABSENT]))
  }

  /** Lets every monitor look after `dtMs` more have passed. */
  step(dtMs: number): void {
    for (const [monitor, stage] of this.#stages) {
      const fails = monitor.fails(stage.phase !== 'absent' && stage.phase !== 'passive')
      const next = this.#next(stage, fails, dtMs)
      this.#stages.set(monitor, next)
      if (next.phase !== stage.phase) this.#report(monitor, next)
    }
  }

  async list(): Promise<readonly Fault[]> {
    return [...this.#stages].flatMap(([monitor, stage]) => faultOf(monitor, stage) ?? [])
  }

  async read(id: string): Promise<Fault> {
    return this.#get(id).fault
  }

  async clearAll(): Promise<void> {
    for (const monitor of this.#stages.keys()) this.#stages.set(monitor, ABSENT)
  }

  async clear(id: string): Promise<void> {
    this.#stages.set(this.#get(id).monitor, ABSENT)
  }

  #get(id: string): { monitor: Monitor; fault: Fault } {
    for (const [monitor, stage] of this.#stages) {
      const fault = faultOf(monitor, stage)
      if (fault?.id === id) return { monitor, fault }
    }
    throw new SovdError('not-found', `Fault '${id}' not found for component '${this.#options.ecuId}'`, { target: id })
  }

  #next(stage: Stage, fails: boolean, dtMs: number): Stage {
    switch (stage.phase) {
      case 'absent':
        return fails ? { phase: 'maturing', forMs: dtMs } : stage
      case 'maturing':
        if (!fails) return ABSENT
        if (stage.forMs < STORED_AFTER_MS) return { phase: 'maturing', forMs: stage.forMs + dtMs }
        return { phase: 'pending', forMs: 0, frame: this.#options.freezeFrame() }
      case 'pending':
        if (!fails) return ABSENT
        if (stage.forMs < CONFIRMED_AFTER_MS) return { ...stage, forMs: stage.forMs + dtMs }
        return { phase: 'active', frame: stage.frame }
      case 'active':
        return fails ? stage : { phase: 'passive', forMs: 0, frame: stage.frame }
      case 'passive':
        if (fails) return { phase: 'active', frame: this.#options.freezeFrame() }
        return stage.forMs < FORGOTTEN_AFTER_MS ? { ...stage, forMs: stage.forMs + dtMs } : ABSENT
    }
  }

  #report(monitor: Monitor, { phase }: Stage): void {
    if (phase === 'maturing') return
    this.#options.onChange?.(monitor.fault, phase)
    this.#options.log.info('fault changed', { component: this.#options.ecuId, fault: monitor.fault.id, phase })
  }
}

/** The fault as it stands in the memory, if it does. */
function faultOf(monitor: Monitor, stage: Stage): Fault | undefined {
  if (stage.phase === 'absent' || stage.phase === 'maturing') return undefined
  return { ...monitor.fault, status: STATUS[stage.phase], environmentData: stage.frame }
}
