import { serviceOf } from '../config/queries.ts'
import type { ServiceConfiguration } from '../config/sections/services.ts'
import type { EventReliability } from '../events/event-definition.ts'
import { Departures } from '../routing/departures.ts'
import { E2eGuards } from '../routing/e2e-guards.ts'
import {
  type ClientSubscribeOptions,
  EventSubscriptions,
  type SubscribeOptions,
} from '../routing/event-subscriptions.ts'
import { formatInstance } from '../routing/ids.ts'
import { RequestedService } from '../routing/requested-service.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import type { RemoteService } from '../sd/client/remote-service.ts'
import type { EventgroupClient } from '../sd/client/subscription.ts'
import type { ServiceDiscovery } from '../sd/discovery.ts'
import { serviceKey } from '../sd/service-key.ts'
import { ANY_MAJOR, ANY_MINOR } from '../sd/wire/entry.ts'
import type { ClientSockets, RemoteEndpoints } from './client-sockets.ts'
import type { HostContext } from './context.ts'
import { LocalLink } from './local-link.ts'
import { joinReliabilities } from './offer-options.ts'
import type { ServiceRun } from './service-run.ts'

/** A service instance that is asked for. */
export interface RequestOptions {
  readonly serviceId: number
  readonly instanceId: number
  /** Default: any. */
  readonly majorVersion?: number
  /** The least one. Default: any. */
  readonly minorVersion?: number
}

interface Version {
  readonly majorVersion: number
  readonly minorVersion: number
}

/** Whether what is offered is what was asked for. */
export function isWanted(
  { majorVersion = ANY_MAJOR, minorVersion = ANY_MINOR }: Partial<Version>,
  offered: Version,
): boolean {
  if (majorVersion !== ANY_MAJOR && majorVersion !== offered.majorVersion) return false
  return minorVersion === ANY_MINOR || minorVersion <= offered.minorVersion
}

export interface UsedServiceParts {
  readonly context: HostContext
  readonly sockets: ClientSockets
  readonly discovery: ServiceDiscovery | undefined
}

interface Group {
  readonly options: ClientSubscribeOptions
  /** What service discovery was asked for, once the service was there. */
  asked: (EventgroupClient & { readonly majorVersion: number }) | undefined
}

/** Where the service is: on another host, or with an application of this one. */
type Connection =
  | { readonly kind: 'remote'; readonly offer: RemoteService; readonly endpoints: RemoteEndpoints }
  | { readonly kind: 'local'; readonly link: LocalLink }

/** A service instance that applications of this host use, and the way to it. */
export class UsedService {
  readonly options: RequestOptions
  readonly service: RequestedService
  readonly #parts: UsedServiceParts
  /** By eventgroup id: the groups that somebody wants. */
  readonly #groups = new Map<number, Group>()
  #connection: Connection | undefined

  constructor(options: RequestOptions, parts: UsedServiceParts) {
    const { serviceId, instanceId } = options
    const { configuration, clock, onFailure } = parts.context
    const key = serviceKey(serviceId, instanceId)
    const configured = serviceOf(configuration, serviceId, instanceId)
    const events = [...(configured?.events.values() ?? [])]
    this.options = options
    this.#parts = parts
    const subscriptions = new EventSubscriptions({
      clock,
      ruleOf: (eventId) => configuration.debounce.get(key)?.get(eventId),
      configuredFields: events.filter(({ isField }) => isField).map(({ eventId }) => eventId),
      subscribe: (group) => this.#subscribe(group),
      unsubscribe: (group) => this.#unsubscribe(group),
      onFailure,
    })
    this.service = new RequestedService({
      ...parts.context,
      ids: { serviceId, instanceId },
      guards: new E2eGuards(configuration.e2e, serviceId, instanceId),
      departures: new Departures(configuration, configured, 'requests'),
      subscriptions,
    })
  }

  /** The ways to the service on another host. */
  get remote(): RemoteEndpoints | undefined {
    return this.#connection?.kind === 'remote' ? this.#connection.endpoints : undefined
  }

  get isLocal(): boolean {
    return this.#connection?.kind === 'local'
  }

  /** Uses the service where another host offers it, unless that is not what was asked for. */
  connect(offer: RemoteService): void {
    if (!isWanted(this.options, offer)) return
    this.disconnect()
    const { serviceId, instanceId, majorVersion, minorVersion } = offer
    const update = () => {
      if (this.remote !== endpoints) return
      const { usable } = endpoints
      this.service.changeAvailability(usable === undefined ? undefined : { majorVersion, minorVersion, ...usable })
      this.#parts.discovery?.localPortsChanged(serviceId, instanceId)
    }
    const endpoints = this.#parts.sockets.open(this.service, offer, update)
    this.#connection = { kind: 'remote', offer, endpoints }
    update()
    this.#subscribeToAll()
  }

  /** Uses the service of an application of this host, unless that is not what was asked for. */
  connectHere(run: ServiceRun): void {
    const isConnected = this.#connection?.kind === 'local' && this.#connection.link.run === run
    if (isConnected || !isWanted(this.options, run.ids)) return
    this.disconnect()
    const link = new LocalLink(this.#parts.context, run)
    this.#connection = { kind: 'local', link }
    this.service.changeAvailability(link.connect(this.service))
    this.#subscribeToAll()
  }

  disconnect(): void {
    const connection = this.#connection
    this.#connection = undefined
    if (connection?.kind === 'remote') connection.endpoints[Symbol.dispose]()
    if (connection?.kind === 'local') this.#leave(connection.link)
    this.service.changeAvailability(undefined)
  }

  /** Ends the subscriptions and the connection. */
  close(): void {
    this.service.close()
    this.disconnect()
  }

  #leave(link: LocalLink): void {
    const { serviceId, instanceId } = this.options
    const error = new SomeIpError('SOMEIP_NOT_AVAILABLE', formatInstance(serviceId, instanceId))
    this.#parts.context.callers.failAll(link.peer, error)
    link[Symbol.dispose]()
    for (const eventgroupId of this.#groups.keys()) this.service.subscriptionChanged(eventgroupId, 'waiting')
  }

  #subscribe(options: ClientSubscribeOptions): void {
    this.#groups.set(options.eventgroupId, { options, asked: undefined })
    this.#subscribeTo(options.eventgroupId)
  }

  #subscribeToAll(): void {
    for (const eventgroupId of this.#groups.keys()) this.#subscribeTo(eventgroupId)
  }

  #subscribeTo(eventgroupId: number): void {
    const group = this.#groups.get(eventgroupId)
    const connection = this.#connection
    if (group === undefined || connection === undefined) return
    if (connection.kind === 'remote') {
      this.#subscribeThere(group, connection.offer)
      return
    }
    this.#stopAsking(group)
    this.service.subscriptionChanged(eventgroupId, 'pending')
    connection.link.subscribe(eventgroupId, group.options.clientId ?? 0, (state) =>
      this.service.subscriptionChanged(eventgroupId, state),
    )
  }

  /** Subscribes with the version that is offered, if that was not done. */
  #subscribeThere(group: Group, { majorVersion, peer }: RemoteService): void {
    const { serviceId, instanceId } = this.options
    const { configuration } = this.#parts.context
    const { eventgroupId, clientId = 0, selective = false } = group.options
    const isSelective = selective && configuration.selectiveBroadcastHosts.has(peer.address)
    const selection = isSelective ? { clientId } : {}
    const asked: Group['asked'] = { serviceId, instanceId, eventgroupId, majorVersion, ...selection }
    if (group.asked?.majorVersion === majorVersion && group.asked.clientId === asked.clientId) return
    this.#stopAsking(group)
    group.asked = asked
    const reliability = reliabilityOf(group.options, serviceOf(configuration, serviceId, instanceId))
    this.#parts.discovery?.subscribe({ ...asked, reliability })
  }

  #stopAsking(group: Group): void {
    if (group.asked !== undefined) this.#parts.discovery?.unsubscribe(group.asked)
    group.asked = undefined
  }

  #unsubscribe({ eventgroupId }: SubscribeOptions): void {
    const group = this.#groups.get(eventgroupId)
    this.#groups.delete(eventgroupId)
    if (group !== undefined) this.#stopAsking(group)
    if (this.#connection?.kind === 'local') this.#connection.link.unsubscribe(eventgroupId)
  }
}

function reliabilityOf(
  { reliability, eventgroupId, events = [], fields = [] }: SubscribeOptions,
  configured: ServiceConfiguration | undefined,
): EventReliability {
  const eventIds = configured?.eventgroups.get(eventgroupId)?.eventIds ?? [...events, ...fields]
  return reliability ?? joinReliabilities(eventIds.map((id) => configured?.events.get(id)?.reliability ?? 'unknown'))
}
