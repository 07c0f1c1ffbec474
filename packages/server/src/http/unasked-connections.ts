import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Connections on which nothing was asked yet. Browsers and others open some in advance, and Node.js takes them for busy
 * when it closes those that are idle.
 */
export class UnaskedConnections {
  readonly #sockets = new Set<Socket>()

  constructor(server: Server, { isSecure }: { readonly isSecure: boolean }) {
    server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('request', ({ socket }) => this.#sockets.delete(socket))
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
