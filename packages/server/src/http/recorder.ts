import { isNestedDeeper, type Json, type JsonObject, parseJson } from '@opensovd/base'
import type { Diagnostics, LockTarget } from '@opensovd/core'

/** Text of a body that is recorded. */
const MAX_BODY = 4096

/** Bodies of requests with these in their paths are nobody's business. */
const SECRET = /security|authenticat|authorize|token|proximity/i

export interface RecordedExchange {
  readonly client: string | undefined
  readonly method: string
  readonly url: string
  readonly requestBody: unknown
  readonly status: number
  readonly responseBody: string | undefined
  readonly durationMs: number
}

/** Notes what clients say to entities and hear of them, while somebody records it. */
export class ExchangeRecorder {
  readonly #logs: Diagnostics['communicationLogs']

  constructor(logs: Diagnostics['communicationLogs']) {
    this.#logs = logs
  }

  /** Asked with every request. */
  get isRecording(): boolean {
    return this.#logs.isRecording
  }

  record(target: LockTarget, exchange: RecordedExchange): void {
    if (target.kind === 'vehicle') return
    const { client, method, url, requestBody, status, responseBody, durationMs } = exchange
    const isSecret = SECRET.test(url)
    const content: JsonObject = {
      ...(client === undefined ? {} : { client }),
      request: { method, url, ...(isSecret ? {} : bodyOf(requestBody)) },
      response: { status, ...(isSecret ? {} : bodyOf(responseBody)) },
      duration_ms: Math.round(durationMs * 10) / 10,
    }
    this.#logs.record(target, { protocol: 'http', content })
  }
}

function bodyOf(body: unknown): { readonly body?: Json } {
  if (body === undefined || body === '') return {}
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  if (text === undefined) return {}
  if (text.length > MAX_BODY || isNestedDeeper(text, 32)) return { body: `${text.slice(0, MAX_BODY)}…` }
  try {
    return { body: parseJson(text) }
  } catch {
    return { body: text }
  }
}
