import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Json, parseJson } from '@opensovd/base'

export interface DoubleRequest {
  readonly method: string
  /** Decoded segments of the path. */
  readonly segments: readonly string[]
  /** Path and query as they were sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Absent where the body is not JSON. */
  readonly body: Json | undefined
  readonly bytes: Buffer
}

export interface DoubleAnswer {
  readonly status: number
  readonly body?: Json
  /** In the place of a body. */
  readonly bytes?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** What a double answers; with undefined the response is left to the handler itself. */
export type DoubleHandler = (
  request: DoubleRequest,
  response: ServerResponse,
) => DoubleAnswer | undefined | Promise<DoubleAnswer | undefined>

/** A real HTTP server that answers what a test says, and remembers what it was asked. */
export class HttpDouble implements AsyncDisposable {
  readonly requests: DoubleRequest[] = []
  readonly #handler: DoubleHandler
  /** Open connections, and how many requests each has served. */
  readonly #sockets = new Map<Socket, number>()
  #server: Server | undefined
  #port = 0

  constructor(handler: DoubleHandler) {
    this.#handler = handler
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get port(): number {
    return this.#port
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size
  }

  /** Listens; after a stop, at the same port again. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response))
    server.on('connection', (socket: Socket) => {
      this.#sockets.set(socket, 0)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#server = server
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    return this
  }

  /** Dies as a killed process does: connections are reset. */
  async stop(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    this.dropConnections()
    await closed
  }

  /** Resets the connections that have served at least so many requests. */
  dropConnections(served = 0): void {
    for (const [socket, count] of this.#sockets) if (count >= served) socket.resetAndDestroy()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #countServed(socket: Socket): void {
    const count = this.#sockets.get(socket)
    if (count !== undefined) this.#sockets.set(socket, count + 1)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? ''
    const [path = ''] = url.split('?')
    const bytes = await bytesOf(request)
    const isJson = bytes.length > 0 && request.headers['content-type'] === 'application/json'
    const asked: DoubleRequest = {
      method: request.method ?? '',
      segments: path.split('/').slice(1).map(decodeURIComponent),
      url,
      headers: request.headers,
      body: isJson ? parseJson(bytes.toString('utf8')) : undefined,
      bytes,
    }
    this.requests.push(asked)
    response.on('finish', () => this.#countServed(request.socket))
    const answer = await this.#handler(asked, response)
    if (!answer) return
    const body = answer.bytes ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body))
    response.writeHead(answer.status, {
      ...(answer.body !== undefined ? { 'content-type': 'application/json' } : {}),
      ...answer.headers,
    })
    response.end(body)
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    // The client went away: there is nobody to answer.
  }
  return Buffer.concat(chunks)
}
