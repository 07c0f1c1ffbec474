import { type Clock, type Logger, messageOf } from '@opensovd/base'
import type {
  UpdatePackage,
  UpdatePart,
  UpdatePhase,
  UpdateProvider,
  UpdateReport,
  UpdateState,
  UpdateStatus,
  UpdateTools,
} from './update.ts'

export interface UpdateProcessOptions {
  readonly provider: UpdateProvider
  readonly clock: Clock
  readonly log: Logger
  readonly tools: UpdateTools
}

/** Phases of an update that are under way, one after the other. */
export class UpdateProcess {
  readonly update: UpdatePackage
  readonly #options: UpdateProcessOptions
  readonly #phases: readonly UpdatePhase[]
  #status: UpdateStatus

  constructor(update: UpdatePackage, options: UpdateProcessOptions, phases: readonly [UpdatePhase, ...UpdatePhase[]]) {
    this.update = update
    this.#options = options
    this.#phases = phases
    this.#status = this.#begun(phases[0])
  }

  get status(): UpdateStatus {
    return this.#status
  }

  /** Resolves when all is done, or something failed, and that is kept. */
  async run(signal: AbortSignal): Promise<void> {
    const { provider, log } = this.#options
    const { id } = this.update
    for (const phase of this.#phases) {
      this.#status = this.#begun(phase)
      await provider.keepStatus(id, this.#status)
      const error = await this.#perform(phase, signal)
      const ended = this.#ended(error)
      await provider.keepStatus(id, ended)
      this.#status = ended
      if (error !== undefined) {
        log.warn('an update failed', { update: id, phase, error })
        return
      }
      log.info('an update went on', { update: id, phase })
    }
  }

  /** Returns what went wrong, if something did. */
  async #perform(phase: UpdatePhase, signal: AbortSignal): Promise<string | undefined> {
    const { provider, tools } = this.#options
    const report: UpdateReport = {
      step: (step) => this.#change({ step }),
      part: (componentId, state, progress) => this.#report({ componentId, state, progress }),
    }
    try {
      await provider.run(this.update.id, phase, report, tools, signal)
      return undefined
    } catch (error) {
      return signal.aborted ? 'the gateway was stopped' : messageOf(error)
    }
  }

  #begun(phase: UpdatePhase): UpdateStatus {
    const parts = this.update.updatedComponents.map((componentId) => ({ componentId, state: 'pending' as const }))
    return { phase, state: 'inProgress', progress: 0, parts, changedAt: this.#time() }
  }

  #ended(error: string | undefined): UpdateStatus {
    const { phase, parts, progress = 0 } = this.#status
    const changedAt = this.#time()
    if (error === undefined) {
      const completed = parts.map(({ componentId }) => ({ componentId, state: 'completed' as const, progress: 100 }))
      return { phase, state: 'completed', progress: 100, parts: completed, changedAt }
    }
    const failed = parts.map((part) =>
      part.state === 'inProgress' ? { ...part, state: 'failed' as const, error } : part,
    )
    return { phase, state: 'failed', progress, parts: failed, error, changedAt }
  }

  #report({ componentId, state, progress }: { componentId: string; state: UpdateState; progress: number | undefined }) {
    const parts = this.#status.parts.map((part): UpdatePart => {
      if (part.componentId !== componentId) return part
      return { componentId, state, ...(progress === undefined ? {} : { progress: Math.round(progress) }) }
    })
    const done = parts.reduce((sum, part) => sum + (part.state === 'completed' ? 100 : (part.progress ?? 0)), 0)
    this.#change({ parts, progress: Math.floor(done / Math.max(1, parts.length)) })
  }

  #change(change: Partial<UpdateStatus>): void {
    this.#status = { ...this.#status, ...change, changedAt: this.#time() }
  }

  #time(): string {
    return new Date(this.#options.clock.now()).toISOString()
  }
}
