import { type Clock, type Json, type Logger, messageOf, Scope } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { UpdatePackage, UpdatePhase, UpdateProvider, UpdateStatus, UpdateTools } from './update.ts'
import { UpdateProcess } from './update-process.ts'

export interface UpdatesOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly tools: UpdateTools
  /** Absent: there are no updates. */
  readonly provider?: UpdateProvider
}

/** What comes before anything was done. */
const PENDING: UpdateStatus = { phase: 'prepare', state: 'pending', parts: [] }

/** The updates of the vehicle: each is prepared, executed and perhaps rolled back, one process a component at a time. */
export class Updates implements AsyncDisposable {
  readonly #options: UpdatesOptions
  readonly #processes = new Map<string, UpdateProcess>()
  readonly #scope: Scope

  constructor(options: UpdatesOptions) {
    this.#options = options
    this.#scope = new Scope((error) => options.log.error('an update stopped', { error: messageOf(error) }))
  }

  /** Whether there can be any. */
  get isAvailable(): boolean {
    return this.#options.provider !== undefined
  }

  async list(): Promise<readonly UpdatePackage[]> {
    return (await this.#options.provider?.list()) ?? []
  }

  /** @throws SovdError `not-found` */
  async get(id: string): Promise<UpdatePackage> {
    const found = (await this.list()).find((update) => update.id === id)
    if (!found) throw new SovdError('not-found', `there is no update '${id}'`, { target: id })
    return found
  }

  /** @throws SovdError `not-found` */
  async status(id: string): Promise<UpdateStatus> {
    await this.get(id)
    return this.#processes.get(id)?.status ?? (await this.#options.provider?.statusOf(id)) ?? PENDING
  }

  /** @throws SovdError `not-implemented` where packages come another way; `invalid-request` */
  async register(manifest: Json): Promise<string> {
    const { provider } = this.#options
    if (!provider?.register) throw new SovdError('not-implemented', 'updates cannot be registered here')
    return provider.register(manifest)
  }

  /** @throws SovdError `conflict` while it is prepared or executed; `method-not-allowed` */
  async remove(id: string): Promise<void> {
    const { provider } = this.#options
    await this.get(id)
    if (!provider?.remove) throw new SovdError('method-not-allowed', `the update '${id}' cannot be removed`)
    this.#requireIdle(id)
    await provider.remove(id)
  }

  /**
   * Starts a phase, which then goes on by itself.
   * @throws SovdError `conflict` while the package, or a component of it, is at it already, or when the phase before
   * is not over
   */
  async start(id: string, phase: UpdatePhase): Promise<void> {
    const update = await this.get(id)
    const status = await this.status(id)
    this.#requireFree(update)
    requireBefore(update, phase, status)
    this.#begin(update, [phase])
  }

  /** Prepares and executes. @throws as `start`; `conflict` for a package that needs somebody's help */
  async startAutomated(id: string): Promise<void> {
    const update = await this.get(id)
    if (!update.automated) throw refusal('update-automated-not-supported', `'${id}' does not go by itself`)
    const { phase, state } = await this.status(id)
    this.#requireFree(update)
    const isPrepared = phase === 'prepare' && state === 'completed'
    this.#begin(update, isPrepared ? ['execute'] : ['prepare', 'execute'])
  }

  /** Ends what is under way, which has failed then. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#scope.close()
  }

  #begin(update: UpdatePackage, phases: readonly [UpdatePhase, ...UpdatePhase[]]): void {
    const { provider, clock, log, tools } = this.#options
    if (!provider) return
    const process = new UpdateProcess(update, { provider, clock, log, tools }, phases)
    this.#processes.set(update.id, process)
    this.#scope.run((signal) => process.run(signal).finally(() => this.#processes.delete(update.id)))
  }

  #requireFree({ id, updatedComponents }: UpdatePackage): void {
    this.#requireIdle(id)
    for (const { update } of this.#processes.values()) {
      const shared = update.updatedComponents.find((component) => updatedComponents.includes(component))
      if (shared === undefined) continue
      throw refusal('update-process-in-progress', `'${shared}' is being updated by '${update.id}'`)
    }
  }

  #requireIdle(id: string): void {
    const process = this.#processes.get(id)
    if (!process) return
    const isPreparing = process.status.phase === 'prepare'
    throw isPreparing
      ? refusal('update-preparation-in-progress', `'${id}' is being prepared`)
      : refusal('update-execution-in-progress', `'${id}' is being executed`)
  }
}

/** What was prepared is executed, also again when that failed; what was executed is rolled back. */
function requireBefore({ id }: UpdatePackage, phase: UpdatePhase, { phase: last, state }: UpdateStatus): void {
  const isPrepared = (last === 'prepare' && state === 'completed') || (last === 'execute' && state === 'failed')
  if (phase === 'execute' && !isPrepared) throw new SovdError('conflict', `'${id}' is not prepared`)
  const isExecuted = last === 'execute' || (last === 'rollback' && state === 'failed')
  if (phase === 'rollback' && !isExecuted) throw new SovdError('conflict', `'${id}' was not executed`)
}

/** A conflict that the standard has a code for [17978-3 5.8.3]. */
function refusal(code: string, message: string): SovdError {
  return new SovdError('conflict', message, { details: [{ code, message }] })
}
