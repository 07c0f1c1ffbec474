import { endpointAddress } from '../endpoint/endpoint-address.ts'
import { InterfaceMonitor } from '../endpoint/interface-monitor.ts'
import { ServiceDiscovery } from '../sd/discovery.ts'
import type { Consumer } from './consumer.ts'
import type { HostContext } from './context.ts'
import { DiscoverySocket } from './discovery-socket.ts'
import type { Provider } from './provider.ts'

/**
 * With the delays of its examples vsomeip renews an offer of 3 s as late as 2.985 s after the last time, and looks every
 * second only for what expired.
 */
const EXPIRY_GRACE_MS = 200

/** Service discovery on its socket; it rests while the interface of the host's address is down. */
export class RunningDiscovery implements AsyncDisposable {
  readonly discovery: ServiceDiscovery
  readonly #socket: DiscoverySocket
  readonly #monitor: InterfaceMonitor

  private constructor(discovery: ServiceDiscovery, socket: DiscoverySocket, monitor: InterfaceMonitor) {
    this.discovery = discovery
    this.#socket = socket
    this.#monitor = monitor
  }

  /** @throws EndpointError when the socket cannot be opened */
  static async start(context: HostContext, provider: Provider, consumer: Consumer): Promise<RunningDiscovery> {
    const { configuration, clock, log, network, onFailure } = context
    let discovery: ServiceDiscovery | undefined
    const socket = await DiscoverySocket.open(network, configuration, log, (datagram, source) =>
      discovery?.receive(datagram, source),
    )
    discovery = new ServiceDiscovery({
      ...{ clock, log, transport: socket, network: configuration.network },
      parameters: configuration.serviceDiscovery,
      internalServices: configuration.internalServices,
      expiryGraceMs: EXPIRY_GRACE_MS,
      server: provider,
      client: consumer,
      onReboot: (address, lastHeardMs) => {
        context.limitedLog.warn(`reboot ${address}`, () => ({ message: 'a host rebooted', fields: { peer: address } }))
        provider.disconnectHost(address, lastHeardMs)
        context.reboots.notify(address)
      },
      onDrop: ({ reason, source }) => {
        if (reason === 'own') return
        const fields = { reason, source: endpointAddress(source.address, source.port).key }
        context.limitedLog.warn(`sd ${reason}`, () => ({
          message: 'a message of service discovery was dropped',
          fields,
        }))
      },
    })
    provider.useDiscovery(discovery)
    consumer.useDiscovery(discovery)
    const monitor = new InterfaceMonitor({ network, clock, onFailure })
    const running = new RunningDiscovery(discovery, socket, monitor)
    running.#follow(context)
    if (configuration.serviceDiscovery.initialState === 'suspended') {
      context.networkStatus.suspended(true)
      await discovery.suspend()
    }
    discovery.start()
    return running
  }

  /** Says goodbye; the socket stays open until disposal. */
  async stop(): Promise<void> {
    this.#monitor[Symbol.dispose]()
    await this.discovery.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.#socket[Symbol.asyncDispose]()
  }

  #follow({ configuration, log, networkStatus, onFailure }: HostContext): void {
    const { unicast } = configuration.network
    this.#monitor.onChange(({ kind, interface: { address } }) => {
      if (address !== unicast) return
      log.warn(`the network is ${kind}`, { address })
      networkStatus.network(kind === 'up')
      this.#networkChanged(kind).catch(onFailure)
    })
  }

  /** Starts anew with an address that comes up, though it was there: what was sent before reached nobody. */
  async #networkChanged(kind: 'up' | 'down'): Promise<void> {
    await this.discovery.networkDown()
    if (kind === 'up') this.discovery.networkUp()
  }
}
