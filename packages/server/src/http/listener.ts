import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { JSON_TYPE } from './respond.ts'

export interface TlsOptions {
  /** PEM. */
  readonly cert: string
  /** PEM. */
  readonly key: string
  /** PEM; when given, only clients with a certificate of this authority are served. */
  readonly clientCa?: string
}

/** Milliseconds within which a request must arrive, so that a slow client cannot hold on to what others need. */
export interface Arrival {
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly connectionsCheckingInterval: number
}

/** How long bodies may take is up to the routes: a file takes its time, but no more than an hour. */
const ARRIVAL: Arrival = { headersTimeout: 10_000, requestTimeout: 3_600_000, connectionsCheckingInterval: 5000 }
const KEEP_ALIVE_TIMEOUT_MS = 72_000
const MAX_CONNECTIONS = 12_000

/** An HTTP server with bounds on its clients, not yet listening. */
export function createListener(
  handler: http.RequestListener,
  tls: TlsOptions | undefined,
  arrival: Arrival = ARRIVAL,
): http.Server {
  const server = tls
    ? https.createServer({ ...arrival, ...secureContext(tls) }, handler)
    : http.createServer({ ...arrival }, handler)
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS
  server.maxConnections = MAX_CONNECTIONS
  server.on('clientError', answerClientError)
  return server
}

function secureContext({ cert, key, clientCa }: TlsOptions): https.ServerOptions {
  if (clientCa === undefined) return { cert, key }
  return { cert, key, ca: clientCa, requestCert: true, rejectUnauthorized: true }
}

const CLIENT_ERRORS: Readonly<Record<string, [status: number, reason: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'the request did not arrive in time'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'the request head is too large'],
}

/** Bytes that are not an HTTP request get an answer too, and their connection is closed. */
function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, reason, message] = CLIENT_ERRORS[error.code ?? ''] ?? [400, 'Bad Request', 'not an HTTP request']
  const body = JSON.stringify({ error: { code: `SOVD-ERR-${status}`, message } })
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${JSON_TYPE}\r\nConnection: close\r\n`
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}
