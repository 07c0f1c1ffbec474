import { AppError } from '@opensovd/base'

/** What can go wrong with services, by code. */
export const SOMEIP_ERRORS = {
  SOMEIP_NOT_AVAILABLE: 'the service is not available, or not over the transport that was asked for',
  SOMEIP_TIMEOUT: 'no response came in time',
  SOMEIP_ERROR_ANSWER: 'the service answered with a return code other than OK',
  SOMEIP_NOT_SENT: 'the message could not be sent: too much is waiting, or it is too large for the transport',
  SOMEIP_TOO_MANY_CALLS: 'all session ids are in use by calls without a response',
  SOMEIP_ALREADY_OFFERED: 'the application offers the service instance already',
  SOMEIP_UNKNOWN_EVENT: 'the service does not offer the event',
  SOMEIP_INVALID_ID: 'an id does not fit its field, or has a special meaning',
  SOMEIP_NOT_ALLOWED: 'the configuration does not provide for this',
  SOMEIP_UNSUPPORTED: 'the configuration asks for something that cannot be had here',
  SOMEIP_CLOSED: 'the application, service or subscription was closed',
} as const satisfies Record<string, string>
export type SomeIpErrorCode = keyof typeof SOMEIP_ERRORS

/** A call or use of the application layer that failed. */
export class SomeIpError extends AppError<SomeIpErrorCode> {
  /** @param subject what it is about; begins the message */
  constructor(code: SomeIpErrorCode, subject: string, options?: ErrorOptions) {
    super(code, `${subject}: ${SOMEIP_ERRORS[code]}`, options)
  }
}

/** A service answered a call with a return code other than OK. */
export class ErrorAnswer extends SomeIpError {
  readonly returnCode: number
  /** Usually empty; services may send application data with their own codes. */
  readonly payload: Uint8Array

  constructor(subject: string, returnCode: number, payload: Uint8Array) {
    super('SOMEIP_ERROR_ANSWER', `${subject}: return code 0x${returnCode.toString(16).padStart(2, '0')}`)
    this.returnCode = returnCode
    this.payload = payload
  }
}

/** @throws SomeIpError unless `value` is an integer from 0 to `max` */
export function checkId(name: string, value: number, max = 0xffff): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new SomeIpError('SOMEIP_INVALID_ID', `${name} ${value}`)
  }
}
