import { ClientPortAllocator } from '../endpoint/client-ports.ts'
import { endpointAddress } from '../endpoint/endpoint-address.ts'
import { ClientPort } from '../routing/client-port.ts'
import type { Place } from '../routing/event-source.ts'
import type { Transport } from '../routing/message-port.ts'
import type { RequestedService } from '../routing/requested-service.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import type { LocalPorts } from '../sd/client/handler.ts'
import type { RemoteService } from '../sd/client/remote-service.ts'
import type { ClientLink, ClientLinkOptions } from './client-link.ts'
import type { HostContext } from './context.ts'
import { TcpLink } from './tcp-link.ts'
import { UdpLink } from './udp-link.ts'

/** A way to an endpoint of another host, which the services there share. */
interface SharedLink {
  readonly client: ClientPort
  readonly link: ClientLink
  /** Told when the state of the link changes; one for each service. */
  readonly listeners: Set<() => void>
}

/** The ways to the endpoints of one service. */
export class RemoteEndpoints implements Disposable {
  readonly #links: ReadonlyMap<Transport, SharedLink>
  readonly #close: () => void

  constructor(links: ReadonlyMap<Transport, SharedLink>, close: () => void) {
    this.#links = links
    this.#close = close
  }

  /** Undefined until all of them can be used, and while one of them cannot. */
  get usable(): Readonly<Record<Transport, ClientPort | undefined>> | undefined {
    for (const { link } of this.#links.values()) if (link.state === undefined) return undefined
    return { reliable: this.#links.get('reliable')?.client, unreliable: this.#links.get('unreliable')?.client }
  }

  get localPorts(): LocalPorts {
    const portOf = (transport: Transport) => this.#links.get(transport)?.link.state?.localPort
    return { reliable: portOf('reliable'), unreliable: portOf('unreliable') }
  }

  /** Receives what is sent to a group over UDP. */
  join({ address, port }: Place): void {
    this.#links.get('unreliable')?.link.join(endpointAddress(address, port))
  }

  restartConnection(): void {
    this.#links.get('reliable')?.link.restart()
  }

  [Symbol.dispose](): void {
    this.#close()
  }
}

/** The sockets and connections of an application to services of other hosts. */
export class ClientSockets implements AsyncDisposable {
  readonly #context: HostContext
  readonly #ports: ClientPortAllocator
  /** By transport and remote endpoint. Bounded by two for each requested service. */
  readonly #links = new Map<string, SharedLink>()
  readonly #closing = new Set<Promise<void>>()

  constructor(context: HostContext) {
    this.#context = context
    this.#ports = new ClientPortAllocator(context.configuration.clientPorts)
  }

  /** Begins to connect to a service. `onChange` is called, later, whenever a way opens or closes. */
  open(service: RequestedService, offer: RemoteService, onChange: () => void): RemoteEndpoints {
    const links = new Map<Transport, SharedLink>()
    for (const transport of ['reliable', 'unreliable'] as const) {
      const place = offer[transport]
      if (place === undefined) continue
      const shared = this.#acquire(transport, place, service)
      shared.client.add(service)
      shared.listeners.add(onChange)
      links.set(transport, shared)
    }
    return new RemoteEndpoints(links, () => {
      for (const [transport, shared] of links) this.#release(transport, shared, service, onChange)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [key, shared] of this.#links) this.#end(key, shared)
    await Promise.all(this.#closing)
  }

  #acquire(transport: Transport, place: Place, { ids }: RequestedService): SharedLink {
    const remote = endpointAddress(place.address, place.port)
    const key = `${transport} ${remote.key}`
    const known = this.#links.get(key)
    if (known !== undefined) return known
    const { clock, limitedLog: log, callers, configuration } = this.#context
    const maxPayloadBytes = configuration.messageSizes.maxUnreliableBytes
    const client = new ClientPort({ clock, log, callers, remote, maxPayloadBytes })
    const listeners = new Set<() => void>()
    const options: ClientLinkOptions = {
      client,
      ...ids,
      onChange: () => {
        for (const listener of [...listeners]) listener()
      },
    }
    const link =
      transport === 'reliable'
        ? new TcpLink(this.#context, this.#ports, options)
        : new UdpLink(this.#context, this.#ports, options)
    const shared = { client, link, listeners }
    this.#links.set(key, shared)
    return shared
  }

  #release(transport: Transport, shared: SharedLink, service: RequestedService, onChange: () => void): void {
    shared.client.remove(service)
    shared.listeners.delete(onChange)
    if (shared.client.isEmpty) this.#end(`${transport} ${shared.client.remote.key}`, shared)
  }

  #end(key: string, { client, link }: SharedLink): void {
    if (!this.#links.delete(key)) return
    this.#context.callers.failAll(
      client,
      new SomeIpError('SOMEIP_NOT_AVAILABLE', `the services at ${client.remote.key}`),
    )
    client[Symbol.dispose]()
    const closing: Promise<void> = Promise.resolve(link[Symbol.asyncDispose]()).finally(() =>
      this.#closing.delete(closing),
    )
    this.#closing.add(closing)
  }
}
