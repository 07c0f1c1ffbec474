import type { Diagnostics } from '@opensovd/core'
import { type Call, type IsoApi, SovdError } from '@opensovd/sovd'
import { oauthError } from '../../auth/oauth-error.ts'
import type { IssuedToken, TokenEndpoint, TokenRequest } from '../../auth/token-endpoint.ts'
import { handlersOf, type RequestContext } from '../../contract.ts'

type AuthRoutes = Pick<IsoApi, 'authorize' | 'issueToken'>

/** @param tokens absent: nobody gets a token */
export function authHandlers({ features }: Diagnostics, tokens: TokenEndpoint | undefined) {
  const issue = ({ body }: Call<AuthRoutes['issueToken']>, context: RequestContext): Promise<IssuedToken> => {
    const { authorization, peer = '' } = context
    if (!tokens) throw new SovdError('not-implemented', 'this server gives no tokens: none of its clients may have one')
    features.require('auth')
    const request = requestOf(body, authorization)
    if (request.clientId !== undefined) context.note?.(`for client ${request.clientId}`)
    return tokens.issue(request, peer)
  }
  return handlersOf<AuthRoutes>({ authorize: issue, issueToken: issue })
}

function requestOf(body: Call<AuthRoutes['issueToken']>['body'], authorization: string | undefined): TokenRequest {
  const { grant_type: grantType, client_id: clientId, client_secret: clientSecret, scope } = body
  const shown = authorization === undefined ? undefined : basicCredentials(authorization)
  if (shown && (clientSecret !== undefined || (clientId !== undefined && clientId !== shown.clientId))) {
    throw oauthError('invalid_request', 'the client shows its secret in two places')
  }
  return {
    ...(grantType === undefined ? {} : { grantType }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...shown,
    ...(scope === undefined ? {} : { scope }),
  }
}

/** [RFC 6749 2.3.1] Both parts are encoded as in a form before they are joined. */
function basicCredentials(authorization: string): { readonly clientId: string; readonly clientSecret: string } {
  const [, encoded] = /^basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? []
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString()
  const at = text.indexOf(':')
  if (at < 1) throw oauthError('invalid_request', 'Authorization must be Basic, with the id of a client and its secret')
  return { clientId: fromForm(text.slice(0, at)), clientSecret: fromForm(text.slice(at + 1)) }
}

function fromForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
