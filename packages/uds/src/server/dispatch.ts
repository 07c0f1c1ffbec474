import { type Logger, messageOf } from '@opensovd/base'
import { DecodeError } from '@opensovd/base/bytes'
import { ALFID_LAYER } from '../codec/memory-range.ts'
import { decodeRequest, encodeResponse, SUPPRESS_POSITIVE_RESPONSE } from '../codec/message.ts'
import { NRC } from '../codec/nrc.ts'
import {
  describeSid,
  type RequestOf,
  type ResponseOf,
  SERVICES,
  type ServiceName,
  serviceNameOf,
} from '../codec/services.ts'
import type { Access, RawServiceHandler, RequestContext, ServiceHandler, ServiceHandlers } from './handlers.ts'
import { ServiceRefusal } from './refusal.ts'
import type { ServerStateSnapshot } from './server-state.ts'

export interface ServiceTable {
  readonly services: ServiceHandlers
  readonly rawServices: ReadonlyMap<number, RawServiceHandler>
}

/** The outcome of a request: the positive answer, or the negative response code. */
export type Outcome = { readonly answer: Uint8Array; readonly isSuppressed: boolean } | { readonly nrc: number }

/**
 * Checks a request in the order of ISO 14229-1 figures 5 and 6, and hands it to its handler. The outcome is there at
 * once where the handler has it at once; it never rejects.
 */
export function dispatch(
  message: Uint8Array,
  table: ServiceTable,
  context: RequestContext,
  log: Logger,
): Outcome | Promise<Outcome> {
  const sid = message[0] ?? 0
  const failed = (error: unknown): Outcome => {
    if (error instanceof ServiceRefusal) return { nrc: error.nrc }
    if (error instanceof DecodeError) return { nrc: nrcOf(error) }
    if (context.signal.aborted) return { nrc: NRC.generalReject }
    log.error('a service handler failed', { service: describeSid(sid), error: messageOf(error) })
    return { nrc: NRC.generalReject }
  }
  try {
    const name = serviceNameOf(sid)
    const outcome = name
      ? dispatchKnown(name, message, table.services[name], context)
      : dispatchRaw(sid, message, table.rawServices.get(sid), context)
    return outcome instanceof Promise ? outcome.catch(failed) : outcome
  } catch (error) {
    return failed(error)
  }
}

function dispatchRaw(
  sid: number,
  message: Uint8Array,
  handler: RawServiceHandler | undefined,
  context: RequestContext,
): Outcome | Promise<Outcome> {
  if (!handler) return { nrc: NRC.serviceNotSupported }
  checkService(handler, context.state.current)
  const answerWith = (data: Uint8Array): Outcome => {
    return { answer: Uint8Array.of(sid + 0x40, ...data), isSuppressed: false }
  }
  const data = handler.handle(message.subarray(1), context)
  return data instanceof Promise ? data.then(answerWith) : answerWith(data)
}

function dispatchKnown<N extends ServiceName>(
  name: N,
  message: Uint8Array,
  handler: ServiceHandler<N> | undefined,
  context: RequestContext,
): Outcome | Promise<Outcome> {
  if (!handler) return { nrc: NRC.serviceNotSupported }
  checkService(handler, context.state.current)
  if (SERVICES[name].hasSubFunction) checkSubFunction(message, handler.subFunctions, context.state.current)
  const decoded = decodeRequest(message)
  if (decoded.service !== name) throw new TypeError(`${name} decoded as ${decoded.service}`)
  const request = decoded.request as RequestOf<N>
  const isSuppressed = decoded.suppressPositiveResponse
  const answerWith = (response: ResponseOf<N>): Outcome => ({ answer: encodeResponse(name, response), isSuppressed })
  const response = handler.handle(request, context)
  return response instanceof Promise ? response.then(answerWith) : answerWith(response)
}

function checkService(access: Access, state: ServerStateSnapshot): void {
  if (!isInSession(access, state)) throw new ServiceRefusal(NRC.serviceNotSupportedInActiveSession)
  checkRights(access, state)
}

function checkSubFunction(
  message: Uint8Array,
  subFunctions: Readonly<Record<number, Access>> | undefined,
  state: ServerStateSnapshot,
): void {
  const [, byte] = message
  if (byte === undefined) throw new ServiceRefusal(NRC.incorrectMessageLengthOrInvalidFormat)
  if (!subFunctions) return
  const access = subFunctions[byte & ~SUPPRESS_POSITIVE_RESPONSE]
  if (!access) throw new ServiceRefusal(NRC.subFunctionNotSupported)
  if (!isInSession(access, state)) throw new ServiceRefusal(NRC.subFunctionNotSupportedInActiveSession)
  checkRights(access, state)
}

function isInSession({ sessions }: Access, state: ServerStateSnapshot): boolean {
  return !sessions || sessions.includes(state.session)
}

function checkRights({ securityLevels, authenticated }: Access, state: ServerStateSnapshot): void {
  if (authenticated && !state.authenticated) throw new ServiceRefusal(NRC.authenticationRequired)
  const isUnlocked = state.securityLevel !== undefined && securityLevels?.includes(state.securityLevel)
  if (securityLevels && !isUnlocked) throw new ServiceRefusal(NRC.securityAccessDenied)
}

/** A format identifier with an empty address or size is out of range, everything else a wrong length or format. */
function nrcOf(error: DecodeError): number {
  return error.layer === ALFID_LAYER ? NRC.requestOutOfRange : NRC.incorrectMessageLengthOrInvalidFormat
}
