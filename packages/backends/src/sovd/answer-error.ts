import { type Clock, isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import { SovdError, type SovdErrorCode, type SovdErrorDetail } from '@opensovd/sovd'
import type { HttpAnswer } from '../http/exchange.ts'
import { parseAnswer } from './json-answer.ts'
import { textOf } from './shape.ts'

/** Statuses that mean to a client of the gateway what they mean to the gateway. */
const SAME: Readonly<Record<number, SovdErrorCode>> = {
  400: 'invalid-request',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-implemented',
  408: 'gateway-timeout',
  409: 'conflict',
  412: 'precondition-failed',
  413: 'content-too-large',
  415: 'unsupported-media-type',
  422: 'unprocessable-content',
  423: 'locked',
  429: 'too-many-requests',
  501: 'not-implemented',
  503: 'unavailable',
  504: 'gateway-timeout',
}

const MAX_MESSAGE = 1000
const MAX_TEXT_BODY = 200
const MAX_DETAILS = 20

/** What the source said of its refusal. */
interface OwnWords {
  readonly message: string | undefined
  readonly target?: string | undefined
  readonly details: readonly SovdErrorDetail[]
}

/** The error for an answer that is no success, in the words of the source where it has some. */
export function answerError(peer: string, answer: HttpAnswer, clock: Clock): SovdError {
  const { status } = answer
  const { message: said, target, details } = ownWords(answer)
  const wait = retryAfter(answer, clock)
  const options = {
    ...(target === undefined ? {} : { target }),
    ...(details.length === 0 ? {} : { details }),
    ...wait,
    ...(isByLock(status, wait.retryAfterSeconds, details) && ({ byLock: true } as const)),
  }
  const code = SAME[status]
  if (code) return new SovdError(code, said ?? `${peer} answered ${status}`, options)
  if (status === 401) return new SovdError('bad-gateway', `${peer} refused the gateway's credentials`, options)
  return new SovdError('bad-gateway', `${peer} answered ${status}${said ? `: ${said}` : ''}`, options)
}

/** Of conflicts, only those with a lock are over by themselves; the owner of a broken one is told so [17978-3 7.17]. */
function isByLock(status: number, retryAfterSeconds: number | undefined, details: readonly SovdErrorDetail[]): boolean {
  if (status !== 409) return status === 423
  return retryAfterSeconds !== undefined || details.some(({ code }) => code === 'lock-broken')
}

function ownWords(answer: HttpAnswer): OwnWords {
  const body = jsonOf(answer)
  if (isJsonObject(body)) {
    if (isJsonObject(body.error)) return nativeWords(body.error)
    if (typeof body.error_code === 'string') return isoWords(body, body.error_code)
  }
  const text = answer.bytes
    .subarray(0, 4 * MAX_TEXT_BODY)
    .toString('utf8')
    .trim()
  return { message: text === '' ? undefined : cut(text, MAX_TEXT_BODY), details: [] }
}

function jsonOf(answer: HttpAnswer): Json | undefined {
  try {
    return parseAnswer(answer)
  } catch {
    return undefined
  }
}

/** The error object of the native contract. */
function nativeWords(error: JsonObject): OwnWords {
  const message = sentence(error, 'message')
  const further = Array.isArray(error.details) ? error.details.filter(isJsonObject) : []
  const all = [error, ...further.slice(0, MAX_DETAILS)]
  return { message, target: textOf(error, 'target'), details: all.flatMap(detailOf) }
}

function detailOf(detail: JsonObject): readonly SovdErrorDetail[] {
  const code = textOf(detail, 'code')
  const target = textOf(detail, 'target')
  if (code === undefined) return []
  return [{ code, message: sentence(detail, 'message') ?? '', ...(target === undefined ? {} : { target }) }]
}

/** [17978-3 5.8.3] The vendor's code says more than the standard's; parameters, such as a NRC, belong to both. */
function isoWords(body: JsonObject, code: string): OwnWords {
  const message = sentence(body, 'message')
  const vendorCode = textOf(body, 'vendor_code')
  const parameters = body.parameters === undefined ? '' : ` ${JSON.stringify(body.parameters)}`
  const detail = cut(`${message ?? ''}${parameters}`.trim(), MAX_MESSAGE)
  const codes = vendorCode === undefined ? [code] : [code, vendorCode]
  return { message, details: codes.map((each) => ({ code: each, message: detail })) }
}

/** A failure that a server tells of something else than a request. */
export function toldError(body: JsonObject): SovdError {
  const { message, details } = isoWords(body, textOf(body, 'error_code') ?? 'vendor-specific')
  const { parameters } = body
  const more = isJsonObject(parameters) ? { parameters } : {}
  return new SovdError('bad-gateway', message ?? 'it does not say why', { details, ...more })
}

function sentence(object: JsonObject, member: string): string | undefined {
  const text = textOf(object, member)
  return text ? cut(text, MAX_MESSAGE) : undefined
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text
}

/** What may be over later: locks, too many requests, and servers that are away. */
const MAY_PASS = [409, 423, 429, 503]

/** [RFC 9110 10.2.3] Seconds, or a date. */
function retryAfter(answer: HttpAnswer, clock: Clock): { retryAfterSeconds?: number } {
  const value = MAY_PASS.includes(answer.status) ? answer.header('retry-after') : undefined
  if (value === undefined) return {}
  if (/^\d{1,9}$/.test(value)) return { retryAfterSeconds: Number(value) }
  const dueMs = Date.parse(value)
  return Number.isNaN(dueMs) ? {} : { retryAfterSeconds: Math.max(0, Math.ceil((dueMs - clock.now()) / 1000)) }
}
