import { AppError } from '@opensovd/base'
import { SovdError, type SovdErrorCode } from '@opensovd/sovd'
import { DoipError, describeNrc, NegativeResponseError, NRC, UdsError } from '@opensovd/uds'

/** What the description says that a request needs, and the ECU is not in. */
export interface Unmet {
  readonly code: 'conflict' | 'forbidden'
  readonly text: string
}

interface Meaning {
  readonly code: SovdErrorCode
  readonly retryAfterSeconds?: number
}

/** Negative response codes that mean something else than that the ECU refused. */
const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [NRC.busyRepeatRequest, { code: 'unavailable', retryAfterSeconds: 2 }],
  [NRC.conditionsNotCorrect, { code: 'conflict' }],
  [NRC.requestSequenceError, { code: 'conflict' }],
  [NRC.noResponseFromSubnetComponent, { code: 'gateway-timeout' }],
  [NRC.securityAccessDenied, { code: 'forbidden' }],
  [NRC.authenticationRequired, { code: 'forbidden' }],
  [NRC.invalidKey, { code: 'forbidden' }],
  [NRC.exceedNumberOfAttempts, { code: 'forbidden' }],
  [NRC.requiredTimeDelayNotExpired, { code: 'forbidden', retryAfterSeconds: 10 }],
  [NRC.subFunctionNotSupportedInActiveSession, { code: 'conflict' }],
  [NRC.serviceNotSupportedInActiveSession, { code: 'conflict' }],
])

/** Ranges of them, both ends included: secured transmission, certificates, and physical preconditions. */
const RANGES: readonly (readonly [from: number, to: number, code: SovdErrorCode])[] = [
  [0x38, 0x3a, 'forbidden'],
  [0x50, 0x5d, 'forbidden'],
  [0x81, 0x94, 'conflict'],
  [0xf0, 0xfe, 'conflict'],
]

function meaningOf(nrc: number): Meaning {
  const range = RANGES.find(([from, to]) => nrc >= from && nrc <= to)
  return MEANINGS.get(nrc) ?? { code: range?.[2] ?? 'bad-gateway' }
}

/**
 * The error for a refusal of an ECU. Where the description says that the ECU is in the wrong session or locked, that
 * is what the client is told: ECUs refuse such requests with many codes.
 */
export function refusalError(
  error: NegativeResponseError,
  unmet: Unmet | undefined,
  overrides: ReadonlyMap<number, SovdErrorCode>,
): SovdError {
  const { nrc, sid } = error
  const override = overrides.get(nrc)
  const meaning = override ? { code: override } : meaningOf(nrc)
  const code = override === undefined && meaning.code === 'bad-gateway' && unmet ? unmet.code : meaning.code
  const { retryAfterSeconds } = meaning
  const own = { code: `nrc-${nrc.toString(16).padStart(2, '0')}`, message: describeNrc(nrc) }
  return new SovdError(code, unmet ? `${error.message}; ${unmet.text}` : error.message, {
    cause: error,
    details: code === 'bad-gateway' ? [{ code: 'error-response', message: error.message }, own] : [own],
    parameters: { service: sid, nrc },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

/** What failures of the way to an ECU mean to clients. */
const CODES: Readonly<Record<string, SovdErrorCode>> = {
  DOIP_ACTIVATION_TIMEOUT: 'gateway-timeout',
  DOIP_ACKNOWLEDGE_TIMEOUT: 'gateway-timeout',
  DOIP_NO_ANSWER: 'gateway-timeout',
  DOIP_CLOSED: 'unavailable',
  UDS_TIMEOUT: 'gateway-timeout',
  UDS_PENDING_TOO_LONG: 'gateway-timeout',
  UDS_OVERLOADED: 'too-many-requests',
  UDS_CLOSED: 'unavailable',
}

/** The error of the domain for whatever a request to an ECU threw. */
export function ecuError(error: unknown, { signal, unmet, refusals }: EcuErrorContext): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof SovdError) return error
  if (error instanceof NegativeResponseError) return refusalError(error, unmet, refusals)
  if (error instanceof DoipError || error instanceof UdsError) {
    const code = CODES[error.code] ?? 'bad-gateway'
    const details = code === 'bad-gateway' && error.code === 'UDS_UNEXPECTED_ANSWER' ? INVALID_CONTENT : {}
    const retry = code === 'too-many-requests' ? { retryAfterSeconds: 1 } : {}
    return new SovdError(code, error.message, { cause: error, ...details, ...retry })
  }
  if (error instanceof AppError && error.code === 'ECU_ENCODING') {
    return new SovdError('invalid-request', error.message, { cause: error })
  }
  return error
}

export interface EcuErrorContext {
  readonly signal: AbortSignal
  readonly unmet?: Unmet | undefined
  readonly refusals: ReadonlyMap<number, SovdErrorCode>
}

const INVALID_CONTENT = {
  details: [{ code: 'invalid-response-content', message: 'the answer has another layout than its service' }],
}

/** Whether an ECU answered, if only to refuse. */
export function isRefusal(error: unknown): error is SovdError & { readonly cause: NegativeResponseError } {
  return error instanceof SovdError && error.cause instanceof NegativeResponseError
}

/** The code that an ECU refused with; undefined when it was something else that failed. */
export function nrcOf(error: unknown): number | undefined {
  return isRefusal(error) ? error.cause.nrc : undefined
}
