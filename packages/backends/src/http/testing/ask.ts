import type { Clock } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import type { HttpAnswer } from '../exchange.ts'
import { HttpClient, type HttpClientOptions, type HttpRequest } from '../http-client.ts'

/** A client for tests: what they do not say is quick and small. */
export function testClient(
  options: Partial<HttpClientOptions> & Pick<HttpClientOptions, 'origin'>,
  clock: Clock = systemClock,
): HttpClient {
  return new HttpClient(clock, { peer: 'peer', timeoutMs: 5000, maxConcurrency: 4, ...options })
}

/** The answer to a request, or the failure that there was none. */
export function ask(client: HttpClient, request: Partial<HttpRequest> = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    client.start({ method: 'GET', path: '/', ...request }, { onAnswer: resolve, onFailure: reject })
  })
}

/** The text of an answer. */
export async function askText(client: HttpClient, request: Partial<HttpRequest> = {}): Promise<string> {
  return (await ask(client, request)).bytes.toString('utf8')
}
