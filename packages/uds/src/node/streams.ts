import { once } from 'node:events'
import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net'
import {
  type ConnectionOptions,
  createServer as createTlsServer,
  type SecureContextOptions,
  type TlsOptions as ServerOptions,
  connect as tlsConnect,
} from 'node:tls'
import type { Clock } from '@opensovd/base'
import type { ByteStream, ConnectOptions, ListenOptions, StreamListener, TlsOptions } from '../network.ts'
import { addressOf } from './address.ts'
import { listenError } from './listen-error.ts'
import { NodeStream } from './stream.ts'

/** Unfinished TLS handshakes count too, so that nobody can pile them up. */
const MAX_CONNECTIONS = 256
const HANDSHAKE_MS = 10_000

export async function connectStream(clock: Clock, options: ConnectOptions, signal?: AbortSignal): Promise<ByteStream> {
  signal?.throwIfAborted()
  const { host, port, tls } = options
  const socket = tls ? tlsConnect(clientTls(options, tls)) : tcpConnect({ host, port })
  // `once` reports the error; one that comes later must not end the process.
  socket.on('error', () => {})
  const onAbort = () => socket.destroy()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    await once(socket, tls ? 'secureConnect' : 'connect', signal ? { signal } : {})
    return new NodeStream(socket, tls !== undefined, clock)
  } catch (error) {
    socket.destroy()
    throw signal?.aborted ? signal.reason : error
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

export async function listenForStreams(
  clock: Clock,
  options: ListenOptions,
  onConnection: (stream: ByteStream) => void,
): Promise<StreamListener> {
  const { host, port, tls } = options
  const accept = (socket: Socket) => onConnection(new NodeStream(socket, tls !== undefined, clock))
  const server = tls ? createTlsServer(serverTls(tls), accept) : createServer(accept)
  server.maxConnections = MAX_CONNECTIONS
  // A handshake that fails concerns only the one who tried.
  server.on('tlsClientError', () => {})
  server.listen({ port, ...(host !== undefined && { host }) })
  try {
    await once(server, 'listening')
  } catch (error) {
    throw listenError(error, 'TCP', options)
  }
  const local = server.address()
  if (local === null || typeof local === 'string') throw new TypeError('a TCP server without address')
  return { local: addressOf(local.address, local.port), [Symbol.asyncDispose]: () => close(server) }
}

function clientTls({ host, port }: ConnectOptions, tls: TlsOptions): ConnectionOptions {
  const servername = tls.serverName
  return { host, port, ...certificates(tls), ...(servername !== undefined && { servername }) }
}

function serverTls(tls: TlsOptions): ServerOptions {
  const requestCert = tls.requestClientCertificate ?? false
  return { ...certificates(tls), requestCert, rejectUnauthorized: requestCert, handshakeTimeout: HANDSHAKE_MS }
}

function certificates(tls: TlsOptions): SecureContextOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(tls.certificate !== undefined && { cert: tls.certificate }),
    ...(tls.privateKey !== undefined && { key: tls.privateKey }),
    ...(tls.authorities !== undefined && { ca: tls.authorities }),
  }
}

/** Stops listening; connections that were let in live on. */
async function close(server: Server): Promise<void> {
  if (server.listening) server.close()
}
