import { serviceOf } from '../config/queries.ts'
import { formatInstance } from '../routing/ids.ts'
import { checkId, SomeIpError } from '../routing/someip-error.ts'
import type { LocalPorts, SdClientHandler, SubscriptionChange } from '../sd/client/handler.ts'
import type { RemoteService } from '../sd/client/remote-service.ts'
import type { ServiceDiscovery } from '../sd/discovery.ts'
import { serviceKey } from '../sd/service-key.ts'
import type { Endpoint } from '../sd/transport.ts'
import { ANY_INSTANCE } from '../sd/wire/entry.ts'
import { ClientSockets } from './client-sockets.ts'
import type { ApplicationContext, HostContext } from './context.ts'
import { type InstanceSearchOptions, type ServiceInstance, ServiceInstances } from './service-instances.ts'
import { ServiceProxy } from './service-proxy.ts'
import type { ServiceRun } from './service-run.ts'
import { type RequestOptions, UsedService } from './used-service.ts'

/** What an application asked for and has not closed. */
type Use = ServiceProxy | ServiceInstances

interface Entry {
  readonly used: UsedService
  users: number
}

/** The services that the applications of a host use. */
export class Consumer implements SdClientHandler, AsyncDisposable {
  readonly #context: HostContext
  readonly #offeredHere: () => readonly ServiceRun[]
  readonly #sockets: ClientSockets
  /** By `serviceKey`. */
  readonly #entries = new Map<number, Entry>()
  readonly #searches = new Set<ServiceInstances>()
  readonly #uses = new Map<Use, ApplicationContext>()
  #discovery: ServiceDiscovery | undefined

  /** @param offeredHere gives the services that applications of this host offer */
  constructor(context: HostContext, offeredHere: () => readonly ServiceRun[]) {
    this.#context = context
    this.#offeredHere = offeredHere
    this.#sockets = new ClientSockets(context)
  }

  /** To be called before anything is requested, if there is service discovery. */
  useDiscovery(discovery: ServiceDiscovery): void {
    this.#discovery = discovery
  }

  /** Uses a service whenever it is offered. @throws SomeIpError when an id does not fit its field */
  request(options: RequestOptions, application: ApplicationContext): ServiceProxy {
    checkRequest(options, 0xfffe)
    const key = serviceKey(options.serviceId, options.instanceId)
    const known = this.#entries.get(key)
    if (known !== undefined && !isSameVersion(known.used.options, options)) {
      const name = formatInstance(options.serviceId, options.instanceId)
      throw new SomeIpError('SOMEIP_NOT_ALLOWED', `${name}, which is requested in another version already`)
    }
    const parts = { context: this.#context, sockets: this.#sockets, discovery: this.#discovery }
    const entry = known ?? { used: new UsedService(options, parts), users: 0 }
    entry.users++
    const proxy: ServiceProxy = new ServiceProxy(entry.used.service, application, () => {
      this.#uses.delete(proxy)
      this.#release(key, entry)
    })
    this.#uses.set(proxy, application)
    if (known === undefined) {
      this.#entries.set(key, entry)
      this.#find(entry.used)
    }
    return proxy
  }

  /** Looks for all instances of a service. @throws SomeIpError when an id does not fit its field */
  search(options: InstanceSearchOptions, application: ApplicationContext): ServiceInstances {
    checkRequest({ ...options, instanceId: ANY_INSTANCE }, ANY_INSTANCE)
    const search: ServiceInstances = new ServiceInstances(options, {
      use: (instanceId) => this.request({ ...options, instanceId }, application),
      release: () => this.#endSearch(search),
      onFailure: this.#context.onFailure,
    })
    this.#uses.set(search, application)
    this.#searches.add(search)
    this.#discovery?.request({ ...options, instanceId: ANY_INSTANCE })
    for (const instance of this.instances()) search.appeared(instance)
    return search
  }

  /** What is offered: by applications of this host, and by others. */
  instances(): readonly (ServiceInstance & { readonly isLocal: boolean })[] {
    const here = this.#offeredHere().map(({ ids }) => ({ ...ids, isLocal: true }))
    const there = (this.#discovery?.services ?? []).map((one) => ({ ...instanceOf(one), isLocal: false }))
    return [...here, ...there]
  }

  /** An application of this host offers a service. */
  offeredHere(run: ServiceRun): void {
    for (const search of this.#searches) search.appeared(run.ids)
    this.#entryOf(run.ids)?.used.connectHere(run)
  }

  /** It does no longer. */
  withdrawnHere({ ids }: ServiceRun): void {
    for (const search of this.#searches) search.vanished(ids)
    const used = this.#entryOf(ids)?.used
    if (!used?.isLocal) return
    used.disconnect()
    this.#find(used)
  }

  available(offer: RemoteService): void {
    for (const search of this.#searches) search.appeared(instanceOf(offer))
    const used = this.#entryOf(offer)?.used
    if (used?.isLocal === false) used.connect(offer)
  }

  unavailable(offer: RemoteService): void {
    for (const search of this.#searches) search.vanished(offer)
    const used = this.#entryOf(offer)?.used
    if (used?.isLocal === false) used.disconnect()
  }

  localPorts(offer: RemoteService): LocalPorts {
    return this.#entryOf(offer)?.used.remote?.localPorts ?? {}
  }

  subscriptionChanged({ serviceId, instanceId, eventgroupId, state }: SubscriptionChange): void {
    this.#entryOf({ serviceId, instanceId })?.used.service.subscriptionChanged(eventgroupId, state)
  }

  multicastAnnounced(offer: RemoteService, _eventgroupId: number, group: Endpoint): void {
    this.#entryOf(offer)?.used.remote?.join(group)
  }

  restartConnection(offer: RemoteService): void {
    this.#entryOf(offer)?.used.remote?.restartConnection()
  }

  /** Ends all subscriptions and requests of an application; sockets stay open until disposal. */
  releaseAll(application: ApplicationContext): void {
    for (const [use, owner] of [...this.#uses]) if (owner === application) void use.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sockets[Symbol.asyncDispose]()
  }

  /** Looks for the service here and on the network, or in the configuration where there is no service discovery. */
  #find(used: UsedService): void {
    const { serviceId, instanceId, majorVersion = 0, minorVersion = 0 } = used.options
    const isIt = (one: ServiceIds) => one.serviceId === serviceId && one.instanceId === instanceId
    this.#discovery?.request(used.options)
    const here = this.#offeredHere().find(({ ids }) => isIt(ids))
    if (here !== undefined) {
      used.connectHere(here)
      return
    }
    if (this.#discovery !== undefined) {
      const offer = this.#discovery.services.find(isIt)
      if (offer !== undefined) used.connect(offer)
      return
    }
    const configured = serviceOf(this.#context.configuration, serviceId, instanceId)
    if (!configured?.isRemote) return
    const { unicast: address, reliablePort, unreliablePort } = configured
    const place = (port: number | undefined) => (port === undefined ? undefined : { address, port })
    const [reliable, unreliable] = [place(reliablePort), place(unreliablePort)]
    const peer = { address, port: 0 }
    used.connect({ serviceId, instanceId, majorVersion, minorVersion, peer, reliable, unreliable })
  }

  #endSearch(search: ServiceInstances): void {
    const { serviceId } = search.options
    this.#uses.delete(search)
    this.#searches.delete(search)
    const isLast = ![...this.#searches].some((other) => other.options.serviceId === serviceId)
    if (isLast) this.#discovery?.release(serviceId, ANY_INSTANCE)
  }

  #release(key: number, entry: Entry): void {
    if (--entry.users > 0 || this.#entries.get(key) !== entry) return
    const { serviceId, instanceId } = entry.used.options
    entry.used.service.close()
    this.#entries.delete(key)
    this.#discovery?.release(serviceId, instanceId)
    entry.used.disconnect()
  }

  #entryOf({ serviceId, instanceId }: ServiceIds): Entry | undefined {
    return this.#entries.get(serviceKey(serviceId, instanceId))
  }
}

interface ServiceIds {
  readonly serviceId: number
  readonly instanceId: number
}

function checkRequest(options: RequestOptions, maxInstanceId: number): void {
  checkId('serviceId', options.serviceId, 0xfffe)
  checkId('instanceId', options.instanceId, maxInstanceId)
  checkId('majorVersion', options.majorVersion ?? 0, 0xff)
  checkId('minorVersion', options.minorVersion ?? 0, 0xffff_ffff)
}

function isSameVersion(one: RequestOptions, other: RequestOptions): boolean {
  return one.majorVersion === other.majorVersion && one.minorVersion === other.minorVersion
}

function instanceOf({ serviceId, instanceId, majorVersion, minorVersion }: RemoteService): ServiceInstance {
  return { serviceId, instanceId, majorVersion, minorVersion }
}
