import type { Clock } from '@opensovd/base'
import { serviceOf } from '../config/queries.ts'
import type { Place } from '../routing/event-source.ts'
import { formatInstance } from '../routing/ids.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import type { ServiceDiscovery } from '../sd/discovery.ts'
import type { SdServerHandler, SubscriptionRequest } from '../sd/server/handler.ts'
import type { RemoteSubscription } from '../sd/server/remote-subscription.ts'
import type { ServiceOffer } from '../sd/server/service-offer.ts'
import { serviceKey } from '../sd/service-key.ts'
import type { ApplicationContext, HostContext } from './context.ts'
import { checkOffer, type OfferOptions } from './offer-options.ts'
import type { OfferedService } from './offered-service.ts'
import { ServerSockets, type ServicePorts } from './server-sockets.ts'
import { ServiceRun } from './service-run.ts'

interface ServiceIds {
  readonly serviceId: number
  readonly instanceId: number
}

/** The services that the applications of a host offer. */
export class Provider implements SdServerHandler, AsyncDisposable {
  readonly #clock: Clock
  readonly #onChange: (run: ServiceRun, isOffered: boolean) => void
  readonly #sockets: ServerSockets
  /** By `serviceKey`; undefined while the ports of a service are being opened. */
  readonly #runs = new Map<number, ServiceRun | undefined>()
  #discovery: ServiceDiscovery | undefined

  /** @param onChange is told of each service that begins or ends to be offered */
  constructor(context: HostContext, onChange: (run: ServiceRun, isOffered: boolean) => void) {
    this.#clock = context.clock
    this.#onChange = onChange
    this.#sockets = new ServerSockets(context, (client) => this.#discovery?.connectionClosed(client))
  }

  /** To be called before anything is offered, if there is service discovery. */
  useDiscovery(discovery: ServiceDiscovery): void {
    this.#discovery = discovery
  }

  /** @throws SomeIpError or EndpointError; then nothing is offered */
  async offer(options: OfferOptions, application: ApplicationContext): Promise<OfferedService> {
    checkOffer(options)
    const { serviceId, instanceId } = options
    const key = serviceKey(serviceId, instanceId)
    const name = formatInstance(serviceId, instanceId)
    if (this.#runs.has(key)) throw new SomeIpError('SOMEIP_ALREADY_OFFERED', name)
    const configured = serviceOf(application.configuration, serviceId, instanceId)
    if (configured?.isRemote) throw new SomeIpError('SOMEIP_NOT_ALLOWED', `${name} is at ${configured.unicast}`)
    this.#runs.set(key, undefined)
    let ports: ServicePorts | undefined
    try {
      ports = await this.#sockets.acquireFor(configured)
      application.closing.throwIfAborted()
      const run = new ServiceRun(application, { options, configured, ports, discovery: this.#discovery })
      this.#runs.set(key, run)
      run.start(() => this.#withdrawn(key, ports, run))
      this.#announceLater(key, run)
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

  /** What is offered now. */
  get runs(): readonly ServiceRun[] {
    return [...this.#runs.values()].filter((run) => run !== undefined)
  }

  /** Ends what an application offers. */
  async withdrawAll(application: ApplicationContext): Promise<void> {
    for (const run of this.runs) if (run.context === application) await run.offered.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sockets[Symbol.asyncDispose]()
  }

  /** Lets whoever offers the service make himself at home before the applications of this host come. */
  #announceLater(key: number, run: ServiceRun): void {
    this.#clock.after(0, () => {
      if (this.#runs.get(key) === run) this.#onChange(run, true)
    })
  }

  #runOf({ serviceId, instanceId }: ServiceIds): ServiceRun | undefined {
    return this.#runs.get(serviceKey(serviceId, instanceId))
  }

  #tell(subscription: RemoteSubscription, clientId: number, isSubscribed: boolean): void {
    const { eventgroupId, peer, reliable, unreliable } = subscription
    const recipient = { reliable, unreliable }
    this.#runOf(subscription)?.offered.subscriberChanged({ eventgroupId, recipient, peer, clientId, isSubscribed })
  }

  async #withdrawn(key: number, ports: ServicePorts | undefined, run?: ServiceRun): Promise<void> {
    this.#runs.delete(key)
    if (run !== undefined) this.#onChange(run, false)
    if (ports !== undefined) await this.#sockets.release(ports)
  }
}
