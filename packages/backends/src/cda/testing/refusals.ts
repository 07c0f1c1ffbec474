import type { JsonObject } from '@opensovd/base'
import type { DoubleAnswer } from '../../sovd/testing/http-double.ts'

export const NO_CONTENT: DoubleAnswer = { status: 204 }

export function ok(body: JsonObject): DoubleAnswer {
  return { status: 200, body }
}

export function items(all: readonly JsonObject[]): DoubleAnswer {
  return ok({ items: all })
}

export function badRequest(message: string): DoubleAnswer {
  return { status: 400, body: { message, error_code: 'vendor-specific', vendor_code: 'bad-request' } }
}

export function invalidParameter(possible: readonly string[]): DoubleAnswer {
  const parameters = { details: 'value', possiblevalues: possible.map((value) => value.toLowerCase()) }
  const message = 'The parameter value is not valid'
  return { status: 400, body: { message, error_code: 'vendor-specific', vendor_code: 'invalid-parameter', parameters } }
}

export function forbidden(message: string): DoubleAnswer {
  return { status: 403, body: { message, error_code: 'insufficient-access-rights' } }
}

export function notFound(message: string): DoubleAnswer {
  return { status: 404, body: { message, error_code: 'vendor-specific', vendor_code: 'not-found' } }
}

export function conflict(message: string): DoubleAnswer {
  return { status: 409, body: { message, error_code: 'preconditions-not-fulfilled' } }
}

/** What an ECU answered with a negative response. */
export function negative(service: number, nrc: number, text: string): DoubleAnswer {
  return {
    status: 502,
    body: {
      message: `A negative Response was received (${text})`,
      error_code: 'error-response',
      parameters: { NRC: nrc, SID: service },
      'x-errorsource': 'ECU',
    },
  }
}

export function notResponding(message: string): DoubleAnswer {
  return { status: 504, body: { message, error_code: 'not-responding' } }
}
