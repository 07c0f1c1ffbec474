import type { E2eStatus } from '../e2e/checker.ts'
import type { EndpointAddress } from '../endpoint/endpoint-address.ts'
import type { Transport } from './message-port.ts'

/** A request that a service received. */
export interface Request {
  readonly serviceId: number
  readonly instanceId: number
  readonly methodId: number
  readonly clientId: number
  readonly sessionId: number
  readonly interfaceVersion: number
  /** The handler's own. */
  readonly payload: Uint8Array
  readonly transport: Transport
  readonly source: EndpointAddress
  /** Whether the client waits for an answer (REQUEST), or not (REQUEST_NO_RETURN). */
  readonly expectsResponse: boolean
  /** Undefined unless the configuration has requests of this method checked. A failed check does not drop the request. */
  readonly e2e: E2eStatus | undefined
  /** Aborts when the service is no longer offered. */
  readonly signal: AbortSignal
}

/**
 * What a handler answers: the payload of the response, nothing for an empty one, or the return code of an error message,
 * e.g. `RETURN_CODE.NOT_READY`. Where the client expects no response, it is ignored.
 */
export type Answer = Uint8Array | number | undefined

/** Answers requests. Throwing a `Refusal` answers its return code; anything else answers NOT_OK and is logged. */
export type RequestHandler = (request: Request) => Answer | Promise<Answer>
