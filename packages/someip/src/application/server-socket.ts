import { maxReliableBytes, queueLimitBytes } from '../config/queries.ts'
import { endpointAddress } from '../endpoint/endpoint-address.ts'
import type { ConnectionReceiver } from '../endpoint/message/receiver.ts'
import { openTcpServerEndpoint } from '../endpoint/message/tcp-server-endpoint.ts'
import { openUdpEndpoint } from '../endpoint/message/udp-endpoint.ts'
import type { Place } from '../routing/event-source.ts'
import type { MessagePort, Transport } from '../routing/message-port.ts'
import type { HostContext } from './context.ts'
import { deviceOf, queueOptions, tcpOptions } from './socket-options.ts'

/** A port of this host that serves requests and sends events. */
export interface ServerSocket extends MessagePort, AsyncDisposable {
  /** Whether there is a TCP connection from exactly there. */
  isConnected(client: Place): boolean
  /** Ends the TCP connection from there, if there is one. */
  disconnect(client: Place): void
}

/** Opens a port as the configuration says. @throws EndpointError */
export async function openServerSocket(
  context: HostContext,
  {
    transport,
    port,
    magicCookies,
  }: { readonly transport: Transport; readonly port: number; readonly magicCookies: boolean },
  receiver: ConnectionReceiver,
): Promise<ServerSocket> {
  const { configuration } = context
  const { unicast: address } = configuration.network
  const options = {
    address,
    port,
    ...deviceOf(configuration),
    ...queueOptions(queueLimitBytes(configuration, address, port)),
  }
  if (transport === 'unreliable') {
    const receiveBufferBytes = configuration.sockets.udpReceiveBufferBytes
    const udp = await openUdpEndpoint(context, { ...options, receiveBufferBytes }, receiver)
    return {
      transport,
      send: (message, to, timing) => udp.send(message, to, timing),
      isConnected: () => false,
      disconnect: () => {},
      [Symbol.asyncDispose]: () => udp[Symbol.asyncDispose](),
    }
  }
  const maxMessageBytes = maxReliableBytes(configuration, address, port)
  const tcp = await openTcpServerEndpoint(
    context,
    { ...options, ...tcpOptions(configuration), maxMessageBytes, magicCookies },
    receiver,
  )
  return {
    transport,
    send: (message, to, timing) => tcp.send(message, to, timing),
    isConnected: (client) => tcp.isConnected(endpointAddress(client.address, client.port)),
    disconnect: (client) => tcp.disconnect(endpointAddress(client.address, client.port)),
    [Symbol.asyncDispose]: () => tcp[Symbol.asyncDispose](),
  }
}
