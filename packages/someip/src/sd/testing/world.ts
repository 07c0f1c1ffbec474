import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { SimulatedNetwork, type SimulatedSocket } from '../../testing/simulated-network.ts'
import type { LocalPorts } from '../client/handler.ts'
import type { RemoteService } from '../client/remote-service.ts'
import { ServiceDiscovery, type ServiceDiscoveryOptions } from '../discovery.ts'
import type { SdParameters } from '../parameters.ts'
import type { EntryGroup } from '../sender.ts'
import type { SubscriptionRequest } from '../server/handler.ts'
import { formatEventgroup, formatService } from '../service-key.ts'
import { packEntries } from '../wire/message.ts'
import { describeMessage, describeSession } from './description.ts'

export const SD_PORT = 30_490
export const GROUP = '224.244.224.245'
/** Address of the host under test, as in the captures of a service. */
export const HERE = '10.77.0.1'
/** Address of its peer, as in the captures of a client. */
export const THERE = '10.77.0.2'

/** Those of the captures. */
export const PARAMETERS: SdParameters = {
  port: SD_PORT,
  initialDelayMinMs: 100,
  initialDelayMaxMs: 100,
  repetitionsBaseDelayMs: 200,
  repetitionsMax: 3,
  cyclicOfferDelayMs: 2000,
  offerDebounceTimeMs: 500,
  findDebounceTimeMs: 500,
  findInitialDebounceRepetitions: 0,
  findInitialDebounceTimeMs: 200,
  ttlSeconds: 3,
  ttlFactorOffers: new Map(),
  ttlFactorSubscriptions: new Map(),
  maxRemoteSubscribers: 3,
}

export type HostOptions = Partial<Omit<ServiceDiscoveryOptions, 'parameters'>> & { parameters?: Partial<SdParameters> }

/** A simulated network, and the time in it. */
export class World {
  readonly clock = new FakeClock()
  readonly network = new SimulatedNetwork(this.clock)

  /** A host with service discovery that was not started. */
  host(address = HERE, options: HostOptions = {}): SdHost {
    return new SdHost(this, address, options)
  }

  /** A host whose messages the test writes. */
  peer(address = THERE): SdPeer {
    return new SdPeer(this, address)
  }

  /** What `address` has sent since `forget`: time, receiver and entries of each message. */
  sentBy(address: string): string[] {
    return this.network.sent
      .filter(({ from }) => from.address === address)
      .map(({ timeMs, to, bytes }) => `${timeMs} ${to.address === GROUP ? '*' : to.address} ${describeMessage(bytes)}`)
  }

  /** As `sentBy`, with the sessions in place of the time. */
  sessionsOf(address: string): string[] {
    return this.network.sent
      .filter(({ from }) => from.address === address)
      .map(({ to, bytes }) => `${to.address === GROUP ? '*' : to.address} ${describeSession(bytes)}`)
  }

  forget(): void {
    this.network.forget()
  }
}

/** A host with service discovery, and a record of what its owner was told. */
export class SdHost {
  readonly discovery: ServiceDiscovery
  /** Errors that were logged: failures of the owner's handlers, and of service discovery itself. */
  readonly errors: string[] = []
  /** What the owner was told since the test emptied it. */
  readonly told: string[] = []
  /** The owner's answers. */
  accepts: (request: SubscriptionRequest) => boolean | Promise<boolean> = () => true
  isConnected = true
  ports: LocalPorts = { unreliable: 41_957, reliable: 42_769 }
  readonly #socket: SimulatedSocket

  constructor(world: World, address: string, options: HostOptions) {
    this.#socket = world.network.open(address, SD_PORT)
    this.#socket.join(GROUP)
    const group = { address: GROUP, port: SD_PORT }
    const tell = (what: string) => this.told.push(what)
    const service = (one: { serviceId: number; instanceId: number }) => formatService(one.serviceId, one.instanceId)
    const eventgroup = (one: { serviceId: number; instanceId: number; eventgroupId: number }, clientId = 0) =>
      `${formatEventgroup(one.serviceId, one.instanceId, one.eventgroupId)}${clientId === 0 ? '' : ` for ${clientId.toString(16)}`}`
    this.discovery = new ServiceDiscovery({
      clock: world.clock,
      log: { ...silentLogger, error: (message, fields) => this.errors.push(`${message} ${fields?.error}`) },
      transport: {
        sendMulticast: (bytes) => this.#socket.send(bytes, group),
        sendUnicast: (bytes, to) => this.#socket.send(bytes, to),
        rejoinMulticast: () => tell('rejoin'),
      },
      network: { unicast: address, netmask: '255.255.255.0', prefixLength: 64 },
      server: {
        isConnected: () => this.isConnected,
        acceptSubscription: (request) => this.accepts(request),
        subscribed: (one, clientId) => tell(`subscribed ${eventgroup(one, clientId)}`),
        sendInitialEvents: (one) => tell(`initial events ${eventgroup(one)}`),
        unsubscribed: (one, clientId, reason) => tell(`unsubscribed ${eventgroup(one, clientId)} ${reason}`),
      },
      client: {
        available: (one) => tell(`available ${describeService(one)}`),
        unavailable: (one, reason) => tell(`unavailable ${service(one)} ${reason}`),
        localPorts: () => this.ports,
        subscriptionChanged: (change) => tell(`${change.state} ${eventgroup(change, change.clientId)}`),
        multicastAnnounced: (one, id, to) =>
          tell(`multicast ${eventgroup({ ...one, eventgroupId: id })} ${to.address}:${to.port}`),
        restartConnection: (one) => tell(`restart connection ${service(one)}`),
      },
      onReboot: (peer) => tell(`rebooted ${peer}`),
      onDrop: ({ reason }) => reason !== 'own' && tell(`dropped ${reason}`),
      ...options,
      parameters: { ...PARAMETERS, ...options.parameters },
    })
    this.#socket.onDatagram(({ bytes, from, to }) =>
      this.discovery.receive(bytes, { ...from, isMulticast: to.address === GROUP }),
    )
  }

  /** Empties `told` and returns what it had. */
  takeTold(): string[] {
    return this.told.splice(0)
  }
}

function describeService({ serviceId, instanceId, reliable, unreliable }: RemoteService): string {
  const endpoints = [
    ...(reliable === undefined ? [] : [`tcp ${reliable.address}:${reliable.port}`]),
    ...(unreliable === undefined ? [] : [`udp ${unreliable.address}:${unreliable.port}`]),
  ]
  return [formatService(serviceId, instanceId), ...endpoints].join(' ')
}

export interface PeerMessage {
  readonly sessionId?: number
  readonly reboot?: boolean
  readonly unicast?: boolean
}

/** A host whose messages the test writes. It counts its sessions as it should, unless told otherwise. */
export class SdPeer {
  readonly address: string
  readonly #world: World
  #multicastSession = 1
  #unicastSession = 1

  constructor(world: World, address: string) {
    this.address = address
    this.#world = world
  }

  /** Counts sessions from 1 on again. */
  reboot(): void {
    this.#multicastSession = 1
    this.#unicastSession = 1
  }

  /** Sends entries by multicast and lets them arrive. */
  async multicast(entries: EntryGroup, message: PeerMessage = {}): Promise<void> {
    await this.raw(encode(entries, { sessionId: this.#multicastSession++, ...message }), GROUP)
  }

  /** Sends entries to a host and lets them arrive. */
  async unicast(entries: EntryGroup, message: PeerMessage = {}, to = HERE): Promise<void> {
    await this.raw(encode(entries, { sessionId: this.#unicastSession++, ...message }), to)
  }

  /** Sends any bytes and lets them arrive. */
  async raw(bytes: Uint8Array, to = HERE, port = SD_PORT): Promise<void> {
    this.#world.network.inject({ from: { address: this.address, port }, to: { address: to, port: SD_PORT }, bytes })
    await this.#world.clock.advance(0)
  }
}

function encode(entries: EntryGroup, { sessionId = 1, reboot = true, unicast = true }: PeerMessage): Uint8Array {
  const [message] = packEntries([entries])
  if (message === undefined) throw new RangeError('a message needs an entry')
  return message.encode(sessionId, { reboot, unicast })
}
