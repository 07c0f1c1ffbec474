import { serviceOf } from '../config/queries.ts'
import type { ServiceConfiguration } from '../config/sections/services.ts'
import type { EventReliability } from '../events/event-definition.ts'
import { Departures } from '../routing/departures.ts'
import { E2eGuards } from '../routing/e2e-guards.ts'
import { EventSubscriptions, type SubscribeOptions } from '../routing/event-subscriptions.ts'
import { RequestedService } from '../routing/requested-service.ts'
import { checkId } from '../routing/someip-error.ts'
import type { LocalPorts, SdClientHandler, SubscriptionChange } from '../sd/client/handler.ts'
import type { RemoteService } from '../sd/client/remote-service.ts'
import type { EventgroupClient } from '../sd/client/subscription.ts'
import type { ServiceDiscovery } from '../sd/discovery.ts'
import { serviceKey } from '../sd/service-key.ts'
import type { Endpoint } from '../sd/transport.ts'
import { ANY_MAJOR, ANY_MINOR } from '../sd/wire/entry.ts'
import { ClientSockets, type RemoteEndpoints } from './client-sockets.ts'
import type { ApplicationContext } from './context.ts'
import { joinReliabilities } from './offer-options.ts'
import { ServiceProxy } from './service-proxy.ts'

export interface RequestOptions {
  readonly serviceId: number
  readonly instanceId: number
  /** Default: any. */
  readonly majorVersion?: number
  /** The least one. Default: any. */
  readonly minorVersion?: number
}

interface Entry {
  readonly options: RequestOptions
  readonly service: RequestedService
  users: number
  /** By eventgroup id: the groups that somebody wants. */
  readonly groups: Map<number, Group>
  /** What is offered, and where it is reached. */
  remote: { readonly offer: RemoteService; readonly endpoints: RemoteEndpoints } | undefined
}

interface Group {
  readonly options: SubscribeOptions
  /** What service discovery was asked for, once the service was there. */
  asked: (EventgroupClient & { readonly majorVersion: number }) | undefined
}

/** The services of other hosts that an application uses. */
export class Consumer implements SdClientHandler, AsyncDisposable {
  readonly #context: ApplicationContext
  readonly #sockets: ClientSockets
  /** By `serviceKey`. */
  readonly #entries = new Map<number, Entry>()
  #discovery: ServiceDiscovery | undefined

  constructor(context: ApplicationContext) {
    this.#context = context
    this.#sockets = new ClientSockets(context)
  }

  /** To be called before anything is requested, if there is service discovery. */
  useDiscovery(discovery: ServiceDiscovery): void {
    this.#discovery = discovery
  }

  /** Uses a service whenever it is offered. @throws SomeIpError when an id does not fit its field */
  request(options: RequestOptions): ServiceProxy {
    const { serviceId, instanceId, majorVersion = ANY_MAJOR, minorVersion = ANY_MINOR } = options
    checkId('serviceId', serviceId, 0xfffe)
    checkId('instanceId', instanceId, 0xfffe)
    checkId('majorVersion', majorVersion, 0xff)
    checkId('minorVersion', minorVersion, 0xffff_ffff)
    const key = serviceKey(serviceId, instanceId)
    const known = this.#entries.get(key)
    const entry = known ?? { options, service: this.#build(options), users: 0, groups: new Map(), remote: undefined }
    entry.users++
    if (known === undefined) {
      this.#entries.set(key, entry)
      this.#find(entry)
    }
    return new ServiceProxy(entry.service, () => this.#release(key, entry))
  }

  available(offer: RemoteService): void {
    const entry = this.#entryOf(offer)
    if (entry === undefined || !isWanted(entry.options, offer)) return
    this.#connect(entry, offer)
  }

  unavailable(offer: RemoteService): void {
    const entry = this.#entryOf(offer)
    if (entry !== undefined) this.#disconnect(entry)
  }

  localPorts(offer: RemoteService): LocalPorts {
    return this.#entryOf(offer)?.remote?.endpoints.localPorts ?? {}
  }

  subscriptionChanged({ serviceId, instanceId, eventgroupId, state }: SubscriptionChange): void {
    this.#entryOf({ serviceId, instanceId })?.service.subscriptionChanged(eventgroupId, state)
  }

  multicastAnnounced(offer: RemoteService, _eventgroupId: number, group: Endpoint): void {
    this.#entryOf(offer)?.remote?.endpoints.join(group)
  }

  restartConnection(offer: RemoteService): void {
    this.#entryOf(offer)?.remote?.endpoints.restartConnection()
  }

  /** Ends all subscriptions and requests; sockets stay open until disposal. */
  releaseAll(): void {
    for (const [key, entry] of [...this.#entries]) {
      entry.users = 1
      this.#release(key, entry)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.releaseAll()
    await this.#sockets[Symbol.asyncDispose]()
  }

  #build({ serviceId, instanceId }: RequestOptions): RequestedService {
    const { configuration, application, clientId, clock, calls, outbox, limitedLog, onFailure } = this.#context
    const key = serviceKey(serviceId, instanceId)
    const configured = serviceOf(configuration, serviceId, instanceId)
    const events = [...(configured?.events.values() ?? [])]
    const subscriptions = new EventSubscriptions({
      clock,
      ruleOf: (eventId) => application.debounce.get(key)?.get(eventId) ?? configuration.debounce.get(key)?.get(eventId),
      configuredFields: events.filter(({ isField }) => isField).map(({ eventId }) => eventId),
      subscribe: (options) => this.#subscribe(this.#entries.get(key), options),
      unsubscribe: (options) => this.#unsubscribe(this.#entries.get(key), options),
      onFailure,
    })
    return new RequestedService({
      ids: { serviceId, instanceId },
      guards: new E2eGuards(configuration.e2e, serviceId, instanceId),
      departures: new Departures(configuration, configured, 'requests'),
      ...{ clientId, calls, outbox, limitedLog, subscriptions, onFailure },
    })
  }

  /** Looks for the service on the network, or in the configuration where there is no service discovery. */
  #find(entry: Entry): void {
    const { serviceId, instanceId, majorVersion = 0, minorVersion = 0 } = entry.options
    if (this.#discovery !== undefined) {
      this.#discovery.request(entry.options)
      const offer = this.#discovery.services.find((one) => one.serviceId === serviceId && one.instanceId === instanceId)
      if (offer !== undefined) this.available(offer)
      return
    }
    const configured = serviceOf(this.#context.configuration, serviceId, instanceId)
    if (!configured?.isRemote) return
    const { unicast: address, reliablePort, unreliablePort } = configured
    const place = (port: number | undefined) => (port === undefined ? undefined : { address, port })
    const [reliable, unreliable] = [place(reliablePort), place(unreliablePort)]
    const peer = { address, port: 0 }
    this.#connect(entry, { serviceId, instanceId, majorVersion, minorVersion, peer, reliable, unreliable })
  }

  #connect(entry: Entry, offer: RemoteService): void {
    this.#disconnect(entry)
    const { serviceId, instanceId, majorVersion, minorVersion } = offer
    const update = () => {
      if (entry.remote?.endpoints !== endpoints) return
      const { usable } = endpoints
      entry.service.changeAvailability(usable === undefined ? undefined : { majorVersion, minorVersion, ...usable })
      this.#discovery?.localPortsChanged(serviceId, instanceId)
    }
    const endpoints = this.#sockets.open(entry.service, offer, update)
    entry.remote = { offer, endpoints }
    update()
    for (const eventgroupId of entry.groups.keys()) this.#subscribeTo(entry, eventgroupId)
  }

  #disconnect(entry: Entry): void {
    const { remote } = entry
    entry.remote = undefined
    remote?.endpoints[Symbol.dispose]()
    entry.service.changeAvailability(undefined)
  }

  #release(key: number, entry: Entry): void {
    if (--entry.users > 0 || this.#entries.get(key) !== entry) return
    entry.service.close()
    this.#entries.delete(key)
    this.#discovery?.release(entry.options.serviceId, entry.options.instanceId)
    this.#disconnect(entry)
  }

  #subscribe(entry: Entry | undefined, options: SubscribeOptions): void {
    entry?.groups.set(options.eventgroupId, { options, asked: undefined })
    if (entry?.remote !== undefined) this.#subscribeTo(entry, options.eventgroupId)
  }

  /** Subscribes with the version that is offered, if that was not done. */
  #subscribeTo({ options: { serviceId, instanceId }, groups, remote }: Entry, eventgroupId: number): void {
    const group = groups.get(eventgroupId)
    if (group === undefined || remote === undefined) return
    const { majorVersion, peer } = remote.offer
    const { configuration, clientId } = this.#context
    const isSelective = group.options.selective === true && configuration.selectiveBroadcastHosts.has(peer.address)
    const selection = isSelective ? { clientId } : {}
    const asked: Group['asked'] = { serviceId, instanceId, eventgroupId, majorVersion, ...selection }
    if (group.asked?.majorVersion === majorVersion && group.asked.clientId === asked.clientId) return
    if (group.asked !== undefined) this.#discovery?.unsubscribe(group.asked)
    group.asked = asked
    const reliability = reliabilityOf(group.options, serviceOf(configuration, serviceId, instanceId))
    this.#discovery?.subscribe({ ...asked, reliability })
  }

  #unsubscribe(entry: Entry | undefined, { eventgroupId }: SubscribeOptions): void {
    const asked = entry?.groups.get(eventgroupId)?.asked
    entry?.groups.delete(eventgroupId)
    if (asked !== undefined) this.#discovery?.unsubscribe(asked)
  }

  #entryOf({ serviceId, instanceId }: { readonly serviceId: number; readonly instanceId: number }): Entry | undefined {
    return this.#entries.get(serviceKey(serviceId, instanceId))
  }
}

function isWanted(
  { majorVersion = ANY_MAJOR, minorVersion = ANY_MINOR }: RequestOptions,
  offer: RemoteService,
): boolean {
  if (majorVersion !== ANY_MAJOR && majorVersion !== offer.majorVersion) return false
  return minorVersion === ANY_MINOR || minorVersion <= offer.minorVersion
}

function reliabilityOf(
  { reliability, eventgroupId, events = [], fields = [] }: SubscribeOptions,
  configured: ServiceConfiguration | undefined,
): EventReliability {
  const eventIds = configured?.eventgroups.get(eventgroupId)?.eventIds ?? [...events, ...fields]
  return reliability ?? joinReliabilities(eventIds.map((id) => configured?.events.get(id)?.reliability ?? 'unknown'))
}
