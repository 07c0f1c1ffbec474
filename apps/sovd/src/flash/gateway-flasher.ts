import { AppError, isJsonObject, type Json } from '@opensovd/base'
import { type Answer, Client, NoAnswer } from '../conformance/client.ts'
import { UnreachableError, UsageError } from '../uds/tool.ts'
import { failureOf, stoppedOf } from './failure.ts'
import type { Flasher, FlashJob, FlashState, Verification } from './flash-job.ts'

export interface GatewayFlasherOptions {
  /** Address of the gateway, with or without the prefix of its native contract. */
  readonly url: string
  readonly component: string
  readonly headers: Readonly<Record<string, string>>
}

const PREFIX = '/sovd/v1'
const REQUEST_MS = 30_000
const CLIENT_ID = 'sovd-flash'

/** Programs an ECU through a gateway, which has its description. */
export function gatewayFlasher({ url, component, headers }: GatewayFlasherOptions): Flasher {
  const base = baseOf(url)
  const closing = new AbortController()
  const client = new Client({
    base,
    headers: { 'x-sovd-client-id': CLIENT_ID, ...headers },
    timeoutMs: REQUEST_MS,
    signal: closing.signal,
  })
  return {
    start: async (image, address, signal) => {
      signal.throwIfAborted()
      const body = { memory_address: address, firmware_data: Buffer.from(image).toString('base64') }
      const path = `/x-uds/components/${encodeURIComponent(component)}/flash`
      const answer = await ask(client, 'POST', path, body)
      const location = answer.headers.get('location')
      if (location === null) throw new AppError('no-execution', `${base}${path}: the answer has no Location`)
      return jobAt(client, new URL(location, base).href)
    },
    [Symbol.asyncDispose]: async () => closing.abort(new DOMException('closed', 'AbortError')),
  }
}

function jobAt(client: Client, place: string): FlashJob {
  return {
    place,
    state: async (signal) => {
      signal.throwIfAborted()
      return stateOf((await ask(client, 'GET', place)).json)
    },
    stop: async () => void (await ask(client, 'DELETE', place)),
  }
}

/** @throws UnreachableError; AppError `refused` with what the gateway says */
async function ask(client: Client, method: string, path: string, body?: Json): Promise<Answer> {
  try {
    const answer = await client.send(method, path, body === undefined ? {} : { body })
    if (answer.status < 300) return answer
    throw new AppError('refused', `the gateway refused ${method} ${path} with ${answer.status}: ${messageIn(answer)}`)
  } catch (error) {
    if (error instanceof NoAnswer) throw new UnreachableError(error.message, { cause: error })
    throw error
  }
}

function messageIn({ json, text }: Answer): string {
  const error = isJsonObject(json) && isJsonObject(json.error) ? json.error : {}
  return typeof error.message === 'string' ? error.message : text.slice(0, 200)
}

function stateOf(json: unknown): FlashState {
  if (!isJsonObject(json)) throw new AppError('no-execution', 'the gateway answered with no execution')
  const { status, progress, result } = json
  switch (status) {
    case 'completed':
      return { status, verification: verificationIn(result) }
    case 'failed':
      return failureOf(result)
    case 'cancelled':
      return stoppedOf(result)
    default:
      return { status: 'running', progress: typeof progress === 'number' ? progress : undefined }
  }
}

function verificationIn(result: Json | undefined): Verification {
  const verified = isJsonObject(result) ? result.verified : undefined
  return verified === true ? 'verified' : verified === false ? 'unverified' : 'unknown'
}

/** @throws UsageError for what is no address */
function baseOf(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new UsageError(`no address of a gateway: "${url}"`)
  const trimmed = url.replace(/\/+$/, '')
  return new URL(trimmed).pathname === '/' ? `${trimmed}${PREFIX}` : trimmed
}
