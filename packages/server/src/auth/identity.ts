import type { Grant } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

/** Somebody whose credentials were good. */
export interface Identity extends Grant {
  readonly subject: string
  /** The tenant that the credentials are of; absent: of none. */
  readonly tenantId?: string
}

/** A refusal with what RFC 6750 says of it in `WWW-Authenticate`. */
export class AuthenticationError extends SovdError {
  /** RFC 6750 3.1; absent when there were no credentials to judge. */
  readonly oauthError: 'invalid_token' | 'invalid_request' | undefined

  constructor(message: string, oauthError?: 'invalid_token' | 'invalid_request', cause?: unknown) {
    super('unauthorized', message, cause === undefined ? {} : { cause })
    this.oauthError = oauthError
  }
}

export function invalidToken(reason: string, cause?: unknown): AuthenticationError {
  return new AuthenticationError(`Invalid token: ${reason}`, 'invalid_token', cause)
}
