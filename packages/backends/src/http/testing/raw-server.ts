import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** Answers a request whose head and body came in `text`, the how-manieth over its connection, from 1. */
export type RawHandler = (socket: Socket, text: string, count: number) => void

/** A TCP server that writes what it likes: for all that an HTTP server would not do. */
export class RawServer implements AsyncDisposable {
  /** The first line of each request. */
  readonly requests: string[] = []
  connections = 0
  readonly #handler: RawHandler
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  #port = 0

  constructor(handler: RawHandler) {
    this.#handler = handler
    this.#server = createServer((socket) => this.#accept(socket))
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #accept(socket: Socket): void {
    let count = 0
    this.connections++
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1')
      this.requests.push(text.slice(0, text.indexOf('\r\n')))
      this.#handler(socket, text, ++count)
    })
  }
}

export function openRawServer(handler: RawHandler): Promise<RawServer> {
  return new RawServer(handler).start()
}

/** A complete answer with a JSON body. */
export function rawJson(body: string, status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
