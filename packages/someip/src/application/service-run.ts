import { tpSegmentation } from '../config/queries.ts'
import type { ServiceConfiguration } from '../config/sections/services.ts'
import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import type { EventDefinition } from '../events/event-definition.ts'
import { Departures } from '../routing/departures.ts'
import { E2eGuards } from '../routing/e2e-guards.ts'
import { type Destination, EventSource } from '../routing/event-source.ts'
import { formatInstance } from '../routing/ids.ts'
import type { MessagePort } from '../routing/message-port.ts'
import { ProvidedService, type ProvidedServiceIds } from '../routing/provided-service.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import type { ServiceDiscovery } from '../sd/discovery.ts'
import { NO_TARGETS } from '../sd/server/eventgroup.ts'
import type { SubscriptionRequest } from '../sd/server/handler.ts'
import type { Message } from '../wire/message.ts'
import type { ApplicationContext } from './context.ts'
import { completeEvent, eventgroupOf, eventgroupsOf, type OfferOptions } from './offer-options.ts'
import { OfferedService } from './offered-service.ts'
import type { ServicePorts } from './server-sockets.ts'

export interface ServiceRunOptions {
  readonly options: OfferOptions
  readonly configured: ServiceConfiguration | undefined
  readonly ports: ServicePorts
  readonly discovery: ServiceDiscovery | undefined
}

const NOWHERE = { reliable: undefined, unreliable: undefined } as const
/** The applications of this host. */
const LOCAL = { ...NOWHERE, isLocal: true } as const

/** An offered service from its start to its withdrawal, between its ports, service discovery and the application. */
export class ServiceRun {
  readonly offered: OfferedService
  readonly events: EventSource
  readonly ports: ServicePorts
  /** Of the application that offers the service. */
  readonly context: ApplicationContext
  readonly #options: OfferOptions
  readonly #configured: ServiceConfiguration | undefined
  readonly #discovery: ServiceDiscovery | undefined
  readonly #service: ProvidedService
  readonly #definitions: readonly EventDefinition[]
  readonly #eventgroupIds = new Set<number>()
  readonly #withdrawal = new AbortController()
  #onWithdrawn: () => Promise<void> = () => Promise.resolve()

  /** @throws SomeIpError or EncodeError when an event or its protection is not possible */
  constructor(context: ApplicationContext, { options, configured, ports, discovery }: ServiceRunOptions) {
    const { configuration, onFailure } = context
    const { serviceId, instanceId, majorVersion = 0, minorVersion = 0 } = options
    const ids = { serviceId, instanceId, majorVersion, minorVersion }
    const guards = new E2eGuards(configuration.e2e, serviceId, instanceId)
    const departures = new Departures(configuration, configured, 'responses')
    const { signal } = this.#withdrawal
    this.ports = ports
    this.context = context
    this.#options = options
    this.#configured = configured
    this.#discovery = discovery
    this.#definitions = (options.events ?? []).map((event) => completeEvent(event, configured))
    this.#service = new ProvidedService({ ...context, ...ids, guards, departures, signal })
    this.events = this.#eventSource(ids, guards, departures)
    this.offered = new OfferedService(
      {
        ...{ configured, onFailure, service: this.#service, events: this.events },
        offerEventgroups: (added, all) => this.#offerEventgroups(added, all),
        withdraw: () => this.#withdraw(),
      },
      this.#definitions,
    )
  }

  /**
   * Begins to serve and to announce. @param onWithdrawn closes what the run does not own
   * @throws SomeIpError when another instance of the service has one of its ports
   */
  start(onWithdrawn: () => Promise<void>): void {
    const { methods = {}, events = [] } = this.#options
    for (const [methodId, handler] of Object.entries(methods)) this.#service.handle(Number(methodId), handler)
    for (const definition of this.#definitions) this.events.add(definition)
    for (const { eventId, initialValue } of events) {
      if (initialValue !== undefined) this.events.notify(eventId, initialValue, false)
    }
    this.#listen()
    this.#announce()
    this.#onWithdrawn = onWithdrawn
  }

  get ids(): ProvidedServiceIds {
    return this.#service.ids
  }

  /** Takes a message of an application of this host. */
  receive(message: Message, port: MessagePort, source: EndpointAddress): void {
    this.#service.receive(message, port, source)
  }

  /** Lets the applications of this host have the events of a group. Returns false if the service does not. */
  async subscribeLocally(eventgroupId: number, clientId: number, destination: Destination): Promise<boolean> {
    const { serviceId, instanceId } = this.ids
    const peer = this.context.configuration.network.unicast
    const ids = { serviceId, instanceId, eventgroupId }
    if (!this.#eventgroupIds.has(eventgroupId)) return false
    if (!(await this.accepts({ ...ids, peer, clientId, ...NOWHERE }))) return false
    if (this.#withdrawal.signal.aborted) return false
    this.events.addLocal(eventgroupId, destination)
    this.offered.subscriberChanged({ eventgroupId, recipient: LOCAL, peer, clientId, isSubscribed: true })
    this.events.sendInitial(eventgroupId, LOCAL)
    return true
  }

  unsubscribeLocally(eventgroupId: number, clientId: number): void {
    const peer = this.context.configuration.network.unicast
    this.events.removeLocal(eventgroupId)
    this.offered.subscriberChanged({ eventgroupId, recipient: LOCAL, peer, clientId, isSubscribed: false })
  }

  accepts(request: SubscriptionRequest): boolean | Promise<boolean> {
    return this.#options.acceptSubscription?.(request) ?? true
  }

  #eventSource(ids: ProvidedServiceIds, guards: E2eGuards, departures: Departures): EventSource {
    const { clock, limitedLog, outbox, application } = this.context
    return new EventSource({
      ...{ ids, clock, limitedLog, outbox, guards, departures },
      targetsOf: (eventgroupId) =>
        this.#discovery?.eventTargets(ids.serviceId, ids.instanceId, eventgroupId) ?? NO_TARGETS,
      portOf: (transport) => this.ports[transport]?.socket,
      countsSessions: application.hasSessionHandling,
    })
  }

  #listen(): void {
    const isSegmented = (methodId: number) =>
      tpSegmentation(this.#configured, 'clientToService', methodId) !== undefined
    for (const port of [this.ports.reliable, this.ports.unreliable]) {
      if (port === undefined || port.inbound.add(this.#service, isSegmented)) continue
      this.#stopListening()
      throw new SomeIpError('SOMEIP_NOT_ALLOWED', `${this.#name}: another instance has its port`)
    }
  }

  #stopListening(): void {
    this.ports.reliable?.inbound.remove(this.#service)
    this.ports.unreliable?.inbound.remove(this.#service)
  }

  #announce(): void {
    const eventgroups = eventgroupsOf(this.#definitions, this.#configured)
    for (const { eventgroupId } of eventgroups) this.#eventgroupIds.add(eventgroupId)
    const { reliablePort, unreliablePort } = this.#configured ?? {}
    if (reliablePort === undefined && unreliablePort === undefined) {
      this.context.log.warn('a service has no port in the configuration: nobody else can use it', {
        service: this.#name,
      })
      return
    }
    this.#discovery?.offer({ ...this.#service.ids, reliablePort, unreliablePort, eventgroups })
  }

  #offerEventgroups(added: EventDefinition, all: readonly EventDefinition[]): void {
    const { serviceId, instanceId } = this.#service.ids
    const known = eventgroupsOf(this.#definitions, this.#configured).map(({ eventgroupId }) => eventgroupId)
    for (const eventgroupId of added.eventgroupIds) {
      const eventgroup = eventgroupOf(eventgroupId, all, this.#configured)
      this.#eventgroupIds.add(eventgroupId)
      if (!known.includes(eventgroupId)) this.#discovery?.offerEventgroup(serviceId, instanceId, eventgroup)
    }
  }

  async #withdraw(): Promise<void> {
    const { serviceId, instanceId } = this.#service.ids
    this.#discovery?.stopOffer(serviceId, instanceId)
    this.#withdrawal.abort(new SomeIpError('SOMEIP_CLOSED', this.#name))
    this.events[Symbol.dispose]()
    this.#stopListening()
    await this.#onWithdrawn()
  }

  get #name(): string {
    return formatInstance(this.#options.serviceId, this.#options.instanceId)
  }
}
