import { hex4, type Range } from '../config/ranges.ts'
import type { ClientPorts, ClientTransportPorts } from '../config/sections/clients.ts'
import { EndpointError } from './errors.ts'

export type Transport = 'reliable' | 'unreliable'

/** What a client's port is for. */
export interface ClientPortRequest {
  readonly transport: Transport
  readonly serviceId: number
  readonly instanceId: number
  /** The port of the service. */
  readonly remotePort: number
}

/** What a port is chosen from, and where the choice goes on. */
interface Pool {
  readonly ports: Range | readonly number[]
  lastPort: number | undefined
}

/** The pools of one configured entry for one transport. */
interface Entry {
  readonly serviceId: number
  readonly instanceId: number
  readonly remoteRange: Range | undefined
  readonly specific: Pool
  readonly range: Pool | undefined
}

/**
 * Chooses the local ports of clients as `clients` of the configuration says: one of those of the service instance, else
 * one of a range for the port of the service, else any (0). A port is used once per transport; the choice goes round.
 * When all configured ports are taken, there is none: other ports are not for clients.
 */
export class ClientPortAllocator {
  readonly #entries: Readonly<Record<Transport, readonly Entry[]>>
  readonly #used: Readonly<Record<Transport, Set<number>>> = { reliable: new Set(), unreliable: new Set() }

  constructor(clients: readonly ClientPorts[]) {
    this.#entries = {
      reliable: clients.map((client) => entryOf(client, client.reliable)),
      unreliable: clients.map((client) => entryOf(client, client.unreliable)),
    }
  }

  /** The caller disposes of the lease when the port is free again. @throws EndpointError when no port is free */
  lease(request: ClientPortRequest): PortLease {
    return new PortLease({
      choose: (except) => this.#choose(request, except),
      release: (port) => this.#used[request.transport].delete(port),
    })
  }

  #choose(request: ClientPortRequest, except: ReadonlySet<number>): number {
    const used = this.#used[request.transport]
    const pools = this.#poolsFor(request)
    for (const pool of pools) {
      const port = nextPort(pool, (one) => !used.has(one) && !except.has(one))
      if (port === undefined) continue
      pool.lastPort = port
      used.add(port)
      return port
    }
    if (pools.length === 0) return 0
    const { serviceId, instanceId, remotePort, transport } = request
    const service = `${hex4(serviceId)}.${hex4(instanceId)} at port ${remotePort}`
    throw new EndpointError('ENDPOINT_NO_FREE_PORT', `all ${transport} client ports for service ${service} are taken`)
  }

  #poolsFor({ transport, serviceId, instanceId, remotePort }: ClientPortRequest): readonly Pool[] {
    const entries = this.#entries[transport]
    const own = entries.find((entry) => entry.serviceId === serviceId && entry.instanceId === instanceId)
    const specific = own !== undefined && sizeOf(own.specific.ports) > 0 ? [own.specific] : []
    const ranges = entries.filter(({ remoteRange }) => remoteRange !== undefined && contains(remoteRange, remotePort))
    return [...specific, ...ranges.flatMap(({ range }) => (range === undefined ? [] : [range]))]
  }
}

/** A local port that belongs to one client until disposal. */
export class PortLease implements Disposable {
  readonly #source: { choose(except: ReadonlySet<number>): number; release(port: number): void }
  /** Ports that turned out to be of no use; bounded by the configured ones. */
  readonly #useless = new Set<number>()
  #port: number
  #isHeld = true

  constructor(source: { choose(except: ReadonlySet<number>): number; release(port: number): void }) {
    this.#source = source
    this.#port = source.choose(this.#useless)
  }

  /** 0: any free port. */
  get port(): number {
    return this.#port
  }

  /**
   * Gives the port up, because the system does not, for another one. When there is none, those given up before are tried
   * again. @throws EndpointError when no port is free; the old one is then kept
   */
  replace(): void {
    if (this.#port === 0 || !this.#isHeld) return
    this.#useless.add(this.#port)
    const next = this.#chooseNext()
    this.#source.release(this.#port)
    this.#port = next
  }

  [Symbol.dispose](): void {
    if (this.#isHeld && this.#port !== 0) this.#source.release(this.#port)
    this.#isHeld = false
  }

  #chooseNext(): number {
    try {
      return this.#source.choose(this.#useless)
    } catch (error) {
      if (this.#useless.size === 1) throw error
      this.#useless.clear()
      return this.#source.choose(this.#useless)
    }
  }
}

function entryOf({ serviceId, instanceId }: ClientPorts, ports: ClientTransportPorts): Entry {
  const { remoteRange, clientRange } = ports
  return {
    serviceId,
    instanceId,
    remoteRange,
    specific: { ports: ports.ports, lastPort: undefined },
    range: clientRange === undefined ? undefined : { ports: clientRange, lastPort: undefined },
  }
}

/** The first port after the last one that suits, going round. */
function nextPort({ ports, lastPort }: Pool, suits: (port: number) => boolean): number | undefined {
  const size = sizeOf(ports)
  const start = lastPort === undefined ? 0 : indexOf(ports, lastPort) + 1
  for (let step = 0; step < size; step++) {
    const port = portAt(ports, (start + step) % size)
    if (port !== undefined && suits(port)) return port
  }
  return undefined
}

function sizeOf(ports: Range | readonly number[]): number {
  return 'first' in ports ? ports.last - ports.first + 1 : ports.length
}

function indexOf(ports: Range | readonly number[], port: number): number {
  return 'first' in ports ? port - ports.first : ports.indexOf(port)
}

function portAt(ports: Range | readonly number[], index: number): number | undefined {
  return 'first' in ports ? ports.first + index : ports[index]
}

function contains({ first, last }: Range, port: number): boolean {
  return first <= port && port <= last
}
