import http from 'node:http'
import { type Duplex, duplexPair } from 'node:stream'
import type { RequestFrame } from './frames.ts'

/** Serves HTTP on a connection. */
export type AcceptConnection = (connection: Duplex) => void

/** An answer whose content is still to be read. */
export interface OwnAnswer extends Disposable {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** The content, or nothing when it is longer than that. */
  read(maxBytes: number): Promise<Buffer | undefined>
}

const JSON_TYPE = 'application/json'
/** [RFC 6761 6.4] Addresses in answers lead nowhere from where they are read. */
const HOST = 'vehicle.invalid'

/**
 * Asks a server of this process, over a connection of its own: for the server it is a request as any other. Disposing
 * the answer cuts it off.
 * @param signal aborts it, for the server too
 */
export function askOwnServer(
  accept: AcceptConnection,
  { method, path, headers = {}, body }: Omit<RequestFrame, 'requestId'>,
  signal: AbortSignal,
): Promise<OwnAnswer> {
  const [ours, theirs] = duplexPair()
  const content = body === undefined ? undefined : JSON.stringify(body)
  const length =
    content === undefined ? {} : { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(content) }
  return new Promise((resolve, reject) => {
    const request = http.request({
      method,
      path,
      headers: { ...headers, ...length, host: HOST, connection: 'close' },
      createConnection: () => ours,
      signal,
    })
    const cut = () => {
      request.destroy()
      theirs.destroy()
    }
    request.on('error', (error) => {
      cut()
      reject(error)
    })
    request.once('response', (response) =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        read: (maxBytes) => readAtMost(response, maxBytes),
        [Symbol.dispose]: cut,
      }),
    )
    accept(theirs)
    request.end(content)
  })
}

async function readAtMost(response: http.IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    bytes += part.length
    if (bytes > maxBytes) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
