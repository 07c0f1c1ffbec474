import { HMAC_ALGORITHMS } from '@opensovd/server'
import { type Static, Type } from 'typebox'
import { flag, optionalText, secret, section } from './section.ts'

const texts = (description: string, value: string[] = []) => Type.Array(Type.String(), { default: value, description })

const Role = Type.Object(
  {
    name: Type.String({ default: '', description: 'Required. Takes the place of a built-in role of the same name.' }),
    permissions: texts('Permissions such as `data:write`, or patterns of them: `data:*`, `*:read`, `*`.'),
    components: Type.Optional(
      Type.Array(Type.String(), { description: 'Only for requests about one of these components. Default: for all.' }),
    ),
  },
  { additionalProperties: false },
)

const Client = Type.Object(
  {
    id: Type.String({ default: '', description: 'Required. Locks belong to it.' }),
    secret: secret('At least 16 characters; best from the environment.'),
    secret_hash: secret('Instead of `secret`: `scrypt:salt:hash`, both in Base64.'),
    roles: texts('What it may do.'),
    tenant: optionalText('The tenant that it is of. Default: none.'),
  },
  { additionalProperties: false },
)

export const AUTH_SECTION = section('Who may do what.', {
  enabled: flag('Refuse whoever does not show credentials.', false),
  api_key: secret('At least 16 characters, which clients send as `X-API-Key`.'),
  api_key_roles: texts('What those with the key may do.', ['tester']),
  api_key_tenant: optionalText('The tenant that those with the key are of. Default: none.'),
  jwt_secret: secret('What tokens are signed with: at least 32 bytes for HS256, 48 for HS384, 64 for HS512.'),
  jwt_public_key_path: optionalText('PEM file with the RSA key of tokens that are signed with RS256.'),
  jwt_algorithm: Type.Enum([...HMAC_ALGORITHMS, 'RS256'], {
    default: 'HS256',
    description: 'The only algorithm of such tokens.',
  }),
  jwt_issuer: optionalText('What the claim `iss` of tokens must be. Default: anything, or what the provider says.'),
  jwt_audience: optionalText('What `aud` must name. Default: tokens with `aud` are refused.'),
  oidc_issuer_url: optionalText('OpenID provider whose tokens are good too.'),
  certificate_roles: texts(
    'What clients with a certificate of `server.client_ca_path` and no other credentials may do.',
  ),
  certificate_tenant: optionalText('The tenant that those clients are of. Default: none.'),
  public_paths: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Paths that anybody may read. Default: those of health, readiness and version-info.',
    }),
  ),
  token_secs: Type.Integer({
    minimum: 60,
    maximum: 86_400,
    default: 3600,
    description: 'How long tokens last that clients get here.',
  }),
  roles: Type.Array(Role, {
    default: [],
    description: 'Roles beside `viewer`, `tester` and `admin`.',
  }),
  clients: Type.Array(Client, {
    default: [],
    description: 'Clients that get tokens at `/authorize` and `/token`.',
  }),
  cors_origins: texts('Origins whose pages may call the API, such as `https://tool.example`; `*` for any.'),
})

export type AuthSettings = Static<typeof AUTH_SECTION>
