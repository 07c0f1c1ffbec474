import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Connections on which nothing was asked yet, with TLS also those without a session. Browsers and others open some in
 * advance, and Node.js takes them for busy when it closes those that are idle.
 */
export class UnaskedConnections {
  readonly #sockets = new Set<Socket>()
  /** By their other end, which the socket of the session has as well. */
  readonly #withoutSession = new Map<string, Socket>()

  constructor(server: Server, { isSecure }: { readonly isSecure: boolean }) {
    if (isSecure) server.on('connection', (socket: Socket) => this.#addWithoutSession(socket))
    server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => this.#add(socket))
    server.on('request', ({ socket }) => this.#sockets.delete(socket))
  }

  destroy(): void {
    for (const socket of this.#withoutSession.values()) socket.destroy()
    for (const socket of this.#sockets) socket.destroy()
  }

  #addWithoutSession(socket: Socket): void {
    const name = otherEndOf(socket)
    this.#withoutSession.set(name, socket)
    socket.once('close', () => this.#withoutSession.delete(name))
  }

  #add(socket: Socket): void {
    this.#withoutSession.delete(otherEndOf(socket))
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}

function otherEndOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
