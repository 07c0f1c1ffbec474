import { Listeners } from '@opensovd/base'
import type { DebounceGate } from '../events/debounce-gate.ts'
import type { SubscriptionState } from '../sd/client/handler.ts'
import type { Notification } from './notification.ts'

export interface EventSubscriptionOptions {
  readonly eventgroupId: number
  /** The events to receive; undefined: all of the service that come. */
  readonly eventIds: ReadonlySet<number> | undefined
  readonly gateOf: (eventId: number) => DebounceGate | undefined
  readonly onNotification: ((notification: Notification) => void) | undefined
  /** How many notifications wait for a slow reader; of more, the oldest are dropped. */
  readonly maxBuffered: number
  readonly onFailure: (error: unknown) => void
  readonly onClosed: (subscription: EventSubscription) => void
}

/**
 * Events of one eventgroup as they arrive. Reading it with `for await` ends, like disposing of it, the subscription; a
 * callback given with `onNotification` receives them instead.
 */
export class EventSubscription implements AsyncIterable<Notification>, Disposable {
  readonly eventgroupId: number
  readonly #options: EventSubscriptionOptions
  readonly #gates = new Map<number, DebounceGate | undefined>()
  readonly #stateListeners: Listeners<SubscriptionState>
  readonly #buffer: Notification[] = []
  #state: SubscriptionState = 'waiting'
  #dropped = 0
  #wake: (() => void) | undefined
  #isOpen = true

  constructor(options: EventSubscriptionOptions) {
    this.eventgroupId = options.eventgroupId
    this.#options = options
    this.#stateListeners = new Listeners(options.onFailure)
  }

  /** Whether the service acknowledged the subscription; it is renewed and repeated on its own. */
  get state(): SubscriptionState {
    return this.#state
  }

  /** How many notifications were dropped because the reader was too slow. */
  get dropped(): number {
    return this.#dropped
  }

  /** Returns a function that removes the callback. */
  onState(callback: (state: SubscriptionState) => void): () => void {
    return this.#stateListeners.add(callback)
  }

  changeState(state: SubscriptionState): void {
    if (state === this.#state) return
    this.#state = state
    this.#stateListeners.notify(state)
  }

  /** Takes an event of the service. */
  deliver(notification: Notification): void {
    const { eventIds, onNotification, onFailure, maxBuffered } = this.#options
    const { eventId } = notification
    if (!this.#isOpen || (eventIds !== undefined && !eventIds.has(eventId))) return
    const passes = this.#gateOf(eventId)?.passes(notification.payload) ?? true
    if (!passes && !notification.isCached) return
    if (onNotification !== undefined) {
      try {
        onNotification(notification)
      } catch (error) {
        onFailure(error)
      }
      return
    }
    if (this.#buffer.length === maxBuffered) {
      this.#buffer.shift()
      this.#dropped++
    }
    this.#buffer.push(notification)
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Notification, void, undefined> {
    try {
      while (this.#isOpen || this.#buffer.length > 0) {
        const next = this.#buffer.shift()
        if (next !== undefined) yield next
        else await this.#more()
      }
    } finally {
      this[Symbol.dispose]()
    }
  }

  /** Ends the subscription; readers end after what has arrived. */
  [Symbol.dispose](): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#wake?.()
    this.#options.onClosed(this)
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Gates are kept for the events that were asked for; others have none that could differ. */
  #gateOf(eventId: number): DebounceGate | undefined {
    if (!this.#gates.has(eventId)) {
      const gate = this.#options.gateOf(eventId)
      if (gate === undefined) return undefined
      this.#gates.set(eventId, gate)
    }
    return this.#gates.get(eventId)
  }
}
