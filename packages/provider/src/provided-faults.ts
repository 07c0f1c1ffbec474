import { Listeners, type Logger, messageOf, untilAborted } from '@opensovd/base'
import type { CallContext, Fault, FaultFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { failureOf } from './failure.ts'
import type { ProvidedEntity, ProvidedFault } from './provided.ts'

/** A program that finds more different faults than this has another problem. */
const MAX_FAULTS = 1000

const FAILED = { testFailed: '1', confirmedDTC: '1' }
const PASSED = { testFailed: '0', confirmedDTC: '1' }

/** The fault memory of a program as a facet. */
export class ProvidedFaults implements FaultFacet {
  readonly #onClear: NonNullable<ProvidedEntity['onClearFault']>
  readonly #faults = new Map<string, Fault>()
  readonly #watchers: Listeners<void>

  constructor(onClear: NonNullable<ProvidedEntity['onClearFault']>, log: Logger) {
    this.#onClear = onClear
    this.#watchers = new Listeners((error) => log.error('telling failed', { error: messageOf(error) }))
  }

  /** @throws RangeError when there are too many */
  set(fault: ProvidedFault): void {
    if (!this.#faults.has(fault.code) && this.#faults.size >= MAX_FAULTS) {
      throw new RangeError(`there are ${MAX_FAULTS} faults already`)
    }
    this.#faults.set(fault.code, { status: FAILED, ...fault, id: fault.code })
    this.#watchers.notify()
  }

  /** The fault stays in memory as one that was. */
  heal(code: string): void {
    const fault = this.#faults.get(code)
    if (!fault) return
    this.#faults.set(code, { ...fault, status: PASSED })
    this.#watchers.notify()
  }

  async list(): Promise<readonly Fault[]> {
    return [...this.#faults.values()]
  }

  async clear(id: string): Promise<void> {
    if (!this.#faults.has(id)) throw new SovdError('not-found', `there is no fault '${id}'`, { target: id })
    await this.#clear([id])
  }

  async clearAll(): Promise<void> {
    await this.#clear([...this.#faults.keys()])
  }

  watch(listener: () => void, { signal }: CallContext): Promise<void> {
    return untilAborted(signal).finally(this.#watchers.add(listener))
  }

  async #clear(codes: readonly string[]): Promise<void> {
    try {
      for (const code of codes) {
        await this.#onClear(code)
        this.#faults.delete(code)
      }
    } catch (error) {
      throw failureOf(error)
    } finally {
      this.#watchers.notify()
    }
  }
}
