import { messageOf } from '@opensovd/base'
import { queueLimitBytes } from '../config/queries.ts'
import type { ClientPortAllocator, PortLease } from '../endpoint/client-ports.ts'
import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import { EndpointError } from '../endpoint/errors.ts'
import { openUdpEndpoint, type UdpEndpoint } from '../endpoint/message/udp-endpoint.ts'
import type { ClientLink, ClientLinkOptions } from './client-link.ts'
import type { HostContext } from './context.ts'
import { deviceOf, queueOptions } from './socket-options.ts'

const RETRY_MS = 1000

/** A UDP socket for the requests to, and events from, one endpoint; opens in the background, and again if that fails. */
export class UdpLink implements ClientLink {
  readonly #context: HostContext
  readonly #options: ClientLinkOptions
  readonly #closing = new AbortController()
  readonly #opening: Promise<void>
  /** Groups to receive; bounded by the eventgroups that the application subscribes to. */
  readonly #groups = new Map<string, EndpointAddress>()
  #endpoint: UdpEndpoint | undefined

  constructor(context: HostContext, ports: ClientPortAllocator, options: ClientLinkOptions) {
    this.#context = context
    this.#options = options
    this.#opening = this.#run(ports).catch((error: unknown) => {
      if (!this.#closing.signal.aborted) context.onFailure(error)
    })
  }

  get state() {
    const endpoint = this.#endpoint
    return endpoint === undefined ? undefined : { port: endpoint, localPort: endpoint.local.port }
  }

  join(group: EndpointAddress): void {
    if (this.#groups.has(group.key)) return
    this.#groups.set(group.key, group)
    this.#receive(group)
  }

  restart(): void {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#opening
  }

  async #run(ports: ClientPortAllocator): Promise<void> {
    const { client, serviceId, instanceId, onChange } = this.#options
    const { signal } = this.#closing
    using lease = ports.lease({ transport: 'unreliable', serviceId, instanceId, remotePort: client.remote.port })
    const endpoint = await this.#openRepeatedly(lease, signal)
    try {
      signal.throwIfAborted()
      this.#endpoint = endpoint
      client.port = endpoint
      for (const group of this.#groups.values()) this.#receive(group)
      onChange()
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    } finally {
      this.#endpoint = undefined
      client.port = undefined
      await endpoint[Symbol.asyncDispose]()
    }
  }

  async #openRepeatedly(lease: PortLease, signal: AbortSignal): Promise<UdpEndpoint> {
    for (;;) {
      signal.throwIfAborted()
      try {
        return await this.#open(lease.port)
      } catch (error) {
        if (!(error instanceof EndpointError)) throw error
        this.#context.log.warn('a UDP socket could not be opened', {
          to: this.#options.client.remote.key,
          error: error.message,
        })
        if (error.code === 'ENDPOINT_ADDRESS_IN_USE') lease.replace()
        await this.#context.clock.sleep(RETRY_MS, signal)
      }
    }
  }

  #open(port: number): Promise<UdpEndpoint> {
    const { configuration } = this.#context
    const { client } = this.#options
    const { address, port: remotePort } = client.remote
    return openUdpEndpoint(
      this.#context,
      {
        ...{ address: configuration.network.unicast, port },
        ...deviceOf(configuration),
        ...queueOptions(queueLimitBytes(configuration, address, remotePort)),
        receiveBufferBytes: configuration.sockets.udpReceiveBufferBytes,
      },
      {
        message: (message, source) => client.message(message, source),
        problem: (problem, source) => client.problem(problem, source),
      },
    )
  }

  #receive(group: EndpointAddress): void {
    this.#endpoint?.join(group.address, group.port).catch((error: unknown) => {
      this.#groups.delete(group.key)
      this.#context.log.warn('could not join a multicast group', { group: group.key, error: messageOf(error) })
    })
  }
}
