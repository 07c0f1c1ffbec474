import { AppError } from '@opensovd/base'
import { ENTITY_ID } from '@opensovd/sovd'
import type { TlsOptions } from '../http/connections.ts'

export interface SovdBackendOptions {
  /** As messages, logs and metrics call it. */
  readonly name: string
  /** `http://` or `https://`, host, and optionally port and path; or `unix:` and the path of a socket. */
  readonly baseUrl: string
  /** Stands after the base URL before every path: `/sovd/v1`, say. */
  readonly apiPrefix: string
  /** `auto`: as the server's list of components looks. */
  readonly dialect: 'auto' | 'native' | 'iso'
  /** For each request, from being made to the end of its answer. */
  readonly timeoutMs: number
  /** How often components and groups are looked for while the server is there. */
  readonly refreshMs: number
  /** Requests at the same time. */
  readonly maxConcurrency: number
  readonly bearerToken?: string
  /** Components that requests are routed to before, and also if never, the server lists them. */
  readonly componentIds: readonly string[]
  readonly tls?: TlsOptions
  /** 8 MiB unless told. */
  readonly maxResponseBytes?: number
}

export interface Address {
  readonly origin: string
  /** A socket in the file system instead of a port. */
  readonly socketPath?: string
  /** Path before every path of the API, without a slash at its end. */
  readonly base: string
}

type AddressOptions = Pick<SovdBackendOptions, 'name' | 'baseUrl' | 'apiPrefix' | 'componentIds'>

/**
 * Where the server is.
 * @throws AppError `invalid-option` for what can be no address, or no component
 */
export function addressOf({ name, baseUrl, apiPrefix, componentIds }: AddressOptions): Address {
  const stranger = componentIds.find((id) => !ENTITY_ID.test(id))
  if (stranger !== undefined) {
    throw new AppError('invalid-option', `component id of backend '${name}': ${JSON.stringify(stranger)} is none`)
  }
  const socketPath = /^unix:(\/.+)$/.exec(baseUrl)?.[1]
  if (socketPath !== undefined) return { origin: 'http://localhost', socketPath, base: trimSlashes(apiPrefix) }
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new AppError(
      'invalid-option',
      `base URL of backend '${name}': expected http:// or https:// and a host, or unix: and an absolute path`,
    )
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new AppError('invalid-option', `base URL of backend '${name}': credentials, query and fragment have no use`)
  }
  return { origin: url.origin, base: `${trimSlashes(url.pathname)}${trimSlashes(apiPrefix)}` }
}

/** A path with one slash before it and none after, or nothing. */
function trimSlashes(path: string): string {
  const inner = path.replace(/^\/+|\/+$/g, '')
  return inner === '' ? '' : `/${inner}`
}
