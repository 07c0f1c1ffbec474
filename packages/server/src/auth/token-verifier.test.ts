import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { systemClock } from '@opensovd/base/node'
import { SignJWT } from 'jose'
import { AuthenticationError } from './identity.ts'
import { NOW_SECONDS, SECRET, signed } from './testing/tokens.ts'
import { fixedKeys, TokenVerifier } from './token-verifier.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()

function hmacVerifier(issuer?: string, audience?: string): TokenVerifier {
  return new TokenVerifier({
    clock: systemClock,
    trusted: [fixedKeys({ algorithm: 'HS256', secret: SECRET }, issuer)],
    ...(audience === undefined ? {} : { audience }),
  })
}

function rsaVerifier(): TokenVerifier {
  return new TokenVerifier({
    clock: systemClock,
    trusted: [fixedKeys({ algorithm: 'RS256', publicKey: publicPem }, undefined)],
  })
}

async function refused(verifier: TokenVerifier, token: string, message: RegExp): Promise<void> {
  await assert.rejects(verifier.verify(token), (error) => {
    assert.ok(error instanceof AuthenticationError, String(error))
    assert.match(error.message, message)
    return true
  })
}

/** A token put together by hand. */
function assembled(header: object, payload: object, sign: (text: string) => string): string {
  const text = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${sign(text)}`
}

const GOOD = { sub: 'ann', exp: NOW_SECONDS() + 300 }

test('a good token tells who it is, and what roles and scopes there are', async () => {
  const token = await signed({ roles: ['tester', 'x'], scope: 'data:read openid', iss: 'i' })
  assert.deepEqual(await hmacVerifier('i').verify(token), {
    subject: 'ann',
    roles: ['tester', 'x'],
    scopes: ['data:read', 'openid'],
  })
})

test('scopes may be in `scp` too, as a text or a list', async () => {
  for (const scp of ['data:read', ['data:read']])
    assert.deepEqual((await hmacVerifier().verify(await signed({ scp }))).scopes, ['data:read'])
})

const now = NOW_SECONDS()
const WRONG_CLAIMS: readonly (readonly [name: string, claims: Record<string, unknown>, message: RegExp])[] = [
  ['expired long ago', { exp: now - 3600 }, /it is expired$/],
  ['expired more than a minute ago', { exp: now - 63 }, /it is expired$/],
  ['that never expires', { exp: undefined }, /claim 'exp' is missing or wrong$/],
  ['whose expiry is a text', { exp: '9999999999' }, /claim 'exp' is missing or wrong$/],
  ['that is not valid for minutes', { nbf: now + 120 }, /not valid yet$/],
  ['of another issuer', { iss: 'mallory' }, /of another issuer$/],
  ['of no issuer', { iss: undefined }, /of another issuer$/],
  ['for another audience', { aud: 'else' }, /for somebody else$/],
  ['for no audience', { aud: undefined }, /for somebody else$/],
  ['of nobody', { sub: undefined }, /claim 'sub' is missing or wrong$/],
  ['of nobody in particular', { sub: '' }, /claim 'sub'/],
  ['of a number', { sub: 5 }, /claim 'sub'/],
  ['of a name with control characters', { sub: 'a\nb' }, /claim 'sub'/],
  ['of a name that is too long', { sub: 'a'.repeat(129) }, /claim 'sub'/],
  ['with one role in the place of a list', { roles: 'admin' }, /claim 'roles'/],
  ['with roles that are no texts', { roles: [{ admin: true }] }, /claim 'roles'/],
  ['with too many roles', { roles: new Array(65).fill('a') }, /claim 'roles'/],
  ['with scopes that are no texts', { scope: 7 }, /claim 'scope'/],
]

for (const [name, claims, message] of WRONG_CLAIMS) {
  test(`a token ${name} is refused`, async () => {
    const token = await signed({ iss: 'good', aud: 'gateway', ...claims })
    await refused(hmacVerifier('good', 'gateway'), token, message)
  })
}

test('clocks may differ by a minute', async () => {
  assert.ok(await hmacVerifier().verify(await signed({ exp: NOW_SECONDS() - 50 })))
  assert.ok(await hmacVerifier().verify(await signed({ nbf: NOW_SECONDS() + 50 })))
})

test('one of several audiences is enough', async () => {
  assert.ok(await hmacVerifier(undefined, 'gateway').verify(await signed({ aud: ['x', 'gateway'] })))
})

test('a token for somebody in particular is refused where nobody is configured [RFC 7519 4.1.3]', async () => {
  await refused(hmacVerifier(), await signed({ aud: 'gateway' }), /for somebody else$/)
})

test('a token without a signature is refused', async () => {
  for (const alg of ['none', 'None', 'NONE', '']) {
    await refused(
      hmacVerifier(),
      assembled({ alg }, GOOD, () => ''),
      /algorithm is not accepted$/,
    )
    await refused(
      rsaVerifier(),
      assembled({ alg }, GOOD, () => ''),
      /algorithm is not accepted$/,
    )
  }
})

test('an RSA key is never the secret of an HMAC', async () => {
  const forged = assembled({ alg: 'HS256' }, GOOD, (text) =>
    createHmac('sha256', publicPem).update(text).digest('base64url'),
  )
  await refused(rsaVerifier(), forged, /algorithm is not accepted$/)
})

test('another algorithm than the configured one is refused, also with the right key', async () => {
  const key = Buffer.from(SECRET.repeat(2))
  const verifier = new TokenVerifier({
    clock: systemClock,
    trusted: [fixedKeys({ algorithm: 'HS512', secret: SECRET.repeat(2) }, undefined)],
  })
  assert.ok(await verifier.verify(await signed({}, { alg: 'HS512' }, key)))
  await refused(verifier, await signed({}, { alg: 'HS256' }, key), /algorithm is not accepted$/)
  const pss = await new SignJWT(GOOD).setProtectedHeader({ alg: 'PS256' }).sign(rsa.privateKey)
  await refused(rsaVerifier(), pss, /algorithm is not accepted$/)
})

test('a signature of another key is refused, also one whose public key is in the token', async () => {
  await refused(hmacVerifier(), await signed({}, {}, Buffer.from('another secret of thirty-two bytes..')), /signature/)
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = other.publicKey.export({ format: 'jwk' })
  const forged = await new SignJWT(GOOD)
    .setProtectedHeader({ alg: 'RS256', jwk, jku: 'https://mallory.example/keys' })
    .sign(other.privateKey)
  await refused(rsaVerifier(), forged, /signature cannot be verified$/)
})

test('a changed token is refused', async () => {
  const [head, body = '', signature] = (await signed({ roles: ['viewer'] })).split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const changed = Buffer.from(JSON.stringify({ ...claims, roles: ['admin'] })).toString('base64url')
  await refused(hmacVerifier(), `${head}.${changed}.${signature}`, /signature cannot be verified$/)
})

test('a token for something else than access is refused', async () => {
  await refused(hmacVerifier(), await signed({}, { typ: 'logout+jwt' }), /type for something else$/)
  for (const typ of ['JWT', 'at+jwt', 'application/at+jwt'])
    assert.ok(await hmacVerifier().verify(await signed({}, { typ })))
})

test('a critical extension that nobody knows is refused', async () => {
  const token = assembled({ alg: 'HS256', crit: ['b65'], b65: true }, GOOD, (text) =>
    createHmac('sha256', SECRET).update(text).digest('base64url'),
  )
  await refused(hmacVerifier(), token, /cannot be verified$/)
})

for (const token of ['', 'a', 'a.b.c', '..', 'e30.e30.', '{}.{}.{}', 'a.b.c.d.e', `${'a'.repeat(3000)}`]) {
  test(`'${token.slice(0, 10)}' is refused as no token`, () => refused(hmacVerifier(), token, /^Invalid token: /))
}

test('a huge token is refused unread', async () => {
  await refused(hmacVerifier(), await signed({ x: 'x'.repeat(9000) }), /longer than 8192 characters$/)
})

test('tokens that PyJWT makes are understood, with each algorithm', async (t) => {
  const script = `
import json, sys, time, jwt
wanted = json.load(sys.stdin)
now = int(time.time())
claims = {'sub': 'py', 'exp': now + 300, 'iat': now, 'nbf': now, 'iss': 'i', 'aud': ['gateway'], 'roles': ['viewer']}
print(json.dumps({a: jwt.encode(claims, k, algorithm=a) for a, k in wanted.items()}))`
  const secret = SECRET.repeat(2)
  const pem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const keys = { HS256: secret, HS384: secret, HS512: secret, RS256: pem }
  let made: string
  try {
    made = execFileSync(process.env.PEERS_PYTHON ?? 'python3', ['-c', script], {
      input: JSON.stringify(keys),
      encoding: 'utf8',
    })
  } catch (error) {
    if (process.env.REQUIRE_PEERS === '1') throw error
    t.skip('there is no Python with PyJWT')
    return
  }
  const tokens: Record<string, string> = JSON.parse(made)
  for (const algorithm of ['HS256', 'HS384', 'HS512', 'RS256'] as const) {
    const key = algorithm === 'RS256' ? { algorithm, publicKey: publicPem } : { algorithm, secret }
    const verifier = new TokenVerifier({ clock: systemClock, trusted: [fixedKeys(key, 'i')], audience: 'gateway' })
    const identity = await verifier.verify(String(tokens[algorithm]))
    assert.deepEqual(identity, { subject: 'py', roles: ['viewer'], scopes: [] }, algorithm)
  }
})
