import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type JWTPayload, SignJWT } from 'jose'
import { NOW_SECONDS } from './tokens.ts'

interface Key {
  readonly alg: string
  readonly privateKey: KeyObject
  readonly jwk: object
}

/** As much of an OpenID provider as those need who trust its tokens. */
export interface OidcProvider extends AsyncDisposable {
  readonly issuer: string
  readonly keys: Map<string, Key>
  /** How often was asked for what. */
  readonly asked: Record<string, number>
  /** What it answers in the place of its documents. */
  respond: ((path: string, response: http.ServerResponse) => boolean) | undefined
  /** What it says of itself beyond what it has to, or instead. */
  discovery: Record<string, unknown>
  addKey(kid: string, alg?: 'RS256' | 'ES256'): void
  token(kid: string, claims?: JWTPayload, header?: Record<string, unknown>): Promise<string>
}

const DISCOVERY = '/.well-known/openid-configuration'

export async function openOidcProvider(): Promise<OidcProvider> {
  const server = http.createServer((request, response) => answer(provider, request.url ?? '', response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const keys = new Map<string, Key>()
  const provider: OidcProvider = {
    issuer,
    keys,
    asked: {},
    respond: undefined,
    discovery: {},
    addKey(kid, alg = 'RS256') {
      const pair =
        alg === 'RS256'
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }
      keys.set(kid, { alg, privateKey: pair.privateKey, jwk })
    },
    token(kid, claims = {}, header = {}) {
      const key = keys.get(kid)
      if (!key) throw new Error(`no key ${kid}`)
      const payload = {
        iss: issuer,
        sub: 'ann',
        aud: 'gateway',
        exp: NOW_SECONDS() + 300,
        roles: ['viewer'],
        ...claims,
      }
      return new SignJWT(payload).setProtectedHeader({ alg: key.alg, kid, ...header }).sign(key.privateKey)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  provider.addKey('k1')
  return provider
}

function answer(provider: OidcProvider, path: string, response: http.ServerResponse): void {
  provider.asked[path] = (provider.asked[path] ?? 0) + 1
  if (provider.respond?.(path, response)) return
  const { issuer, keys, discovery } = provider
  const documents: Record<string, unknown> = {
    [DISCOVERY]: { issuer, jwks_uri: `${issuer}/keys`, ...discovery },
    '/keys': { keys: [...keys.values()].map(({ jwk }) => jwk) },
  }
  const document = documents[path]
  response.statusCode = document === undefined ? 404 : 200
  response.setHeader('content-type', 'application/json').end(JSON.stringify(document ?? {}))
}
