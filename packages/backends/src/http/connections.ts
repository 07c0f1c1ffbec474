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
  readonly maxConnections: number
  readonly connectTimeoutMs: number
  readonly tls?: TlsOptions
}

/**
 * A pool of kept-alive HTTP/1.1 connections that tells each exchange which one it runs over.
 * @throws AppError `invalid-option` for keys that are none
 */
export function openConnections(options: ConnectionOptions): Pool {
  return new Pool(options.origin, {
    connections: options.maxConnections,
    pipelining: 1,
    allowH2: false,
    // The deadlines of the calls are ours; only a connection that is never made needs an end of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...(options.tls ? secured(options.tls) : {}), timeout: options.connectTimeoutMs },
    factory: (origin, clientOptions) => new PooledClient(origin, clientOptions),
  })
}

/** The keys are read once, not for each connection. */
function secured({ rejectUnauthorized, ...keys }: TlsOptions) {
  try {
    return { secureContext: createSecureContext(keys), rejectUnauthorized }
  } catch (error) {
    throw new AppError('invalid-option', `the TLS keys cannot be used: ${messageOf(error)}`, { cause: error })
  }
}

class PooledClient extends Client {
  /** Exchanges completed over the present connection. */
  served = 0
  connected = false

  constructor(origin: URL, options: Client.Options) {
    super(origin, options)
    this.on('connect', () => {
      this.connected = true
      this.served = 0
    })
    this.on('disconnect', () => {
      this.connected = false
    })
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof Exchange) handler.connection = this
    return super.dispatch(options, handler)
  }
}
