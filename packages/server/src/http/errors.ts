import { errorCodeOf, SovdError, type SovdErrorCode } from '@opensovd/sovd'

/** What the HTTP library refuses on its own, in our words. */
const LIBRARY_ERRORS: Readonly<Record<string, [SovdErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-media-type', 'the body must be application/json'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['content-too-large', 'the body is too large'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid-request', 'the body is not as long as Content-Length says'],
  FST_ERR_BAD_URL: ['invalid-request', 'the path is not valid percent-encoding'],
  FST_ERR_MAX_PARAM_LENGTH: ['uri-too-long', 'a segment of the path is too long'],
}

/** What the client is told of anything that was thrown; `undefined` for what is a fault of ours. */
export function refusalOf(error: unknown): SovdError | undefined {
  if (error instanceof SovdError) return error
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return undefined
  const [code, message] = LIBRARY_ERRORS[String(error.code)] ?? [errorCodeOf(Number(error.statusCode)), error.message]
  return code && code !== 'internal-error' ? new SovdError(code, message, { cause: error }) : undefined
}
