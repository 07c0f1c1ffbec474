import type { JsonObject } from '@opensovd/base'
import type { SovdErrorCode, SovdErrorDetail } from '../error.ts'
import type { Route } from '../route.ts'
import { ISO_API } from './api.ts'
import { OAUTH_ERROR_CODES, type TokenError } from './resources/auth.ts'
import { type DataError, type GenericError, ISO_ERROR_CODES, type IsoErrorCode } from './resources/error.ts'
import { TOKEN_PERMISSION } from './routes/auth.ts'

interface IsoError {
  readonly status: number
  readonly code: IsoErrorCode
  /** Says what `vendor-specific` means. */
  readonly vendorCode?: string
}

function standard(status: number, code: IsoErrorCode): IsoError {
  return { status, code }
}

function vendor(status: number, vendorCode: string): IsoError {
  return { status, code: 'vendor-specific', vendorCode }
}

/** How the contract tells each failure of the domain [17978-3 5.8.3]. */
export const ISO_ERRORS: Readonly<Record<SovdErrorCode, IsoError>> = {
  'invalid-request': standard(400, 'incomplete-request'),
  unauthorized: vendor(401, 'unauthorized'),
  forbidden: standard(403, 'insufficient-access-rights'),
  'not-found': vendor(404, 'resource-not-found'),
  'method-not-allowed': vendor(405, 'method-not-allowed'),
  'not-acceptable': vendor(406, 'not-acceptable'),
  'request-timeout': vendor(408, 'request-timeout'),
  conflict: standard(409, 'precondition-not-fulfilled'),
  'precondition-failed': vendor(412, 'precondition-failed'),
  'content-too-large': vendor(413, 'content-too-large'),
  'uri-too-long': vendor(414, 'uri-too-long'),
  'unsupported-media-type': vendor(415, 'unsupported-media-type'),
  'range-not-satisfiable': vendor(416, 'range-not-satisfiable'),
  'misdirected-request': vendor(421, 'misdirected-request'),
  'unprocessable-content': standard(400, 'incomplete-request'),
  locked: standard(409, 'precondition-not-fulfilled'),
  'too-many-requests': vendor(429, 'too-many-requests'),
  'header-fields-too-large': vendor(431, 'header-fields-too-large'),
  'internal-error': standard(500, 'sovd-server-failure'),
  'not-implemented': vendor(501, 'not-implemented'),
  'bad-gateway': vendor(502, 'bad-gateway'),
  unavailable: vendor(503, 'unavailable'),
  'gateway-timeout': standard(504, 'not-responding'),
}

/** What can be told of a failure. */
export interface Failure {
  readonly code: SovdErrorCode
  readonly message: string
  readonly target?: string | undefined
  readonly details?: readonly SovdErrorDetail[] | undefined
  readonly parameters?: JsonObject | undefined
}

/** What a vendor code looks like. */
const VENDOR_CODE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** A failure in the words of the contract. Codes in its details, of another server say, are closer to the cause. */
export function genericError({ code, message, details = [], parameters }: Failure): GenericError {
  const known = ISO_ERRORS[code]
  const errorCode = details.map((detail) => detail.code).find(isIsoErrorCode) ?? known.code
  const more = parameters === undefined ? {} : { parameters }
  if (errorCode !== 'vendor-specific') return { error_code: errorCode, message, ...more }
  const own = details.find((detail) => VENDOR_CODE.test(detail.code) && !isIsoErrorCode(detail.code))
  return { error_code: errorCode, vendor_code: own?.code ?? known.vendorCode ?? code, message, ...more }
}

function isIsoErrorCode(code: string): code is IsoErrorCode {
  return ISO_ERROR_CODES.some((each) => each === code)
}

/** Rows that tell what is wrong with the value they were to write [17978-3 7.9, 7.12]. */
const VALUE_WRITERS: ReadonlySet<Route> = new Set<Route>([ISO_API.writeData, ISO_API.writeConfiguration])

/** Whether the row answers 400 with a `DataError`. */
export function refusesValues(row: Route): boolean {
  return VALUE_WRITERS.has(row)
}

/** Status and body for a failure. */
export function isoErrorAnswer(
  failure: Failure,
  row?: Route,
): { status: number; body: GenericError | DataError | TokenError } {
  const { status } = ISO_ERRORS[failure.code]
  const error = genericError(failure)
  if (status === 400 && row?.permission === TOKEN_PERMISSION) return { status, body: tokenError(failure, error) }
  if (status !== 400 || row === undefined || !refusesValues(row)) return { status, body: error }
  return { status, body: { path: pointerOf(failure.target), error } }
}

/** What clients of OAuth 2.0 look for [RFC 6749 5.2], beside what those of the standard do. */
function tokenError({ message, details = [] }: Failure, error: GenericError): TokenError {
  const own = OAUTH_ERROR_CODES.find((code) => details.some((detail) => detail.code === code))
  return { error: own ?? 'invalid_request', error_description: message, ...error }
}

/** Where a refused request to write is wrong: in its body as far as we know it, else in the value. */
function pointerOf(target: string | undefined): string {
  if (target === 'path') return ''
  return target === 'body' || target?.startsWith('body/') ? target.slice('body'.length) : '/data'
}
