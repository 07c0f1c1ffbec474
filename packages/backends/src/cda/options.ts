import type { TlsOptions } from '../http/connections.ts'

export interface CdaBackendOptions {
  /** As messages, logs and metrics call it. */
  readonly name: string
  /** `http://` or `https://`, host, and optionally port and path. */
  readonly baseUrl: string
  /** Stands after the base URL before every path: `/vehicle/v15`, say. */
  readonly apiPrefix: string
  /** Who the gateway logs in as. All locks at the adapter are this client's, whoever asked the gateway for them. */
  readonly clientId: string
  readonly clientSecret: string
  /** For each request, from being made to the end of its answer. */
  readonly timeoutMs: number
  /** How often entities are looked for while the adapter is there. */
  readonly refreshMs: number
  /** Requests at the same time. */
  readonly maxConcurrency: number
  /** Components that requests are routed to before, and also if never, the adapter lists them. */
  readonly componentIds: readonly string[]
  /**
   * How long the adapter keeps a mode, or an operation running, for a client without a lock. 0: such clients are
   * refused what the adapter wants a lock for.
   */
  readonly automaticLockSeconds: number
  /** Sessions that its ECUs know, which the adapter does not tell. */
  readonly sessions: readonly string[]
  readonly tls?: TlsOptions
  /** 8 MiB unless told. */
  readonly maxResponseBytes?: number
}
