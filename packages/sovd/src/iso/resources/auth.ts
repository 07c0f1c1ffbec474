import { type Static, Type } from 'typebox'
import { GenericError } from './error.ts'

/** What a client shows for a token [RFC 6749 4.4.2]. Its id and secret may be in `Authorization: Basic` instead. */
export const TokenRequest = Type.Object(
  {
    grant_type: Type.Optional(Type.String({ description: '`client_credentials`, also where it is left out' })),
    client_id: Type.Optional(Type.String()),
    client_secret: Type.Optional(Type.String()),
    scope: Type.Optional(Type.String({ description: 'permissions to restrict the token to, separated by spaces' })),
  },
  { title: 'TokenRequest' },
)

/** [RFC 6749 5.1] */
export const AccessToken = Type.Object(
  {
    access_token: Type.String(),
    token_type: Type.Literal('Bearer'),
    expires_in: Type.Integer({ minimum: 0, description: 'seconds' }),
    scope: Type.Optional(Type.String()),
  },
  { title: 'AccessToken' },
)

/** [RFC 6749 5.2] What can be wrong with a request for a token. */
export const OAUTH_ERROR_CODES = [
  'invalid_request',
  'invalid_client',
  'invalid_scope',
  'unsupported_grant_type',
] as const

/** The error of OAuth and that of the standard in one. */
export const TokenError = Type.Object(
  {
    error: Type.Enum([...OAUTH_ERROR_CODES]),
    error_description: Type.String(),
    ...GenericError.properties,
  },
  { title: 'TokenError' },
)

export type OAuthErrorCode = (typeof OAUTH_ERROR_CODES)[number]
export type TokenError = Static<typeof TokenError>
