import { type OAuthErrorCode, SovdError } from '@opensovd/sovd'

/** What is wrong with a request for a token, in the words of OAuth 2.0 and of the standard. */
export function oauthError(code: OAuthErrorCode, message: string): SovdError {
  const inWordsOfIso = code === 'invalid_client' ? [{ code: 'insufficient-access-rights', message }] : []
  return new SovdError('invalid-request', message, { details: [{ code, message }, ...inWordsOfIso] })
}
