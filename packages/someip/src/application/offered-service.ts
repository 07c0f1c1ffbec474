import { Listeners } from '@opensovd/base'
import type { ServiceConfiguration } from '../config/sections/services.ts'
import type { EventDefinition } from '../events/event-definition.ts'
import type { EventSource, Recipient } from '../routing/event-source.ts'
import { formatInstance } from '../routing/ids.ts'
import type { ProvidedService, ProvidedServiceIds } from '../routing/provided-service.ts'
import type { RequestHandler } from '../routing/request.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import { completeEvent, type EventOptions } from './offer-options.ts'

/** Somebody subscribed to an eventgroup, or is gone. */
export interface SubscriberChange {
  readonly eventgroupId: number
  /** Where the events go; pass it to `notifyOne`. */
  readonly recipient: Recipient
  /** Address of the host that subscribed. */
  readonly peer: string
  /** 0 unless the subscription is for single clients of the host. */
  readonly clientId: number
  readonly isSubscribed: boolean
}

export interface OfferedServiceParts {
  readonly service: ProvidedService
  readonly events: EventSource
  readonly configured: ServiceConfiguration | undefined
  /** Lets subscribers have the groups of an event. */
  readonly offerEventgroups: (added: EventDefinition, all: readonly EventDefinition[]) => void
  readonly withdraw: () => Promise<void>
  readonly onFailure: (error: unknown) => void
}

/** A service instance that the application offers, until it is closed. */
export class OfferedService implements AsyncDisposable {
  readonly #parts: OfferedServiceParts
  readonly #listeners: Listeners<SubscriberChange>
  readonly #definitions = new Map<number, EventDefinition>()
  #closing: Promise<void> | undefined

  constructor(parts: OfferedServiceParts, events: readonly EventDefinition[]) {
    this.#parts = parts
    this.#listeners = new Listeners(parts.onFailure)
    for (const event of events) this.#definitions.set(event.eventId, event)
  }

  get ids(): ProvidedServiceIds {
    return this.#parts.service.ids
  }

  /** Sets the handler of a method, or of `ANY_METHOD`. Returns a function that removes it. */
  handle(methodId: number, handler: RequestHandler): () => void {
    return this.#parts.service.handle(methodId, handler)
  }

  /** Offers an event, or replaces it; subscribers of a group that it changes subscribe anew. @throws SomeIpError */
  offerEvent(options: EventOptions): void {
    this.#refuseIfClosed()
    const { events, configured, offerEventgroups } = this.#parts
    const event = completeEvent(options, configured)
    this.#definitions.set(event.eventId, event)
    events.add(event)
    if (options.initialValue !== undefined) events.notify(event.eventId, options.initialValue, false)
    offerEventgroups(event, [...this.#definitions.values()])
  }

  /** Ends an event; its groups stay. */
  stopOfferEvent(eventId: number): void {
    this.#definitions.delete(eventId)
    this.#parts.events.remove(eventId)
  }

  /**
   * Sets the value of an event and notifies its subscribers, if its definition says so or with `force`.
   * @throws SomeIpError for an unknown event, EncodeError when the payload cannot be protected
   */
  notify(eventId: number, payload: Uint8Array, options: { readonly force?: boolean } = {}): void {
    this.#refuseIfClosed()
    this.#parts.events.notify(eventId, payload, options.force ?? false)
  }

  /** Sends an event to one subscriber; the value of a field stays as it is. @throws as `notify` */
  notifyOne(eventId: number, payload: Uint8Array, recipient: Recipient): void {
    this.#refuseIfClosed()
    this.#parts.events.notifyOne(eventId, payload, recipient)
  }

  /** The value of a field, once it is set. @throws SomeIpError for an unknown event */
  valueOf(eventId: number): Uint8Array | undefined {
    return this.#parts.events.valueOf(eventId)
  }

  /** Returns a function that removes the callback. */
  onSubscriber(callback: (change: SubscriberChange) => void): () => void {
    return this.#listeners.add(callback)
  }

  /** Called by the application. */
  subscriberChanged(change: SubscriberChange): void {
    this.#listeners.notify(change)
  }

  /** Tells everybody that the service is gone. Requests that are not answered stay so. */
  close(): Promise<void> {
    this.#closing ??= this.#parts.withdraw()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #refuseIfClosed(): void {
    const { serviceId, instanceId } = this.ids
    if (this.#closing !== undefined) throw new SomeIpError('SOMEIP_CLOSED', formatInstance(serviceId, instanceId))
  }
}
