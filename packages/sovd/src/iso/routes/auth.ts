import { json, route } from '../../route.ts'
import { AccessToken, TokenRequest } from '../resources/auth.ts'

/** What asking for a token needs: nobody has to be permitted it, since whoever asks shows a secret. */
export const TOKEN_PERMISSION = 'auth:execute'

function giving<const P extends string>(path: P, summary: string) {
  return route({
    method: 'POST',
    path,
    tag: 'auth',
    permission: TOKEN_PERMISSION,
    mutates: false,
    summary,
    body: TokenRequest,
    bodyOptional: true,
    form: true,
    reply: json(AccessToken),
    errors: ['not-found', 'too-many-requests', 'not-implemented'],
  })
}

export const authRoutes = {
  authorize: giving('/authorize', 'Get a token for the secret of a client'),
  issueToken: giving('/token', 'Get a token for the secret of a client, as OAuth 2.0 has it'),
} as const
