import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { AppError, type Clock, type Logger, messageOf } from '@opensovd/base'
import type { BridgeSessions, FeatureFlags } from '@opensovd/core'
import { type WebSocket, WebSocketServer } from 'ws'
import { certificateNames } from './certificate-names.ts'
import { closeSocket, GOING_AWAY } from './close-codes.ts'
import { ConnectedVehicle } from './connected-vehicle.ts'
import { Refusals } from './refusals.ts'
import { type KnownVehicle, VehicleRegistry } from './vehicle-registry.ts'

export interface RelayOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** PEM. With `clientCa`, only vehicles with a certificate of this authority can connect. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string }
  readonly vehicles: readonly KnownVehicle[]
  readonly sessions: BridgeSessions
  readonly features: FeatureFlags
  readonly clock: Clock
  readonly log: Logger
  readonly heartbeatMs: number
  /** Connections with longer frames are closed. */
  readonly maxFrameBytes: number
}

export interface Relay extends AsyncDisposable {
  readonly port: number
}

/** Connections that have not asked for anything yet are among them. */
const MAX_CONNECTIONS = 12_000
/** How long vehicles have to close, too, when the relay stops. */
const CLOSING_MS = 400
const ARRIVAL = { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 2000 }
/** [RFC 6750 2.1] */
const BEARER = /^bearer ([A-Za-z0-9\-._~+/]+=*)$/i

/**
 * Lets vehicles connect by WebSocket while the feature `bridge` is on, until it is disposed.
 * @throws AppError `listen-failed`
 */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const relay = new Listener(options)
  await relay.listen()
  return relay
}

interface Refusal {
  readonly status: number
  readonly why: string
}

class Listener implements Relay {
  readonly #options: RelayOptions
  readonly #registry: VehicleRegistry
  readonly #refusals: Refusals
  readonly #server: http.Server
  readonly #upgrader: WebSocketServer
  /** The latest connection of each known vehicle. */
  readonly #connections = new Map<KnownVehicle, ConnectedVehicle>()
  readonly #sockets = new Set<WebSocket>()
  /** At most `MAX_CONNECTIONS`, also those that have not finished their handshake. */
  readonly #raw = new Set<Socket>()
  readonly #endListening: () => void
  #closing: Promise<void> | undefined

  constructor(options: RelayOptions) {
    const { clock, log, features, vehicles, maxFrameBytes: maxPayload } = options
    this.#options = options
    this.#registry = new VehicleRegistry(vehicles)
    this.#refusals = new Refusals(clock, log)
    this.#server = serverFor(options.tls)
    this.#server.on('connection', (connection) => {
      this.#raw.add(connection)
      connection.once('close', () => this.#raw.delete(connection))
    })
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    this.#upgrader = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      autoPong: false,
      maxPayload,
    })
    features.provide('bridge')
    this.#endListening = features.onChange(({ feature, enabled }) => {
      if (feature === 'bridge' && !enabled) this.#closeAll('the bridge was switched off')
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async listen(): Promise<void> {
    const { host, port, log } = this.#options
    try {
      await once(this.#server.listen(port, host), 'listening')
    } catch (error) {
      this.#endListening()
      throw new AppError('listen-failed', `the bridge cannot listen on ${host}:${port}: ${messageOf(error)}`, {
        cause: error,
      })
    }
    this.#server.on('error', (error) => log.error('the bridge cannot listen any more', { error: messageOf(error) }))
    log.info('vehicles can connect to the bridge', { host, port: this.port })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#endListening()
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    const gone = [...this.#sockets].map((socket) => once(socket, 'close'))
    this.#closeAll('the relay stops')
    const cancel = this.#options.clock.after(CLOSING_MS, () => {
      for (const connection of this.#raw) connection.destroy()
    })
    await Promise.all([closed, ...gone])
    cancel()
  }

  #closeAll(reason: string): void {
    for (const socket of this.#sockets) closeSocket(socket, GOING_AWAY, reason, this.#options.clock)
  }

  #upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const from = request.socket.remoteAddress ?? ''
    const judged = this.#judge(request)
    if ('why' in judged) {
      this.#refusals.tell(judged.why, from)
      refuseUpgrade(socket, judged)
      return
    }
    this.#upgrader.handleUpgrade(request, socket, head, (connected) => this.#connected(connected, judged, from))
  }

  /** The vehicle that wants to connect, or why it may not. */
  #judge({ headers, socket }: http.IncomingMessage): KnownVehicle | Refusal {
    const { origin, authorization } = headers
    if (!this.#options.features.isOn('bridge')) return { status: 404, why: "the feature 'bridge' is switched off" }
    if (origin !== undefined) return { status: 403, why: 'pages of browsers cannot connect' }
    const [, token] = BEARER.exec(authorization ?? '') ?? []
    if (authorization !== undefined && token === undefined) {
      return { status: 401, why: 'bridge auth failed: expected a bearer token' }
    }
    const shown = { certificateNames: namesOf(socket), ...(token !== undefined && { token }) }
    return (
      this.#registry.find(shown) ?? { status: 401, why: 'bridge auth failed: these are the credentials of no vehicle' }
    )
  }

  #connected(socket: WebSocket, vehicle: KnownVehicle, from: string): void {
    const before = this.#connections.get(vehicle)
    if (before?.isSilent) before.supersede()
    const connection = new ConnectedVehicle(socket, vehicle, from, { ...this.#options, refusals: this.#refusals })
    this.#connections.set(vehicle, connection)
    this.#sockets.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      if (this.#connections.get(vehicle) === connection) this.#connections.delete(vehicle)
    })
  }
}

function serverFor(tls: RelayOptions['tls']): http.Server {
  const server = tls
    ? https.createServer({ ...ARRIVAL, ...secureContext(tls) }, answer)
    : http.createServer(ARRIVAL, answer)
  server.maxConnections = MAX_CONNECTIONS
  return server
}

function secureContext({ cert, key, clientCa }: NonNullable<RelayOptions['tls']>): https.ServerOptions {
  return { cert, key, ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }) }
}

/** [RFC 9110 15.5.22] */
function answer(_request: http.IncomingMessage, response: http.ServerResponse): void {
  response.writeHead(426, { upgrade: 'websocket', connection: 'upgrade, close', 'content-type': 'text/plain' })
  response.end('vehicles connect here by WebSocket\n')
}

function refuseUpgrade(socket: Duplex, { status, why }: Refusal): void {
  const challenge = status === 401 ? 'WWW-Authenticate: Bearer realm="bridge"\r\n' : ''
  const head = `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${challenge}Content-Type: text/plain\r\nConnection: close\r\n`
  socket.once('finish', () => socket.destroy())
  socket.end(`${head}Content-Length: ${Buffer.byteLength(why)}\r\n\r\n${why}`)
}

function namesOf(socket: Socket): readonly string[] {
  return socket instanceof TLSSocket && socket.authorized ? certificateNames(socket.getPeerX509Certificate()) : []
}
