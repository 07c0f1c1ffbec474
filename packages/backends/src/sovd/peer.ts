import type { Clock } from '@opensovd/base'
import { HttpClient } from '../http/http-client.ts'
import { addressOf, type SovdBackendOptions } from './options.ts'

export type PeerOptions = Pick<
  SovdBackendOptions,
  | 'name'
  | 'baseUrl'
  | 'apiPrefix'
  | 'componentIds'
  | 'timeoutMs'
  | 'maxConcurrency'
  | 'bearerToken'
  | 'tls'
  | 'maxResponseBytes'
>

/** The server of a backend, as those who send requests to it know it. */
export interface Peer {
  /** The name of the backend. */
  readonly name: string
  /** How messages call the server. */
  readonly peer: string
  /** Path before every path of the API. */
  readonly base: string
  readonly http: HttpClient
}

/** @throws AppError `invalid-option` for what can be no address, or no component */
export function openPeer(options: PeerOptions, clock: Clock): Peer {
  const { name, timeoutMs, maxConcurrency, bearerToken, tls, maxResponseBytes } = options
  const { base, ...address } = addressOf(options)
  const peer = `backend '${name}'`
  const http = new HttpClient(clock, {
    peer,
    ...address,
    timeoutMs,
    maxConcurrency,
    ...(bearerToken === undefined ? {} : { bearerToken }),
    ...(tls === undefined ? {} : { tls }),
    ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
  })
  return { name, peer, base, http }
}
