import { type Clock, type Logger, messageOf, Scope } from '@opensovd/base'
import { SdClient } from './client/client.ts'
import type { ServiceRequest } from './client/finder.ts'
import type { SdClientHandler } from './client/handler.ts'
import type { RemoteService } from './client/remote-service.ts'
import type { EventgroupClient, SubscribeOptions } from './client/subscription.ts'
import { guarded } from './guarded.ts'
import { MulticastWatchdog } from './multicast-watchdog.ts'
import { DEFAULT_SD_LIMITS, type SdLimits, type SdNetwork, type SdParameters } from './parameters.ts'
import { RebootDetector } from './reboot-detector.ts'
import { type ReceivedMessage, type ReceiverOptions, receiveDatagram, type SdDrop } from './receiver.ts'
import { Reply } from './reply.ts'
import { SdError } from './sd-error.ts'
import { SdSender } from './sender.ts'
import type { EventTargets } from './server/eventgroup.ts'
import type { SdServerHandler } from './server/handler.ts'
import { findRenewals } from './server/renewals.ts'
import { SdServer } from './server/server.ts'
import type { OfferedEventgroup, ServiceOffer } from './server/service-offer.ts'
import { isInRanges, type ServiceRange } from './service-range.ts'
import { Subnet } from './subnet.ts'
import type { Endpoint, SdSource, SdTransport } from './transport.ts'

export interface ServiceDiscoveryOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly transport: SdTransport
  readonly network: SdNetwork
  readonly parameters: SdParameters
  /** Default: `DEFAULT_SD_LIMITS`. */
  readonly limits?: Partial<SdLimits>
  /** How long offers and subscriptions of others outlive their TTL: whoever renews them may be late. Default: 0. */
  readonly expiryGraceMs?: number
  /** Services that are never looked for on the network. */
  readonly internalServices?: readonly ServiceRange[]
  /** The services of this host. */
  readonly server: SdServerHandler
  /** Those on this host who use services of others. */
  readonly client: SdClientHandler
  /**
   * Told of a host that rebooted, after its services and subscriptions were removed. The connections that it had when it
   * was last heard of, at a monotonic time of the clock, are dead.
   */
  readonly onReboot?: (address: string, lastHeardMs: number) => void
  /** Told of everything that was received and not heeded. */
  readonly onDrop?: (drop: SdDrop) => void
}

/**
 * SOME/IP service discovery of one host, as vsomeip practises it; the rules that the code cites are those of the Open
 * SOME/IP Specification, https://some-ip.com. What is offered, requested and subscribed is remembered whether service
 * discovery runs or not; it takes effect while it runs: after `start`, while it is not suspended and the network is up.
 */
export class ServiceDiscovery implements AsyncDisposable {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #transport: SdTransport
  readonly #sender: SdSender
  readonly #server: SdServer
  readonly #client: SdClient
  readonly #reboots: RebootDetector
  readonly #watchdog: MulticastWatchdog
  readonly #receiver: ReceiverOptions
  readonly #cyclicOfferDelayMs: number
  readonly #initialDelayMs: number
  readonly #onReboot: (address: string, lastHeardMs: number) => void
  #mode: 'idle' | 'active' | 'suspended' | 'closed' = 'idle'
  #isNetworkUp = true
  /** Of what runs; undefined while nothing does. */
  #scope: Scope | undefined

  constructor(options: ServiceDiscoveryOptions) {
    const { clock, log, transport, parameters } = options
    const limits = { ...DEFAULT_SD_LIMITS, ...options.limits }
    const subnet = new Subnet(options.network)
    const sender = new SdSender(transport, log, limits.peers)
    const shared = { clock, log, sender, parameters, limits, subnet, expiryGraceMs: options.expiryGraceMs ?? 0 }
    this.#clock = clock
    this.#log = log
    this.#transport = transport
    this.#sender = sender
    this.#server = new SdServer({ ...shared, handler: options.server })
    const isOfferedHere = (serviceId: number, instanceId: number) => this.#server.isOffered(serviceId, instanceId)
    const isLocal = (serviceId: number, instanceId: number) =>
      isOfferedHere(serviceId, instanceId) || isInRanges(options.internalServices ?? [], serviceId, instanceId)
    this.#client = new SdClient({ ...shared, handler: options.client, isLocal, isOfferedHere })
    this.#reboots = new RebootDetector(limits.peers)
    this.#cyclicOfferDelayMs = parameters.cyclicOfferDelayMs
    this.#watchdog = new MulticastWatchdog(clock, 1.1 * this.#cyclicOfferDelayMs, () => this.#rejoin())
    const { initialDelayMinMs, initialDelayMaxMs } = parameters
    this.#initialDelayMs = initialDelayMinMs + clock.random() * (initialDelayMaxMs - initialDelayMinMs)
    this.#onReboot = options.onReboot ?? (() => {})
    this.#receiver = {
      port: parameters.port,
      subnet,
      onMessage: (message) => this.#handle(message),
      onDrop: options.onDrop ?? (() => {}),
    }
  }

  /** @throws SdError when service discovery is closed */
  start(): void {
    if (this.#mode === 'closed') throw new SdError('closed', 'start')
    if (this.#mode === 'idle') this.#mode = 'active'
    this.#run()
  }

  /** Says goodbye to everybody, forgets the others and is deaf and mute until `resume`. Before `start`: begins so. */
  async suspend(): Promise<void> {
    if (this.#mode === 'closed') return
    this.#mode = 'suspended'
    await this.#halt(true)
  }

  /** Ends what `suspend` began. To others it looks like a reboot. */
  resume(): void {
    if (this.#mode !== 'suspended') return
    this.#mode = 'active'
    this.#sender.restartSessions()
    this.#reboots.clear()
    this.#transport.rejoinMulticast()
    this.#run()
  }

  /** Forgets all services and subscribers, whom nothing can be told. */
  async networkDown(): Promise<void> {
    this.#isNetworkUp = false
    await this.#halt(false)
  }

  /** Starts anew what `networkDown` ended; to others it does not look like a reboot. */
  networkUp(): void {
    if (this.#isNetworkUp) return
    this.#isNetworkUp = true
    this.#transport.rejoinMulticast()
    this.#run()
  }

  /** Says goodbye to everybody and ends for good. */
  async close(): Promise<void> {
    this.#mode = 'closed'
    await this.#halt(true)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Takes a datagram from the sockets of service discovery. Never throws. */
  receive(datagram: Uint8Array, source: SdSource): void {
    if (this.#scope === undefined) return
    try {
      receiveDatagram(datagram, source, this.#receiver)
    } catch (error) {
      this.#log.error('a message of service discovery was not handled', {
        peer: source.address,
        error: messageOf(error),
      })
    }
  }

  /** Offers a service of this host. @throws SdError */
  offer(service: ServiceOffer): void {
    this.#server.offer(service)
    this.#client.offeredHere(service.serviceId, service.instanceId)
  }

  /** Returns false when the service is not offered. */
  stopOffer(serviceId: number, instanceId: number): boolean {
    return this.#server.stopOffer(serviceId, instanceId)
  }

  /** Adds an eventgroup to an offered service, or replaces it and drops its subscribers. False without the service. */
  offerEventgroup(serviceId: number, instanceId: number, eventgroup: OfferedEventgroup): boolean {
    return this.#server.offerEventgroup(serviceId, instanceId, eventgroup)
  }

  /** Returns false when there is no such eventgroup. */
  stopOfferEventgroup(serviceId: number, instanceId: number, eventgroupId: number): boolean {
    return this.#server.stopOfferEventgroup(serviceId, instanceId, eventgroupId)
  }

  /** Where the events of an offered eventgroup go to; the same object until that changes. */
  eventTargets(serviceId: number, instanceId: number, eventgroupId: number): EventTargets {
    return this.#server.eventTargets(serviceId, instanceId, eventgroupId)
  }

  /** A TCP connection from `client` to this host was closed: its subscriptions are gone. */
  connectionClosed(client: Endpoint): void {
    this.#server.connectionClosed(client)
  }

  /** Looks for a service of another host. @throws SdError */
  request(request: ServiceRequest): void {
    this.#client.request(request)
  }

  /** Ends what `request` began. Subscriptions stay. */
  release(serviceId: number, instanceId: number): void {
    this.#client.release(serviceId, instanceId)
  }

  /** Subscribes to an eventgroup of another host whenever its service is offered. @throws SdError */
  subscribe(options: SubscribeOptions): void {
    this.#client.subscribe(options)
  }

  /** Returns false when there is no such subscription. */
  unsubscribe(options: EventgroupClient): boolean {
    return this.#client.unsubscribe(options)
  }

  /** The client handler's `localPorts` for a service has another answer than before. */
  localPortsChanged(serviceId: number, instanceId: number): void {
    this.#client.localPortsChanged(serviceId, instanceId)
  }

  /** Services that other hosts offer. */
  get services(): readonly RemoteService[] {
    return this.#client.services
  }

  /** Subscribers of other hosts, also those that are not decided on. */
  get subscriberCount(): number {
    return this.#server.subscriberCount
  }

  #run(): void {
    if (this.#mode !== 'active' || !this.#isNetworkUp || this.#scope !== undefined) return
    const onFailure = (error: unknown) => this.#log.error('service discovery failed', { error: messageOf(error) })
    this.#scope = new Scope(onFailure)
    this.#server.start(this.#scope, this.#initialDelayMs)
    this.#client.start(this.#scope, this.#initialDelayMs)
    if (this.#cyclicOfferDelayMs > 0) this.#scope.run((signal) => this.#watchdog.run(signal))
  }

  async #halt(saysGoodbye: boolean): Promise<void> {
    const scope = this.#scope
    if (scope === undefined) return
    this.#scope = undefined
    this.#server.halt(saysGoodbye)
    this.#client.halt(saysGoodbye)
    await scope.close()
  }

  #rejoin(): void {
    this.#log.debug('no service discovery by multicast; joining the group anew')
    this.#transport.rejoinMulticast()
  }

  /** Stops where the owner, being told of something, ends what runs. */
  #handle({ sessionId, payload, source }: ReceivedMessage): void {
    const scope = this.#scope
    if (scope === undefined) return
    if (source.isMulticast) this.#watchdog.heard()
    const { reboot, unicast, entries } = payload
    const stamp = { sessionId, reboot }
    const nowMs = this.#clock.monotonic()
    const {
      rebooted,
      previousMs = nowMs,
      lost,
    } = this.#reboots.observe(source.address, source.isMulticast, stamp, nowMs)
    if (rebooted) this.#handleReboot(source.address, previousMs)
    if (lost > 0) this.#log.debug('messages of service discovery were lost', { peer: source.address, lost })
    const reply = new Reply()
    const renewals = findRenewals(entries)
    for (const entry of entries) {
      if (this.#scope !== scope) return
      if (entry.type === 'find') this.#server.handleFind(entry, unicast, reply)
      else if (entry.type === 'offer') this.#client.handleOffer(entry, source, source.isMulticast, reply)
      else if (entry.type === 'subscribe') this.#server.handleSubscribe(entry, renewals.get(entry), source, reply)
      else this.#client.handleAcknowledge(entry, source)
    }
    if (this.#scope === scope) reply.send(this.#sender, source)
  }

  #handleReboot(address: string, lastHeardMs: number): void {
    this.#log.debug('a host rebooted', { peer: address })
    this.#server.handleReboot(address)
    this.#client.handleReboot(address)
    guarded(this.#log, 'onReboot', undefined, () => this.#onReboot(address, lastHeardMs))
  }
}
