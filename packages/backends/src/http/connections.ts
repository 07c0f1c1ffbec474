import { createSecureContext } from 'node:tls'
import { AppError, messageOf } from '@opensovd/base'
import { Client, type Dispatcher, Pool } from 'undici'
import { Exchange } from './exchange.ts'

/** Keys and authorities as PEM text. */
export interface TlsOptions {
  readonly cert?: string
  readonly key?: string
  readonly ca?: string
  /** False accepts every certificate of the peer. */
  readonly rejectUnauthorized: boolean
}

export interface ConnectionOptions {
  readonly origin: string
  /** A socket in the file system, where the origin's host is a mere name. */
  readonly socketPath?: string
  readonly maxConnections: number
  readonly connectTimeoutMs: number
  readonly tls?: TlsOptions
}

export interface Connections {
  /** Kept-alive connections; each exchange is told which one it runs over. */
  readonly pool: Pool
  /** A connection for each request, for those that met a dead one: when one is dead, others may be. */
  readonly fresh: Pool
  /** A connection for each answer without an end; as many as are wanted. */
  readonly streams: Pool
  /**
   * A connection for each body of any length, which ends soon after it. It does not say so: a peer that knows it may
   * close while it is still sent to, and its refusal is lost with what is on its way.
   */
  readonly transfers: Pool
}

/**
 * HTTP/1.1 connections to one origin.
 * @throws AppError `invalid-option` for keys that are none
 */
export function openConnections(options: ConnectionOptions): Connections {
  const common = {
    connections: options.maxConnections,
    allowH2: false,
    // The deadlines of the calls are ours; only a connection that is never made needs an end of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      ...(options.tls ? secured(options.tls) : {}),
      ...(options.socketPath === undefined ? {} : { socketPath: options.socketPath }),
      timeout: options.connectTimeoutMs,
    },
  }
  return {
    pool: new Pool(options.origin, {
      ...common,
      pipelining: 1,
      factory: (origin, clientOptions) => new PooledClient(origin, clientOptions),
    }),
    fresh: new Pool(options.origin, { ...common, pipelining: 0 }),
    streams: new Pool(options.origin, { ...common, connections: null, pipelining: 0 }),
    transfers: new Pool(options.origin, { ...common, ...SHORT_LIVED, connections: null, pipelining: 1 }),
  }
}

const SHORT_LIVED = { keepAliveTimeout: 1, keepAliveMaxTimeout: 1 }

/** The keys are read once, not for each connection. */
function secured({ rejectUnauthorized, ...keys }: TlsOptions) {
  try {
    return { secureContext: createSecureContext(keys), rejectUnauthorized }
  } catch (error) {
    throw new AppError('invalid-option', `the TLS keys cannot be used: ${messageOf(error)}`, { cause: error })
  }
}

class PooledClient extends Client {
  /** Exchanges that the present connection has served. */
  served = 0

  constructor(origin: URL, options: Client.Options) {
    super(origin, options)
    this.on('disconnect', () => {
      this.served = 0
    })
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof Exchange) handler.connection = this
    return super.dispatch(options, handler)
  }
}
