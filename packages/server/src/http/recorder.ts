import { isNestedDeeper, type Json, type JsonObject, parseJson } from '@opensovd/base'
import { type Caller, type Diagnostics, type LockTarget, spaceOf } from '@opensovd/core'

/** Text of a body that is recorded. */
const MAX_BODY = 4096

/** Bodies of requests with these in their paths are nobody's business. */
const SECRET = /security|authenticat|authorize|token|proximity/i

export interface RecordedExchange {
  readonly caller: Caller
  readonly method: string
  readonly url: string
  readonly requestBody: unknown
  readonly status: number
  readonly responseBody: string | undefined
  readonly durationMs: number
}

type Logs = Diagnostics['communicationLogs']

/** Notes what clients say to entities and hear of them, while somebody records it. */
export class ExchangeRecorder {
  readonly #logs: Logs
  /** Those of tenants that are kept apart, by their ids. */
  readonly #ofTenants: ReadonlyMap<string, Logs> | undefined

  constructor({ communicationLogs, tenancy }: Pick<Diagnostics, 'communicationLogs' | 'tenancy'>) {
    this.#logs = communicationLogs
    this.#ofTenants = tenancy && new Map([...tenancy.views].map(([id, view]) => [id, view.communicationLogs]))
  }

  /** Asked with every request. */
  get isRecording(): boolean {
    if (this.#logs.isRecording || !this.#ofTenants) return this.#logs.isRecording
    for (const { isRecording } of this.#ofTenants.values()) if (isRecording) return true
    return false
  }

  record(target: LockTarget, exchange: RecordedExchange): void {
    if (target.kind === 'vehicle') return
    const { caller, method, url, requestBody, status, responseBody, durationMs } = exchange
    const isSecret = SECRET.test(url)
    const content: JsonObject = {
      ...(caller.subject === undefined ? {} : { client: caller.subject }),
      request: { method, url, ...(isSecret ? {} : bodyOf(requestBody)) },
      response: { status, ...(isSecret ? {} : bodyOf(responseBody)) },
      duration_ms: Math.round(durationMs * 10) / 10,
    }
    this.#logsOf(caller).record(target, { protocol: 'http', content })
  }

  #logsOf(caller: Caller): Logs {
    const tenant = spaceOf(caller)
    return (tenant === undefined ? undefined : this.#ofTenants?.get(tenant)) ?? this.#logs
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
