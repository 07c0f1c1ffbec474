import { maxReliableBytes, queueLimitBytes, serviceOf } from '../config/queries.ts'
import type { ClientPortAllocator } from '../endpoint/client-ports.ts'
import { TcpClientEndpoint } from '../endpoint/message/tcp-client-endpoint.ts'
import { SomeIpError } from '../routing/someip-error.ts'
import type { ClientLink, ClientLinkOptions } from './client-link.ts'
import type { HostContext } from './context.ts'
import { deviceOf, queueOptions, tcpOptions } from './socket-options.ts'

/** A connection to one endpoint, made again whenever it ends. */
export class TcpLink implements ClientLink {
  readonly #endpoint: TcpClientEndpoint

  constructor(context: HostContext, ports: ClientPortAllocator, options: ClientLinkOptions) {
    const { configuration, callers } = context
    const { client, serviceId, instanceId, onChange } = options
    const { remote } = client
    const { tcpConnectTimeMaxMs, tcpRestartAbortsMax } = configuration.sockets
    this.#endpoint = new TcpClientEndpoint(
      context,
      {
        ...{ remote, localAddress: configuration.network.unicast },
        localPort: ports.lease({ transport: 'reliable', serviceId, instanceId, remotePort: remote.port }),
        ...deviceOf(configuration),
        ...tcpOptions(configuration),
        ...queueOptions(queueLimitBytes(configuration, remote.address, remote.port)),
        maxMessageBytes: maxReliableBytes(configuration, remote.address, remote.port),
        magicCookies: serviceOf(configuration, serviceId, instanceId)?.hasMagicCookies ?? false,
        connectTimeMaxMs: tcpConnectTimeMaxMs,
        restartAbortsMax: tcpRestartAbortsMax,
      },
      {
        message: (message, source) => client.message(message, source),
        problem: (problem, source) => client.problem(problem, source),
        connected: () => {
          client.port = this.#endpoint
          onChange()
        },
        disconnected: () => {
          client.port = undefined
          callers.failAll(client, new SomeIpError('SOMEIP_NOT_AVAILABLE', `the connection to ${remote.key} ended`))
          onChange()
        },
      },
    )
  }

  get state() {
    const { state } = this.#endpoint
    return state.phase === 'connected' ? { port: this.#endpoint, localPort: state.local.port } : undefined
  }

  join(): void {}

  restart(): void {
    this.#endpoint.restart()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#endpoint[Symbol.asyncDispose]()
  }
}
