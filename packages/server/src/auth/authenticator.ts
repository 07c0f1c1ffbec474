import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { isName } from '../caller.ts'
import { AuthenticationError, type Identity } from './identity.ts'
import type { AuthOptions } from './options.ts'
import { isSameText } from './secrets.ts'
import type { TokenVerifier } from './token-verifier.ts'

const API_KEY_CLIENT = 'api-key-client'
/** [RFC 6750 2.1] */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/

type Credentials = Pick<AuthOptions, 'apiKey' | 'certificateRoles' | 'certificateTenantId'>

/** Finds out who a request is from: by its API key, else by its bearer token, else by the certificate of its client. */
export class Authenticator {
  readonly #options: Credentials
  readonly #tokens: TokenVerifier

  constructor(options: Credentials, tokens: TokenVerifier) {
    this.#options = options
    this.#tokens = tokens
  }

  /** @throws AuthenticationError; SovdError `unavailable` when credentials cannot be judged now */
  async identify({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): Promise<Identity> {
    const { apiKey, certificateRoles, certificateTenantId } = this.#options
    const shownKey = headers['x-api-key']
    if (apiKey && shownKey !== undefined) {
      if (!isSameText(shownKey.toString(), apiKey.key)) throw new AuthenticationError('Invalid API key')
      return { subject: API_KEY_CLIENT, roles: apiKey.roles, ...ofTenant(apiKey.tenantId) }
    }
    if (headers.authorization !== undefined) return this.#tokens.verify(bearerToken(headers.authorization))
    const name = certificateRoles && certifiedName(socket)
    if (certificateRoles && name !== undefined) {
      return { subject: name, roles: certificateRoles, ...ofTenant(certificateTenantId) }
    }
    throw new AuthenticationError('Authentication required')
  }
}

function ofTenant(tenantId: string | undefined) {
  return tenantId === undefined ? {} : { tenantId }
}

function bearerToken(authorization: string): string {
  const [scheme = '', token = '', ...more] = authorization.split(' ')
  if (scheme.toLowerCase() !== 'bearer') throw new AuthenticationError('Missing Bearer prefix')
  if (more.length > 0 || !TOKEN.test(token)) {
    throw new AuthenticationError('Malformed Authorization header', 'invalid_request')
  }
  return token
}

/** The common name of a client certificate that the configured authority issued. */
function certifiedName(socket: IncomingMessage['socket']): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const name: unknown = socket.getPeerCertificate()?.subject?.CN
  return typeof name === 'string' && isName(name) ? name : undefined
}
