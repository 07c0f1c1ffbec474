import { isNestedDeeper, type Json, parseJson } from '@opensovd/base'
import { FORWARDED_HEADERS, type ForwardAnswer } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { RequestFrame } from './frames.ts'
import { type AcceptConnection, askOwnServer, type OwnAnswer } from './own-server.ts'

export interface OwnServer {
  readonly accept: AcceptConnection
  /** Prefixes of what may be asked, without trailing slashes. */
  readonly bases: readonly string[]
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const CLIENT_ID = 'x-sovd-client-id'
/** What the names of callers begin with that came through the bridge. */
const CALLER_PREFIX = 'bridge:'
const ANSWER_HEADERS: readonly string[] = ['etag', 'location', 'retry-after', 'www-authenticate']
const JSON_TYPE = /^application\/([\w.-]+\+)?json(;|$)/
const TEXT_TYPE = /^(text\/|application\/(x-ndjson|yaml|xml)(;|$))/
/** As deep as the relay takes it, within its frame. */
const MAX_DEPTH = 64

/**
 * Lets the own server answer a request that came through the bridge.
 * @param maxBytes of a frame with the answer
 * @param signal aborts the request
 * @throws SovdError for what is not served to the bridge
 */
export async function answerForwarded(
  request: RequestFrame,
  { accept, bases }: OwnServer,
  maxBytes: number,
  signal: AbortSignal,
): Promise<ForwardAnswer> {
  requireServed(request, bases)
  using answer = await askOwnServer(accept, { ...request, headers: headersFor(request.headers ?? {}) }, signal)
  const type = answer.headers['content-type'] ?? ''
  if (type.startsWith('text/event-stream')) {
    throw new SovdError('not-implemented', 'the bridge carries no streams of events; poll, or connect to the vehicle')
  }
  const content = await answer.read(maxBytes)
  const { status } = answer
  const headers = headersOf(answer, type)
  if (content === undefined) throw tooLong(maxBytes)
  if (content.length === 0) return { status, headers }
  const { 'content-type': _, ...others } = headers
  if (JSON_TYPE.test(type)) return { status, headers: others, body: parsed(content.toString()) }
  if (TEXT_TYPE.test(type)) return { status, headers, body: content.toString() }
  return { status, headers, body: content.toString('base64'), encoding: 'base64' }
}

function parsed(text: string): Json {
  if (!isNestedDeeper(text, MAX_DEPTH)) return parseJson(text)
  throw new SovdError('bad-gateway', `the answer is nested deeper than the ${MAX_DEPTH} levels that the bridge carries`)
}

/** What a frame that is too long is replaced by. */
export function tooLong(maxBytes: number): SovdError {
  return new SovdError('bad-gateway', `the answer is longer than the ${maxBytes} bytes that the bridge carries`)
}

/** An error in the words of the native contract. */
export function errorAnswer({ status, message }: SovdError): ForwardAnswer {
  return { status, body: { error: { code: `SOVD-ERR-${status}`, message } } }
}

function requireServed({ method, path }: RequestFrame, bases: readonly string[]): void {
  if (!METHODS.includes(method)) {
    throw new SovdError('method-not-allowed', `${method} does not pass the bridge, only ${METHODS.join(', ')}`)
  }
  const plain = decoded(path.split('?', 1)[0] ?? '')
  const base = bases.find((each) => plain === each || plain.startsWith(`${each}/`))
  if (base === undefined || /\/\.{1,2}(\/|$)/.test(plain)) {
    throw new SovdError('not-found', `only paths below ${bases.join(' and ')} are served through the bridge`)
  }
  if (/^\/+x-bridge(\/|$)/i.test(plain.slice(base.length))) {
    throw new SovdError('forbidden', 'the bridge of a vehicle is not served through the bridge')
  }
}

/** @throws SovdError for a path that is none */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    throw new SovdError('invalid-request', 'the path is not well encoded', { cause: error })
  }
}

/** Only what a relay may hand on; who asks is known by a name that nobody else can have. */
function headersFor(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [written, value] of Object.entries(given)) {
    const name = written.toLowerCase()
    if (!FORWARDED_HEADERS.includes(name)) continue
    headers[name] = name === CLIENT_ID ? `${CALLER_PREFIX}${value}` : value
  }
  return headers
}

function headersOf({ headers }: OwnAnswer, type: string): Record<string, string> {
  const shown = ANSWER_HEADERS.flatMap((name) => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return { ...(type !== '' && { 'content-type': type }), ...Object.fromEntries(shown) }
}
