import { AppError, type JsonObject } from '@opensovd/base'

/** Every failure the diagnostic domain knows, with the HTTP status both contracts give it. */
export const SOVD_ERRORS = {
  'invalid-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  'request-timeout': 408,
  conflict: 409,
  'precondition-failed': 412,
  'content-too-large': 413,
  'uri-too-long': 414,
  'unsupported-media-type': 415,
  'range-not-satisfiable': 416,
  'misdirected-request': 421,
  'unprocessable-content': 422,
  locked: 423,
  'too-many-requests': 429,
  'header-fields-too-large': 431,
  'internal-error': 500,
  'not-implemented': 501,
  'bad-gateway': 502,
  unavailable: 503,
  'gateway-timeout': 504,
} as const

export type SovdErrorCode = keyof typeof SOVD_ERRORS

export interface SovdErrorDetail {
  readonly code: string
  readonly message: string
  readonly target?: string
}

export interface SovdErrorOptions extends ErrorOptions {
  /** What the failure is about: a path, a parameter, a place in a body. */
  readonly target?: string
  readonly details?: readonly SovdErrorDetail[]
  /** When it makes sense to try again; becomes the `Retry-After` header. */
  readonly retryAfterSeconds?: number
  /** What the source said of its refusal in numbers and names: the service and the NRC of an ECU. */
  readonly parameters?: JsonObject
  /** It is refused because of a lock: one of others, or one that the client does not have. */
  readonly byLock?: true
}

/** A failure that a client of the API is told about. */
export class SovdError extends AppError<SovdErrorCode> {
  readonly target: string | undefined
  readonly details: readonly SovdErrorDetail[] | undefined
  readonly retryAfterSeconds: number | undefined
  readonly parameters: JsonObject | undefined
  readonly isByLock: boolean

  constructor(code: SovdErrorCode, message: string, options: SovdErrorOptions = {}) {
    super(code, message, options)
    this.target = options.target
    this.details = options.details
    this.retryAfterSeconds = options.retryAfterSeconds
    this.parameters = options.parameters
    this.isByLock = options.byLock ?? false
  }

  get status(): number {
    return SOVD_ERRORS[this.code]
  }
}

const codeByStatus = new Map<number, SovdErrorCode>(
  Object.entries(SOVD_ERRORS).map(([code, status]) => [status, code as SovdErrorCode]),
)

/** The error code with this HTTP status, if there is one. */
export function errorCodeOf(status: number): SovdErrorCode | undefined {
  return codeByStatus.get(status)
}
