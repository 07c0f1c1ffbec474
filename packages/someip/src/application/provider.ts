import { serviceOf } from '../config/queries.ts'
import type { Place } from '../routing/event-source.ts'
import { formatInstance } from '../routing/ids.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import type { ServiceDiscovery } from '../sd/discovery.ts'
import type { SdServerHandler, SubscriptionRequest } from '../sd/server/handler.ts'
import type { RemoteSubscription } from '../sd/server/remote-subscription.ts'
import type { ServiceOffer } from '../sd/server/service-offer.ts'
import { serviceKey } from '../sd/service-key.ts'
import type { ApplicationContext } from './context.ts'
import { checkOffer, type OfferOptions } from './offer-options.ts'
import type { OfferedService } from './offered-service.ts'
import { ServerSockets, type ServicePorts } from './server-sockets.ts'
import { ServiceRun } from './service-run.ts'

interface ServiceIds {
  readonly serviceId: number
  readonly instanceId: number
}

/** The services that an application offers. */
export class Provider implements SdServerHandler, AsyncDisposable {
  readonly #context: ApplicationContext
  readonly #sockets: ServerSockets
  /** By `serviceKey`; undefined while the ports of a service are being opened. */
  readonly #runs = new Map<number, ServiceRun | undefined>()
  #discovery: ServiceDiscovery | undefined

  constructor(context: ApplicationContext) {
    this.#context = context
    this.#sockets = new ServerSockets(context, (client) => this.#discovery?.connectionClosed(client))
  }

  /** To be called before anything is offered, if there is service discovery. */
  useDiscovery(discovery: ServiceDiscovery): void {
    this.#discovery = discovery
  }

  /** @throws SomeIpError or EndpointError; then nothing is offered */
  async offer(options: OfferOptions): Promise<OfferedService> {
    checkOffer(options)
    const { serviceId, instanceId } = options
    const key = serviceKey(serviceId, instanceId)
    const name = formatInstance(serviceId, instanceId)
    if (this.#runs.has(key)) throw new SomeIpError('SOMEIP_ALREADY_OFFERED', name)
    const configured = serviceOf(this.#context.configuration, serviceId, instanceId)
    if (configured?.isRemote) throw new SomeIpError('SOMEIP_NOT_ALLOWED', `${name} is at ${configured.unicast}`)
    this.#runs.set(key, undefined)
    let ports: ServicePorts | undefined
    try {
      ports = await this.#sockets.acquireFor(configured)
      const run = new ServiceRun(this.#context, { options, configured, ports, discovery: this.#discovery })
      this.#runs.set(key, run)
      run.start(() => this.#withdrawn(key, ports))
      return run.offered
    } catch (error) {
      await this.#withdrawn(key, ports)
      throw error
    }
  }

  isConnected(service: ServiceOffer, client: Place): boolean {
    return this.#runOf(service)?.ports.reliable?.socket.isConnected(client) ?? false
  }

  acceptSubscription(request: SubscriptionRequest): boolean | Promise<boolean> {
    return this.#runOf(request)?.accepts(request) ?? false
  }

  subscribed(subscription: RemoteSubscription, clientId: number): void {
    this.#tell(subscription, clientId, true)
  }

  unsubscribed(subscription: RemoteSubscription, clientId: number): void {
    this.#tell(subscription, clientId, false)
  }

  sendInitialEvents(subscription: RemoteSubscription): void {
    this.#runOf(subscription)?.events.sendInitial(subscription.eventgroupId, subscription)
  }

  /** Ends the TCP connections that a host made up to a monotonic time. */
  disconnectHost(address: string, untilMs: number): void {
    this.#sockets.disconnectHost(address, untilMs)
  }

  async withdrawAll(): Promise<void> {
    for (const run of [...this.#runs.values()]) await run?.offered.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.withdrawAll()
    await this.#sockets[Symbol.asyncDispose]()
  }

  #runOf({ serviceId, instanceId }: ServiceIds): ServiceRun | undefined {
    return this.#runs.get(serviceKey(serviceId, instanceId))
  }

  #tell(subscription: RemoteSubscription, clientId: number, isSubscribed: boolean): void {
    const { eventgroupId, peer, reliable, unreliable } = subscription
    const recipient = { reliable, unreliable }
    this.#runOf(subscription)?.offered.subscriberChanged({ eventgroupId, recipient, peer, clientId, isSubscribed })
  }

  async #withdrawn(key: number, ports: ServicePorts | undefined): Promise<void> {
    this.#runs.delete(key)
    if (ports !== undefined) await this.#sockets.release(ports)
  }
}
