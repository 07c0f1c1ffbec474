import { once } from 'node:events'
import { createServer, type Server, Socket } from 'node:net'
import { endpointAddress, familyOf } from '../endpoint-address.ts'
import { translateError } from '../errors.ts'
import type { Libc } from '../native/libc.ts'
import type {
  ByteStream,
  ConnectOptions,
  ListenOptions,
  StreamAcceptor,
  StreamHandler,
  StreamListener,
} from '../network.ts'
import { bindTcp } from './bind.ts'
import { NodeStream, tuneSocket } from './node-stream.ts'

/** @throws EndpointError */
export async function listenNodeTcp(
  libc: Libc | undefined,
  options: ListenOptions,
  acceptor: StreamAcceptor,
): Promise<StreamListener> {
  const { address, port, key } = endpointAddress(options.address, options.port)
  const bound = bindTcp(libc, { ...options, address })
  const server = createServer((socket) => accept(socket, options, acceptor))
  try {
    const listening = once(server, 'listening')
    const { reusePort = false } = options
    if (bound !== undefined) server.listen(bound)
    else server.listen({ host: address, port, exclusive: true, ipv6Only: familyOf(address) === 'ipv6', reusePort })
    await listening
  } catch (error) {
    server.close()
    throw translateError(`listening at ${key}`, error)
  }
  server.on('error', (error) => acceptor.failed(translateError(`listening at ${key}`, error)))
  return { local: localOf(server, address), [Symbol.asyncDispose]: async () => void server.close() }
}

/** @throws EndpointError, or the signal's reason */
export async function connectNodeTcp(
  libc: Libc | undefined,
  options: ConnectOptions,
  handler: StreamHandler,
  signal?: AbortSignal,
): Promise<ByteStream> {
  signal?.throwIfAborted()
  const { remote, localPort = 0 } = options
  const localAddress = options.localAddress ?? (familyOf(remote.address) === 'ipv6' ? '::' : '0.0.0.0')
  const local = endpointAddress(localAddress, localPort)
  const bound = bindTcp(libc, { ...options, address: local.address, port: localPort })
  const socket = new Socket(bound === undefined ? {} : { handle: bound })
  const target = { host: remote.address, port: remote.port }
  socket.connect(bound === undefined ? { ...target, localAddress: local.address, localPort } : target)
  try {
    await connected(socket, signal)
  } catch (error) {
    socket.destroy()
    if (signal?.aborted) throw error
    throw translateError(`connecting from ${local.key} to ${remote.key}`, error)
  }
  tuneSocket(socket, options)
  const stream = new NodeStream(socket)
  stream.start(handler)
  return stream
}

function connected(socket: Socket, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const settle = (end: () => void) => {
      signal?.removeEventListener('abort', onAbort)
      end()
    }
    socket.once('connect', () => settle(resolve))
    // Stays: a socket that is given up may fail once more.
    socket.on('error', (error) => settle(() => reject(error)))
  })
}

function accept(socket: Socket, options: ListenOptions, acceptor: StreamAcceptor): void {
  // Errors before the stream has started mean that the peer has gone, which it will notice by itself.
  socket.on('error', () => {})
  try {
    tuneSocket(socket, options)
    const stream = new NodeStream(socket)
    const handler = acceptor.accept(stream)
    if (handler === undefined) socket.resetAndDestroy()
    else stream.start(handler)
  } catch (error) {
    socket.resetAndDestroy()
    acceptor.failed(translateError('accepting a TCP connection', error))
  }
}

function localOf(server: Server, fallback: string) {
  const found = server.address()
  return found === null || typeof found === 'string'
    ? endpointAddress(fallback, 0)
    : endpointAddress(found.address, found.port)
}
