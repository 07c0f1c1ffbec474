import { AppError } from '@opensovd/base'

/** What is wrong with a call of service discovery. */
export const SD_ERROR = {
  'already-offered': 'the service instance is offered already',
  'no-endpoint': 'a service that has neither a TCP nor a UDP port is not announced',
  'invalid-id': 'an id does not fit its field',
  'invalid-address': 'this is not an IP address',
  'too-many-clients': 'a selective subscription can name only so many clients',
  'other-subscription': 'the eventgroup is subscribed to in another version, or for all clients and for single ones',
  closed: 'service discovery is closed',
} as const
export type SdErrorCode = keyof typeof SD_ERROR

/** A wrong use of service discovery. */
export class SdError extends AppError<SdErrorCode> {
  constructor(code: SdErrorCode, subject: string) {
    super(code, `${subject}: ${SD_ERROR[code]}`)
  }
}

/** @throws SdError unless `value` is an integer from 0 to `max` */
export function checkId(name: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new SdError('invalid-id', `${name} ${value}`)
}
