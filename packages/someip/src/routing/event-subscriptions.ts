import type { Clock } from '@opensovd/base'
import { DebounceGate, type DebounceRule } from '../events/debounce-gate.ts'
import type { EventReliability } from '../events/event-definition.ts'
import { FieldCache } from '../events/field-cache.ts'
import type { SubscriptionState } from '../sd/client/handler.ts'
import { EventSubscription } from './event-subscription.ts'
import type { Notification } from './notification.ts'

export interface SubscribeOptions {
  readonly eventgroupId: number
  /** The events to receive. Default, if `fields` are not given either: all that come from the service. */
  readonly events?: readonly number[]
  /** Those that are fields: further subscribers of the application start with the last value. */
  readonly fields?: readonly number[]
  /** Which transports carry the group's events. Default: as configured, else those that the service has. */
  readonly reliability?: EventReliability
  /** Tell the service that only this application wants the events, where its host understands that. */
  readonly selective?: boolean
  /** Which notifications to show. Default: as `debounce` in the configuration says, else all. */
  readonly debounce?: DebounceRule
  /** Receives the notifications in place of a reader. */
  readonly onNotification?: (notification: Notification) => void
  /** How many notifications wait for a slow reader. Default: 1024. */
  readonly maxBuffered?: number
}

/** What an application adds to what its user asks for. */
export interface ClientSubscribeOptions extends SubscribeOptions {
  /** Default: 0, all clients of the host. */
  readonly clientId?: number
  /** The rule that the application is configured with for an event. */
  readonly ruleOf?: (eventId: number) => DebounceRule | undefined
}

export interface EventSubscriptionsOptions {
  readonly clock: Clock
  /** The configured rule of an event. */
  readonly ruleOf: (eventId: number) => DebounceRule | undefined
  readonly configuredFields: readonly number[]
  /** Called for the first subscription to a group, and after the last. */
  readonly subscribe: (options: ClientSubscribeOptions) => void
  readonly unsubscribe: (options: ClientSubscribeOptions) => void
  readonly onFailure: (error: unknown) => void
}

const DEFAULT_MAX_BUFFERED = 1024

interface Group {
  /** Of the first subscription. */
  readonly options: ClientSubscribeOptions
  readonly subscriptions: Set<EventSubscription>
  state: SubscriptionState
}

/** The subscriptions of a host's applications to one service instance. */
export class EventSubscriptions {
  readonly #options: EventSubscriptionsOptions
  readonly #groups = new Map<number, Group>()
  readonly #fields = new FieldCache<Notification>()

  constructor(options: EventSubscriptionsOptions) {
    this.#options = options
    for (const eventId of options.configuredFields) this.#fields.follow(eventId)
  }

  /** Ends, without an error, when `signal` aborts. */
  open(options: ClientSubscribeOptions, signal?: AbortSignal): EventSubscription {
    const { eventgroupId, events, fields = [], debounce } = options
    for (const eventId of fields) this.#fields.follow(eventId)
    const group = this.#groupOf(options)
    const { clock, ruleOf, onFailure } = this.#options
    const onAbort = () => subscription[Symbol.dispose]()
    const subscription = new EventSubscription({
      eventgroupId,
      eventIds: events === undefined && fields.length === 0 ? undefined : new Set([...(events ?? []), ...fields]),
      gateOf: (eventId) => {
        const rule = debounce ?? options.ruleOf?.(eventId) ?? ruleOf(eventId)
        return rule === undefined ? undefined : new DebounceGate(clock, rule)
      },
      onNotification: options.onNotification,
      maxBuffered: options.maxBuffered ?? DEFAULT_MAX_BUFFERED,
      onFailure,
      onClosed: (closed) => {
        signal?.removeEventListener('abort', onAbort)
        this.#close(closed)
      },
    })
    group.subscriptions.add(subscription)
    subscription.changeState(group.state)
    for (const value of this.#fields.values()) subscription.deliver({ ...value, isCached: true })
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
    return subscription
  }

  deliver(notification: Notification): void {
    this.#fields.store(notification)
    for (const { subscriptions } of this.#groups.values()) {
      for (const subscription of subscriptions) subscription.deliver(notification)
    }
  }

  changeState(eventgroupId: number, state: SubscriptionState): void {
    const group = this.#groups.get(eventgroupId)
    if (group === undefined) return
    group.state = state
    for (const subscription of group.subscriptions) subscription.changeState(state)
  }

  /** The values of fields are no longer current. */
  forgetValues(): void {
    this.#fields.clear()
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const { subscriptions } of [...this.#groups.values()]) {
      for (const subscription of [...subscriptions]) subscription[Symbol.dispose]()
    }
  }

  #groupOf(options: ClientSubscribeOptions): Group {
    const { eventgroupId } = options
    const known = this.#groups.get(eventgroupId)
    if (known !== undefined) return known
    const group: Group = { options, subscriptions: new Set(), state: 'waiting' }
    this.#groups.set(eventgroupId, group)
    this.#options.subscribe(options)
    return group
  }

  #close(subscription: EventSubscription): void {
    const { eventgroupId } = subscription
    const group = this.#groups.get(eventgroupId)
    if (!group?.subscriptions.delete(subscription) || group.subscriptions.size > 0) return
    this.#groups.delete(eventgroupId)
    this.#options.unsubscribe(group.options)
  }
}
