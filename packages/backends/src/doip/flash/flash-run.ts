import { type JsonObject, messageOf, type Scope } from '@opensovd/base'
import type { CallContext, ExecutionState, Operation } from '@opensovd/core'
import type { CommandKeys } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { SESSION } from '@opensovd/uds'
import type { EcuLink } from '../ecu-link.ts'
import type { OperationKind, Running } from '../facets/running.ts'
import { isRefusal } from '../refusal.ts'
import { type FlashRequest, flashRequestOf } from './flash-request.ts'
import { FLASH_STEPS, type FlashStep, STEPS, stepsOf } from './flash-steps.ts'
import { type QuietGroup, quietGroupOf } from './quiet-group.ts'

/** Programming as an operation. Ids of descriptions do not have its prefix by chance. */
export const FLASH_OPERATION = 'x-flash'

const OPERATION: Operation = {
  id: FLASH_OPERATION,
  name: 'Program the ECU',
  description: 'Parameters: {"address": number, "data": Base64}, and "fingerprint" where the ECU keeps one.',
  capabilities: ['execute', 'stop'],
}

export interface FlashDependencies {
  readonly link: EcuLink
  readonly neighbours: () => readonly EcuLink[]
  readonly scope: Scope
  readonly commandKeys: CommandKeys | undefined
}

/** Programming of an ECU, one at a time. */
export function flashKind(dependencies: FlashDependencies): OperationKind {
  const { link } = dependencies
  let current: FlashRun | undefined
  return {
    operation: OPERATION,
    start: async (parameters, context) => {
      const requireIdle = () => {
        if (current?.isRunning) throw new SovdError('conflict', `'${link.id}' is being programmed already`)
      }
      requireIdle()
      const request = await link.run(async () => flashRequestOf(link.ecu, parameters), context, { guarded: 'flash' })
      requireIdle()
      const group = quietGroupOf(link, dependencies.neighbours())
      group?.reserve(context)
      current = new FlashRun(dependencies, request, group)
      return current
    },
  }
}

/** The share of the transfer in all that there is to do. */
const TRANSFER_FROM = 10
const TRANSFER_TO = 90

/** How long ECUs that are quiet are told to go on when the backend is closed meanwhile. */
const CLOSING_LIMIT_MS = 2000

/**
 * One programming, in the background. It ends in `completed` only when every step has; what is left to do otherwise
 * is in its result.
 */
class FlashRun implements Running {
  readonly initial: ExecutionState = { status: 'running', progress: 0 }
  readonly #dependencies: FlashDependencies
  readonly #request: FlashRequest
  readonly #group: QuietGroup | undefined
  readonly #steps: readonly FlashStep[]
  readonly #stopping = new AbortController()
  readonly #done: Promise<void>
  #step: FlashStep = 'preconditions'
  #transferred = 0
  #state: ExecutionState = this.initial

  /** @param group has been reserved; it is released at the end */
  constructor(dependencies: FlashDependencies, request: FlashRequest, group: QuietGroup | undefined) {
    this.#dependencies = dependencies
    this.#request = request
    this.#group = group
    this.#steps = stepsOf(dependencies.link.ecu)
    this.#done = new Promise((resolve) => {
      dependencies.scope.run((signal) => this.#run(signal).finally(resolve))
    })
  }

  get isRunning(): boolean {
    return this.#state.status === 'running'
  }

  async state(): Promise<ExecutionState> {
    return this.#state.status === 'running' ? { status: 'running', progress: this.#progress } : this.#state
  }

  /** Ends the transfer in order; resolves when the ECU is left. */
  async stop({ signal }: CallContext): Promise<ExecutionState> {
    signal.throwIfAborted()
    this.#stopping.abort(new SovdError('conflict', 'the programming was stopped'))
    await this.#done
    return this.#state
  }

  async #run(closing: AbortSignal): Promise<void> {
    const { link } = this.#dependencies
    let failure: { readonly error: unknown } | undefined
    try {
      await this.#program({ signal: AbortSignal.any([closing, this.#stopping.signal]) })
    } catch (error) {
      failure = { error }
    }
    await this.#leave({ signal: closing })
    const isRestored = await this.#restore(closing)
    this.#group?.release()
    link.programming.programmer = undefined
    if (failure) this.#fail(failure.error, isRestored)
    else this.#complete()
  }

  async #program(context: CallContext): Promise<void> {
    const { link } = this.#dependencies
    link.programming.programmer = context
    for (const step of this.#steps) {
      context.signal.throwIfAborted()
      this.#step = step
      link.log.info('programming', { ecu: link.id, step })
      await STEPS[step](this.#parts, context)
    }
  }

  #complete(): void {
    const { link } = this.#dependencies
    const verified = link.ecu.flash?.verify !== undefined
    this.#state = { status: 'completed', result: { ...this.#result(), verified } }
    link.log.info('an ECU was programmed', { ecu: link.id, bytes: this.#request.data.length })
  }

  get #parts() {
    const onTransferred = (bytes: number) => {
      this.#transferred = bytes
    }
    return { ...this.#dependencies, request: this.#request, group: this.#group, onTransferred }
  }

  get #progress(): number {
    const at = this.#steps.indexOf(this.#step)
    const transfer = this.#steps.indexOf('transfer')
    if (at < transfer) return Math.round((TRANSFER_FROM * at) / transfer)
    if (at > transfer) {
      return Math.round(TRANSFER_TO + ((100 - TRANSFER_TO) * (at - transfer)) / (this.#steps.length - transfer))
    }
    return Math.round(TRANSFER_FROM + ((TRANSFER_TO - TRANSFER_FROM) * this.#transferred) / this.#request.data.length)
  }

  /** The default session ends whatever was begun, as far as the ECU can be told. */
  async #leave(context: CallContext): Promise<void> {
    const { link } = this.#dependencies
    link.programming.programmer = context
    if (context.signal.aborted || link.client.state.session === SESSION.DEFAULT) return
    await link.request('diagnosticSessionControl', { session: SESSION.DEFAULT }, context).catch((error) => {
      link.log.warn('ending the programming session failed', { ecu: link.id, error: messageOf(error) })
    })
  }

  /** The other ECUs go on, however the programming ended. Returns whether they could be told. */
  async #restore(closing: AbortSignal): Promise<boolean> {
    const { link } = this.#dependencies
    try {
      await this.#group?.restore(NEVER, closing.aborted ? CLOSING_LIMIT_MS : undefined)
      return true
    } catch (error) {
      link.log.warn('ending the quiet of other ECUs failed', { ecu: link.id, error: messageOf(error) })
      return false
    }
  }

  #fail(error: unknown, isRestored: boolean): void {
    const { link } = this.#dependencies
    const isStopped = this.#stopping.signal.aborted
    const message = isStopped ? 'it was stopped' : messageOf(error)
    link.log.error('programming failed', { ecu: link.id, step: this.#step, error: message })
    const progress = this.#progress
    const next = `${this.#next(isStopped || isRefusal(error))}${isRestored ? '' : STILL_QUIET}`
    const result = { ...this.#result(), error: message, next }
    this.#state = isStopped
      ? { status: 'stopped', progress, result }
      : { status: 'failed', error: `${this.#step}: ${message}`, progress, result }
  }

  #result(): JsonObject {
    return { step: this.#step, transferredBytes: this.#transferred, totalBytes: this.#request.data.length }
  }

  /** What somebody has to do now. */
  #next(isThere: boolean): string {
    const hasErased = FLASH_STEPS.indexOf(this.#step) >= FLASH_STEPS.indexOf('erase')
    const isVerified = FLASH_STEPS.indexOf(this.#step) > FLASH_STEPS.indexOf('dependencies')
    const hasRestarted = FLASH_STEPS.indexOf(this.#step) > FLASH_STEPS.indexOf('restart')
    const wait = isThere ? '' : 'Wait until the ECU is connected again. '
    if (hasRestarted) return `${wait}The ECU was programmed and has restarted; do by hand what is left after that.`
    if (isVerified) return `${wait}The software is in the ECU and was verified; restart the ECU and read its version.`
    if (hasErased) return `${wait}The ECU has no complete software and must be programmed again from the beginning.`
    return `${wait}Nothing was changed in the ECU; it can be programmed again at any time.`
  }
}

const STILL_QUIET =
  ' Other ECUs could not all be told to communicate again; they do so when their sessions end, without a tester.'
const NEVER = new AbortController().signal
