import type { Clock } from '@opensovd/base'
import { type EndpointAddress, endpointAddress } from '../endpoint/endpoint-address.ts'
import type { EventDefinition } from '../events/event-definition.ts'
import { ProvidedEvent } from '../events/provided-event.ts'
import { forEachTarget, type Targets } from '../events/targets.ts'
import { encodeMessage } from '../wire/message.ts'
import { MESSAGE_TYPE } from '../wire/message-type.ts'
import { RETURN_CODE } from '../wire/return-code.ts'
import type { Departures } from './departures.ts'
import type { E2eGuards } from './e2e-guards.ts'
import { formatMethod } from './ids.ts'
import type { LimitedLog } from './limited-log.ts'
import type { MessagePort, Transport } from './message-port.ts'
import type { Outbox } from './outbox.ts'
import type { ProvidedServiceIds } from './provided-service.ts'
import { SomeIpError } from './someip-error.ts'

/** A place on the network, as service discovery names it. */
export interface Place {
  readonly address: string
  readonly port: number
}

/** One who receives events: over TCP, UDP or both, or without a network. */
export interface Recipient {
  readonly reliable: Place | undefined
  readonly unreliable: Place | undefined
  /** Whether the applications of this host are meant. */
  readonly isLocal?: boolean
}

/** The way to the applications of this host. */
export interface Destination {
  readonly port: MessagePort
  readonly to: EndpointAddress
}

export interface EventSourceOptions {
  readonly ids: ProvidedServiceIds
  readonly clock: Clock
  readonly limitedLog: LimitedLog
  readonly outbox: Outbox
  readonly guards: E2eGuards
  readonly departures: Departures
  /** Where the events of a group go now. The object changes when they go elsewhere. */
  readonly targetsOf: (eventgroupId: number) => Targets<Place>
  /** The port of the service that a transport goes through, if it has one. */
  readonly portOf: (transport: Transport) => MessagePort | undefined
  /** Without it notifications carry session 0. */
  readonly countsSessions: boolean
}

/** An event, and where the last notification of it went. */
interface Entry {
  readonly event: ProvidedEvent
  targets: readonly Targets<Place>[]
  destinations: readonly Destination[]
}

/** The events of a service instance that the application offers, sent to the subscribers of their groups. */
export class EventSource implements Disposable {
  readonly #options: EventSourceOptions
  readonly #entries = new Map<number, Entry>()
  /** By eventgroup id: where the applications of this host receive its events. */
  readonly #local = new Map<number, Destination>()

  constructor(options: EventSourceOptions) {
    this.#options = options
  }

  get eventIds(): readonly number[] {
    return [...this.#entries.keys()]
  }

  /** Adds an event, or replaces the one with its id. */
  add(definition: EventDefinition): void {
    this.remove(definition.eventId)
    const event = new ProvidedEvent(definition, this.#options.clock, (_event, payload) =>
      this.#notifyAll(entry, payload),
    )
    const entry: Entry = { event, targets: [], destinations: [] }
    this.#entries.set(definition.eventId, entry)
    event.start()
  }

  /** Sends the events of a group to the applications of this host, too. */
  addLocal(eventgroupId: number, destination: Destination): void {
    this.#local.set(eventgroupId, destination)
    this.#forgetDestinations()
  }

  removeLocal(eventgroupId: number): void {
    if (this.#local.delete(eventgroupId)) this.#forgetDestinations()
  }

  remove(eventId: number): void {
    this.#entries.get(eventId)?.event[Symbol.dispose]()
    this.#entries.delete(eventId)
  }

  /**
   * Sets the value of an event and notifies its subscribers if its definition says so.
   * @throws SomeIpError for an unknown event, EncodeError when the payload cannot be protected
   */
  notify(eventId: number, payload: Uint8Array, force: boolean): void {
    this.#entryOf(eventId).event.set(payload, force)
  }

  /** Sends an event to one recipient; the value of a field stays as it is. @throws as `notify` */
  notifyOne(eventId: number, payload: Uint8Array, recipient: Recipient): void {
    const entry = this.#entryOf(eventId)
    const bytes = this.#encode(entry.event, payload)
    const destinations = recipient.isLocal
      ? this.#localDestinationsOf(entry.event)
      : this.#destinationsOf(entry.event, [targetsFor(recipient)])
    for (const { port, to } of destinations) this.#send(entry, bytes, port, to)
  }

  /** Sends the values of the fields of a group to a new subscriber. */
  sendInitial(eventgroupId: number, recipient: Recipient): void {
    for (const { event } of this.#entries.values()) {
      const value = event.initialValue
      if (value !== undefined && event.definition.eventgroupIds.includes(eventgroupId)) {
        this.notifyOne(event.definition.eventId, value, recipient)
      }
    }
  }

  /** The value of a field, once it is set. @throws SomeIpError for an unknown event */
  valueOf(eventId: number): Uint8Array | undefined {
    return this.#entryOf(eventId).event.initialValue
  }

  /** Ends all cycles. */
  [Symbol.dispose](): void {
    for (const { event } of this.#entries.values()) event[Symbol.dispose]()
    this.#entries.clear()
  }

  #entryOf(eventId: number): Entry {
    const entry = this.#entries.get(eventId)
    if (entry !== undefined) return entry
    const { serviceId, instanceId } = this.#options.ids
    throw new SomeIpError('SOMEIP_UNKNOWN_EVENT', `event ${formatMethod(serviceId, instanceId, eventId)}`)
  }

  #notifyAll(entry: Entry, payload: Uint8Array): void {
    if (entry.event.definition.kind === 'selective') return
    this.#refreshDestinations(entry)
    if (entry.destinations.length === 0) return
    const bytes = this.#encode(entry.event, payload)
    for (const { port, to } of entry.destinations) this.#send(entry, bytes, port, to)
  }

  /** Works the destinations out anew only when a group has other targets than before. */
  #refreshDestinations(entry: Entry): void {
    const { eventgroupIds } = entry.event.definition
    const isCurrent = entry.targets.length === eventgroupIds.length
    if (isCurrent && eventgroupIds.every((id, index) => this.#options.targetsOf(id) === entry.targets[index])) return
    entry.targets = eventgroupIds.map((id) => this.#options.targetsOf(id))
    const remote = this.#destinationsOf(entry.event, entry.targets)
    entry.destinations = [...remote, ...this.#localDestinationsOf(entry.event)]
  }

  /** One at most: events are sent once, whichever of their groups somebody subscribed to. */
  #localDestinationsOf({ definition }: ProvidedEvent): readonly Destination[] {
    const found = definition.eventgroupIds.flatMap((eventgroupId) => this.#local.get(eventgroupId) ?? [])
    return found.slice(0, 1)
  }

  #forgetDestinations(): void {
    for (const entry of this.#entries.values()) entry.targets = []
  }

  #destinationsOf({ definition }: ProvidedEvent, targets: readonly Targets<Place>[]): readonly Destination[] {
    const destinations: Destination[] = []
    forEachTarget(definition.reliability, targets, (transport, { address, port: number }) => {
      const port = this.#options.portOf(transport)
      if (port !== undefined) destinations.push({ port, to: endpointAddress(address, number) })
    })
    return destinations
  }

  #encode(event: ProvidedEvent, payload: Uint8Array): Uint8Array {
    const { ids, guards, countsSessions } = this.#options
    const { eventId } = event.definition
    const bytes = encodeMessage({
      serviceId: ids.serviceId,
      methodId: eventId,
      clientId: 0,
      sessionId: countsSessions ? event.nextSessionId() : 0,
      interfaceVersion: ids.majorVersion,
      messageType: MESSAGE_TYPE.NOTIFICATION,
      returnCode: RETURN_CODE.OK,
      payload,
    })
    guards.protect(eventId, bytes)
    return bytes
  }

  #send({ event }: Entry, bytes: Uint8Array, port: MessagePort, to: EndpointAddress): void {
    const { outbox, departures, limitedLog, ids } = this.#options
    const { eventId } = event.definition
    if (outbox.send(bytes, port, to, departures.of(eventId))) return
    limitedLog.warn(`event-not-sent ${to.address}`, () => ({
      message: 'an event could not be sent',
      fields: { event: formatMethod(ids.serviceId, ids.instanceId, eventId), to: to.key, bytes: bytes.length },
    }))
  }
}

function targetsFor({ reliable, unreliable }: Recipient): Targets<Place> {
  return {
    reliable: reliable === undefined ? [] : [reliable],
    unreliable: unreliable === undefined ? [] : [unreliable],
    multicast: undefined,
  }
}
