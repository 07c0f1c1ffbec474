import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import type { AuthOptions } from '../options.ts'

export const SECRET = 'a secret of at least thirty-two bytes'
export const API_KEY = 'an-api-key-of-length-24'
export const NOW_SECONDS = () => Math.floor(Date.now() / 1000)

/** A token by jose, good unless the claims or the header say otherwise. */
export function signed(
  claims: JWTPayload = {},
  header: Partial<JWTHeaderParameters> = {},
  secret: Uint8Array = Buffer.from(SECRET),
): Promise<string> {
  const payload = { sub: 'ann', exp: NOW_SECONDS() + 300, roles: ['admin'], ...claims }
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256', ...header }).sign(secret)
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

/** The fixture with authentication by tokens of `SECRET`, and what else there is to be. */
export function openGuarded(auth: AuthOptions = {}, options: Parameters<typeof openFixture>[0] = {}): Promise<Fixture> {
  return openFixture({ auth: { tokens: { algorithm: 'HS256', secret: SECRET }, ...auth }, ...options })
}
