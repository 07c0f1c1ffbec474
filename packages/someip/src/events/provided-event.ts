import type { Clock } from '@opensovd/base'
import { isChange } from './change.ts'
import type { EventDefinition } from './event-definition.ts'
import { SessionCounter } from './session-counter.ts'

/** Told to notify all subscribers. The payload is not changed before the call returns. */
export type Notify = (event: ProvidedEvent, payload: Uint8Array) => void

/**
 * The value of an event and the rules for notifying of it. The value is copied where it is needed later; without a value
 * there is no cycle. The cycle runs between `start` and `stop`.
 */
export class ProvidedEvent implements Disposable {
  readonly definition: EventDefinition
  readonly #clock: Clock
  readonly #notify: Notify
  readonly #sessions = new SessionCounter()
  readonly #keepsValue: boolean
  #value: Uint8Array | undefined
  /** What subscribers were notified of last. */
  #notified: Uint8Array | undefined
  #isStarted = false
  #cancelCycle: (() => void) | undefined

  constructor(definition: EventDefinition, clock: Clock, notify: Notify) {
    this.definition = definition
    this.#clock = clock
    this.#notify = notify
    this.#keepsValue = definition.kind === 'field' || definition.cycleMs > 0 || definition.isChange !== undefined
  }

  /** What new subscribers receive: the value of a field, once it is set. */
  get initialValue(): Uint8Array | undefined {
    return this.definition.kind === 'field' ? this.#value : undefined
  }

  nextSessionId(): number {
    return this.#sessions.next()
  }

  /** Sets the value and notifies of it if the definition says so; with `force` in any case. */
  set(payload: Uint8Array, force = false): void {
    const { kind, cycleMs, updateOnChange, changeResetsCycle } = this.definition
    const isFirst = this.#value === undefined
    if (!force && kind === 'field' && cycleMs === 0 && this.#value !== undefined && !isChange(this.#value, payload))
      return
    const value = this.#keepsValue ? payload.slice() : payload
    if (this.#keepsValue) this.#value = value
    if (!updateOnChange && !force) {
      if (isFirst) this.#startCycle()
      return
    }
    if (isFirst || changeResetsCycle) this.#startCycle()
    if (force || this.#isWorthNotifying(value)) this.#emit(value)
  }

  /** Forgets the value: a field has none until it is set again. */
  unset(): void {
    this.#value = undefined
    this.#notified = undefined
    this.#stopCycle()
  }

  /** Begins the cycle, if there is one and there is a value. */
  start(): void {
    this.#isStarted = true
    this.#startCycle()
  }

  stop(): void {
    this.#isStarted = false
    this.#stopCycle()
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  #isWorthNotifying(value: Uint8Array): boolean {
    const { isChange: differs } = this.definition
    return differs === undefined || this.#notified === undefined || differs(this.#notified, value)
  }

  #emit(value: Uint8Array): void {
    if (this.definition.isChange !== undefined) this.#notified = value
    this.#notify(this, value)
  }

  #startCycle(): void {
    const { cycleMs } = this.definition
    this.#stopCycle()
    if (cycleMs === 0 || !this.#isStarted || this.#value === undefined) return
    this.#cancelCycle = this.#clock.after(cycleMs, () => {
      const value = this.#value
      this.#startCycle()
      if (value !== undefined) this.#emit(value)
    })
  }

  #stopCycle(): void {
    this.#cancelCycle?.()
    this.#cancelCycle = undefined
  }
}
