import type { SecuritySchemes } from '@opensovd/sovd'
import type { AuthOptions } from './options.ts'

/** What clients can show, as OpenAPI describes it. */
export function securitySchemesOf(options: AuthOptions, tokenUrl: string): SecuritySchemes {
  const { apiKey, tokens, oidc, clients = [], certificateRoles } = options
  return {
    ...(apiKey ? { apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' } } : {}),
    ...(tokens || oidc || clients.length > 0
      ? { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }
      : {}),
    ...(clients.length > 0
      ? { clientCredentials: { type: 'oauth2', flows: { clientCredentials: { tokenUrl, scopes: {} } } } }
      : {}),
    ...(oidc
      ? {
          openId: {
            type: 'openIdConnect',
            openIdConnectUrl: `${oidc.issuerUrl.replace(/\/$/, '')}/.well-known/openid-configuration`,
          },
        }
      : {}),
    ...(certificateRoles ? { certificate: { type: 'mutualTLS' } } : {}),
  }
}
