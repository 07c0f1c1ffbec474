import { AppError } from '@opensovd/base'
import { describeNrc } from './codec/nrc.ts'
import { describeSid } from './codec/services.ts'

/** What can go wrong with DoIP, other than `DOIP_HEADER` for bytes that are no DoIP. */
export type DoipErrorCode =
  /** No TCP or TLS connection came about. */
  | 'DOIP_CONNECT_FAILED'
  /** The entity refused the routing activation; `responseCode` says why. */
  | 'DOIP_ACTIVATION_REFUSED'
  /** The entity did not answer the routing activation, or nobody confirmed it in the vehicle, in time. */
  | 'DOIP_ACTIVATION_TIMEOUT'
  /** Another entity than the expected one answered. */
  | 'DOIP_WRONG_ENTITY'
  /** The entity refused a message; `responseCode` says why. */
  | 'DOIP_REFUSED'
  /** The entity neither took nor refused a message in time. */
  | 'DOIP_ACKNOWLEDGE_TIMEOUT'
  /** The connection ended; what was on the way may or may not have arrived. */
  | 'DOIP_CONNECTION_LOST'
  /** This side closed the connection. */
  | 'DOIP_CLOSED'
  /** No entity answered over UDP in time. */
  | 'DOIP_NO_ANSWER'
  /** Several entities claim one logical address. */
  | 'DOIP_AMBIGUOUS_ADDRESS'

export class DoipError extends AppError<DoipErrorCode> {
  /** The code of the refusing message. */
  readonly responseCode: number | undefined

  constructor(code: DoipErrorCode, message: string, options: ErrorOptions & { responseCode?: number } = {}) {
    super(code, message, options)
    this.responseCode = options.responseCode
  }
}

export type UdsErrorCode =
  /** The ECU did not answer in time. */
  | 'UDS_TIMEOUT'
  /** The ECU went on saying that it works on the request, for longer than allowed. */
  | 'UDS_PENDING_TOO_LONG'
  /** The answer does not have the layout of its service, or contradicts the request. */
  | 'UDS_UNEXPECTED_ANSWER'
  /** Too many requests wait for the ECU. */
  | 'UDS_OVERLOADED'
  /** The data of a transfer are not as long as announced. */
  | 'UDS_TRANSFER_SIZE'
  /** A key provider failed. */
  | 'UDS_KEY_PROVIDER'
  /** The client was closed. */
  | 'UDS_CLOSED'

export class UdsError extends AppError<UdsErrorCode> {}

/** The ECU refused a request. */
export class NegativeResponseError extends AppError<'UDS_NEGATIVE_RESPONSE'> {
  /** Of the refused request. */
  readonly sid: number
  readonly nrc: number

  constructor(ecu: string, sid: number, nrc: number) {
    super('UDS_NEGATIVE_RESPONSE', `ECU ${ecu} refused ${describeSid(sid)}: ${describeNrc(nrc)}`)
    this.sid = sid
    this.nrc = nrc
  }
}

/** The error for a negative answer, also for one that is not whole. */
export function refusal(ecu: string, answer: Uint8Array): NegativeResponseError | UdsError {
  const [, sid, nrc, ...rest] = answer
  if (sid !== undefined && nrc !== undefined && rest.length === 0) return new NegativeResponseError(ecu, sid, nrc)
  const problem = `ECU ${ecu}: a negative response of ${answer.length} byte(s), 3 expected`
  return new UdsError('UDS_UNEXPECTED_ANSWER', problem)
}
