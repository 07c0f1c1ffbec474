import type { ServiceConfiguration } from '../config/sections/services.ts'
import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import type { ConnectionReceiver } from '../endpoint/message/receiver.ts'
import type { Place } from '../routing/event-source.ts'
import type { Transport } from '../routing/message-port.ts'
import { ServicePort } from '../routing/service-port.ts'
import type { HostContext } from './context.ts'
import { openServerSocket, type ServerSocket } from './server-socket.ts'

interface ConnectedClient {
  readonly address: EndpointAddress
  readonly sinceMs: number
}

/** A port of this host that services are offered on. */
export interface OpenPort {
  readonly inbound: ServicePort
  readonly socket: ServerSocket
  /** The clients that are connected, by key. Bounded by what the socket takes. */
  readonly clients: ReadonlyMap<string, ConnectedClient>
}

/** The ports of one service. */
export type ServicePorts = { readonly [T in Transport]?: OpenPort & { readonly number: number } }

interface Shared {
  readonly opening: Promise<OpenPort>
  /** Undefined until it is open. */
  port: OpenPort | undefined
  users: number
}

/** The ports that an application offers services on; services share them. */
export class ServerSockets implements AsyncDisposable {
  readonly #context: HostContext
  readonly #onDisconnected: (client: Place) => void
  /** By transport and port. Bounded by what the configuration names. */
  readonly #open = new Map<string, Shared>()

  constructor(context: HostContext, onDisconnected: (client: Place) => void) {
    this.#context = context
    this.#onDisconnected = onDisconnected
  }

  /** Opens the ports of a service that are not open; `release` them as often. @throws EndpointError */
  async acquireFor(service: ServiceConfiguration | undefined): Promise<ServicePorts> {
    const { reliablePort, unreliablePort } = service ?? {}
    const magicCookies = service?.hasMagicCookies ?? false
    const reliable = await this.#acquire('reliable', reliablePort, magicCookies)
    try {
      return { ...reliable, ...(await this.#acquire('unreliable', unreliablePort, false)) }
    } catch (error) {
      await this.release(reliable)
      throw error
    }
  }

  /** Closes the ports that nobody uses any more. */
  async release({ reliable, unreliable }: ServicePorts): Promise<void> {
    if (reliable !== undefined) await this.#release('reliable', reliable.number)
    if (unreliable !== undefined) await this.#release('unreliable', unreliable.number)
  }

  /** Ends the TCP connections that a host made up to a monotonic time. */
  disconnectHost(address: string, untilMs: number): void {
    for (const { port } of this.#open.values()) {
      for (const client of [...(port?.clients.values() ?? [])]) {
        if (client.address.address === address && client.sinceMs <= untilMs) port?.socket.disconnect(client.address)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const { opening } of open) await opening.then(close, () => {})
  }

  async #acquire(transport: Transport, port: number | undefined, magicCookies: boolean): Promise<ServicePorts> {
    if (port === undefined) return {}
    const key = `${transport} ${port}`
    const known = this.#open.get(key)
    const opening = known?.opening ?? this.#openPort(transport, port, magicCookies)
    const shared = known ?? { opening, port: undefined, users: 0 }
    if (known === undefined) this.#open.set(key, shared)
    shared.users++
    try {
      shared.port = await shared.opening
      return { [transport]: { ...shared.port, number: port } }
    } catch (error) {
      this.#open.delete(key)
      throw error
    }
  }

  async #release(transport: Transport, port: number): Promise<void> {
    const key = `${transport} ${port}`
    const shared = this.#open.get(key)
    if (shared === undefined || --shared.users > 0) return
    this.#open.delete(key)
    await close(await shared.opening)
  }

  async #openPort(transport: Transport, port: number, magicCookies: boolean): Promise<OpenPort> {
    const { clock, limitedLog, configuration } = this.#context
    const maxPayloadBytes = configuration.messageSizes.maxUnreliableBytes
    const inbound = new ServicePort({ clock, log: limitedLog, maxPayloadBytes })
    const clients = new Map<string, ConnectedClient>()
    let socket: ServerSocket | undefined
    const receiver: ConnectionReceiver = {
      message: (message, source) => {
        if (socket !== undefined) inbound.message(message, socket, source)
      },
      problem: (problem, source) => {
        if (socket !== undefined) inbound.problem(problem, socket, source)
      },
      connected: (client) => clients.set(client.key, { address: client, sinceMs: clock.monotonic() }),
      disconnected: (client) => {
        clients.delete(client.key)
        this.#onDisconnected(client)
      },
    }
    socket = await openServerSocket(this.#context, { transport, port, magicCookies }, receiver)
    return { inbound, socket, clients }
  }
}

async function close({ inbound, socket }: OpenPort): Promise<void> {
  await socket[Symbol.asyncDispose]()
  inbound[Symbol.dispose]()
}
