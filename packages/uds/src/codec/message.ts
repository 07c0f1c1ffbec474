import { ByteReader, ByteWriter, DecodeError } from '@opensovd/base/bytes'
import type { Field } from './field.ts'
import type { Service } from './service.ts'
import { type RequestOf, type ResponseOf, SERVICES, type ServiceName, serviceNameOf } from './services.ts'

export const SUPPRESS_POSITIVE_RESPONSE = 0x80
export const NEGATIVE_RESPONSE_SID = 0x7f
const POSITIVE_RESPONSE_OFFSET = 0x40

/** A message of a service that the table does not have: what follows the SID, as it is. */
export interface RawMessage {
  readonly service: 'unknown'
  readonly sid: number
  readonly data: Uint8Array
}
export interface KnownRequest<N extends ServiceName> {
  readonly service: N
  readonly request: RequestOf<N>
  readonly suppressPositiveResponse: boolean
}
export interface PositiveResponse<N extends ServiceName> {
  readonly service: N
  readonly response: ResponseOf<N>
}
export interface NegativeResponse {
  readonly service: 'negative'
  /** The SID of the refused request. */
  readonly sid: number
  readonly nrc: number
}
export type UdsRequest = { [N in ServiceName]: KnownRequest<N> }[ServiceName] | RawMessage
/** In a raw answer `sid` is that of the request. */
export type UdsResponse = { [N in ServiceName]: PositiveResponse<N> }[ServiceName] | NegativeResponse | RawMessage

/**
 * @throws RangeError when a value does not fit its field
 * @throws TypeError when `suppressPositiveResponse` is asked of a service without sub-function
 */
export function encodeRequest<N extends ServiceName>(
  name: N,
  request: RequestOf<N>,
  options: { suppressPositiveResponse?: boolean } = {},
): Uint8Array {
  const service = rowOf(name)
  const message = write(service.sid, service.request, request)
  if (options.suppressPositiveResponse) {
    if (!service.hasSubFunction) throw new TypeError(`${service.name} has no sub-function to suppress an answer with`)
    message[1] = (message[1] ?? 0) | SUPPRESS_POSITIVE_RESPONSE
  }
  return message
}

export function encodeResponse<N extends ServiceName>(name: N, response: ResponseOf<N>): Uint8Array {
  const service = rowOf(name)
  return write(service.sid + POSITIVE_RESPONSE_OFFSET, service.response, response)
}

export function encodeNegativeResponse(sid: number, nrc: number): Uint8Array {
  return Uint8Array.of(NEGATIVE_RESPONSE_SID, sid, nrc)
}

/**
 * Byte strings in the result share memory with `message`.
 * @throws DecodeError for an empty message, or one that its service's row cannot read to the last byte
 */
export function decodeRequest(message: Uint8Array): UdsRequest {
  const sid = new ByteReader(message, 'UDS request').u8()
  const name = serviceNameOf(sid)
  if (!name) return { service: 'unknown', sid, data: message.subarray(1) }
  const service = anyRowOf(name)
  const suppressPositiveResponse = service.hasSubFunction && ((message[1] ?? 0) & SUPPRESS_POSITIVE_RESPONSE) !== 0
  const plain = suppressPositiveResponse ? message.slice() : message
  if (suppressPositiveResponse) plain[1] = (message[1] ?? 0) & ~SUPPRESS_POSITIVE_RESPONSE
  const request = read(plain, `${service.name} request`, service.request)
  return { service: name, request, suppressPositiveResponse } as UdsRequest
}

/** Like `decodeRequest`, for an answer. */
export function decodeResponse(message: Uint8Array): UdsResponse {
  const from = new ByteReader(message, 'UDS response')
  const first = from.u8()
  if (first === NEGATIVE_RESPONSE_SID) return decodeNegativeResponse(message)
  const sid = first - POSITIVE_RESPONSE_OFFSET
  if ((first & POSITIVE_RESPONSE_OFFSET) === 0) {
    throw new DecodeError('UDS response', `0x${first.toString(16).padStart(2, '0')} is not a response SID`)
  }
  const name = serviceNameOf(sid)
  if (!name) return { service: 'unknown', sid, data: message.subarray(1) }
  const service = anyRowOf(name)
  return { service: name, response: read(message, `${service.name} response`, service.response) } as UdsResponse
}

/** Reads the positive answer of one known service; see `decodeResponse`. */
export function decodeResponseOf<N extends ServiceName>(name: N, message: Uint8Array): ResponseOf<N> {
  const service = rowOf(name)
  return read(message, `${service.name} response`, service.response)
}

/**
 * Whether `answer` can be the answer of `request`: same service and, in a positive one, the same sub-function
 * or identifier as far as it is there.
 */
export function isAnswerTo(request: Uint8Array, answer: Uint8Array): boolean {
  const sid = request[0] ?? 0
  if (answer[0] === NEGATIVE_RESPONSE_SID) return answer[1] === sid
  if (answer[0] !== sid + POSITIVE_RESPONSE_OFFSET) return false
  const name = serviceNameOf(sid)
  if (!name) return true
  const { echoLength, hasSubFunction } = SERVICES[name]
  for (let at = 1; at <= echoLength && at < answer.length && at < request.length; at++) {
    const mask = at === 1 && hasSubFunction ? ~SUPPRESS_POSITIVE_RESPONSE & 0xff : 0xff
    if (answer[at] !== ((request[at] ?? 0) & mask)) return false
  }
  return true
}

/** TypeScript cannot follow that the row of `N` reads and writes the types derived from that row. */
function rowOf<N extends ServiceName>(name: N): Service<RequestOf<N>, ResponseOf<N>> {
  return SERVICES[name] as Service<RequestOf<N>, ResponseOf<N>>
}

function anyRowOf(name: ServiceName): Service<unknown, unknown> {
  return SERVICES[name]
}

function decodeNegativeResponse(message: Uint8Array): NegativeResponse {
  const from = new ByteReader(message.subarray(1), 'negative response')
  const negative = { service: 'negative', sid: from.u8(), nrc: from.u8() } as const
  from.end()
  return negative
}

function write<T>(sid: number, field: Field<T>, value: T): Uint8Array {
  const to = new ByteWriter().u8(sid)
  field.write(to, value)
  return to.finish()
}

function read<T>(message: Uint8Array, layer: string, field: Field<T>): T {
  const from = new ByteReader(message.subarray(1), layer)
  const value = field.read(from)
  from.end()
  return value
}
