import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { openFixture } from '../testing/fixture.ts'
import { type OidcProvider, openOidcProvider } from './testing/oidc-provider.ts'
import { bearer, NOW_SECONDS } from './testing/tokens.ts'
import { isTrustedUrl } from './trusted-url.ts'

const COMPONENTS = '/sovd/v1/components'
const DISCOVERY = '/.well-known/openid-configuration'

function openTrusting(
  { issuer }: OidcProvider,
  more: { issuer?: string; cooldownMs?: number; issuerUrl?: string } = {},
) {
  const { cooldownMs = 0, issuerUrl = issuer, ...rest } = more
  return openFixture({ auth: { oidc: { issuerUrl, cooldownMs }, audience: 'gateway', ...rest } })
}

test('tokens of a provider are good, with whichever kind of key it signs', async () => {
  await using provider = await openOidcProvider()
  provider.addKey('k2', 'ES256')
  await using fixture = await openTrusting(provider)
  for (const kid of ['k1', 'k2'])
    assert.equal((await fixture.get(COMPONENTS, bearer(await provider.token(kid)))).status, 200)
})

test('a provider is asked once for many tokens', async () => {
  await using provider = await openOidcProvider()
  await using fixture = await openTrusting(provider, { cooldownMs: 30_000 })
  const headers = bearer(await provider.token('k1'))
  const replies = await Promise.all(Array.from({ length: 20 }, () => fixture.get(COMPONENTS, headers)))
  assert.ok(replies.every(({ status }) => status === 200))
  assert.deepEqual(provider.asked, { [DISCOVERY]: 1, '/keys': 1 })
})

test('a new key is found, and one that is gone is forgotten', async () => {
  await using provider = await openOidcProvider()
  await using fixture = await openTrusting(provider)
  const old = bearer(await provider.token('k1'))
  assert.equal((await fixture.get(COMPONENTS, old)).status, 200)
  provider.addKey('k2')
  const fresh = bearer(await provider.token('k2'))
  provider.keys.delete('k1')
  assert.equal((await fixture.get(COMPONENTS, fresh)).status, 200)
  assert.equal((await fixture.get(COMPONENTS, old)).status, 401)
})

test('unknown keys do not make us ask again and again', async () => {
  await using provider = await openOidcProvider()
  await using fixture = await openTrusting(provider, { cooldownMs: 30_000 })
  assert.equal((await fixture.get(COMPONENTS, bearer(await provider.token('k1')))).status, 200)
  for (let at = 0; at < 10; at++) {
    const headers = bearer(await provider.token('k1', {}, { kid: `x${at}` }))
    assert.equal((await fixture.get(COMPONENTS, headers)).status, 401)
  }
  assert.equal(provider.asked['/keys'], 1)
})

const WRONG_CLAIMS: readonly (readonly [name: string, claims: Record<string, unknown>])[] = [
  ['of another issuer', { iss: 'https://mallory.example' }],
  ['for somebody else', { aud: 'shop' }],
  ['that is expired', { exp: NOW_SECONDS() - 100 }],
  ['without an expiry', { exp: undefined }],
  ['that is not valid yet', { nbf: NOW_SECONDS() + 100 }],
]

for (const [name, claims] of WRONG_CLAIMS) {
  test(`a token ${name} is refused`, async () => {
    await using provider = await openOidcProvider()
    await using fixture = await openTrusting(provider)
    assert.equal((await fixture.get(COMPONENTS, bearer(await provider.token('k1', claims)))).status, 401)
  })
}

test('a key of the provider is no secret, and a token without a signature is nothing', async () => {
  await using provider = await openOidcProvider()
  await using fixture = await openTrusting(provider)
  const key = JSON.stringify(provider.keys.get('k1')?.jwk)
  for (const alg of ['HS256', 'none']) {
    const claims = { iss: provider.issuer, sub: 'ann', aud: 'gateway', exp: NOW_SECONDS() + 300, roles: ['admin'] }
    const text = [{ alg, kid: 'k1' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const signature = alg === 'none' ? '' : createHmac('sha256', key).update(text).digest('base64url')
    assert.equal((await fixture.get(COMPONENTS, bearer(`${text}.${signature}`))).status, 401)
  }
  assert.deepEqual(provider.asked, {})
})

test('the issuer of tokens can be another than the provider says', async () => {
  await using provider = await openOidcProvider()
  await using fixture = await openTrusting(provider, { issuer: 'urn:fleet' })
  assert.equal((await fixture.get(COMPONENTS, bearer(await provider.token('k1', { iss: 'urn:fleet' })))).status, 200)
  assert.equal((await fixture.get(COMPONENTS, bearer(await provider.token('k1')))).status, 401)
})

test('a slash at the end of the address is no difference', async () => {
  await using provider = await openOidcProvider()
  await using fixture = await openTrusting(provider, { issuerUrl: `${provider.issuer}/` })
  assert.equal((await fixture.get(COMPONENTS, bearer(await provider.token('k1')))).status, 200)
})

const BAD_PROVIDERS: readonly (readonly [name: string, spoil: (provider: OidcProvider) => void])[] = [
  ['is somebody else', (provider) => Object.assign(provider.discovery, { issuer: 'https://mallory.example' })],
  [
    'has its keys at an address without TLS',
    (provider) => Object.assign(provider.discovery, { jwks_uri: 'http://mallory.example/keys' }),
  ],
  ['has no keys', (provider) => Object.assign(provider.discovery, { jwks_uri: null })],
  [
    'is out of order',
    (provider) => {
      provider.respond = (_path, response) => Boolean(response.writeHead(500).end())
    },
  ],
  [
    'is out of order where its keys are',
    (provider) => {
      provider.respond = (path, response) => path === '/keys' && Boolean(response.writeHead(500).end())
    },
  ],
  [
    'answers what is no JSON',
    (provider) => {
      provider.respond = (_path, response) => Boolean(response.end('<html>'))
    },
  ],
  [
    'answers without an end',
    (provider) => {
      provider.respond = (_path, response) => Boolean(response.end(' '.repeat(300_000)))
    },
  ],
  [
    'sends us elsewhere',
    (provider) => {
      provider.respond = (_path, response) =>
        Boolean(response.writeHead(302, { location: `${provider.issuer}/elsewhere` }).end())
    },
  ],
  [
    'hangs up',
    (provider) => {
      provider.respond = (_path, response) => Boolean(response.destroy())
    },
  ],
]

for (const [name, spoil] of BAD_PROVIDERS) {
  test(`nobody is let in, and told to come again, while the provider ${name}`, async () => {
    await using provider = await openOidcProvider()
    const headers = bearer(await provider.token('k1'))
    spoil(provider)
    await using fixture = await openTrusting(provider)
    const { status, headers: answered, text } = await fixture.get(COMPONENTS, headers)
    assert.equal(status, 503)
    assert.equal(answered.get('retry-after'), '5')
    assert.ok(!text.includes('127.0.0.1'))
  })
}

test('a provider that cannot be used is left alone for a while, and then asked again', async () => {
  await using provider = await openOidcProvider()
  const clock = new FakeClock({ epochMs: Date.now() })
  const headers = bearer(await provider.token('k1'))
  provider.respond = (_path, response) => Boolean(response.writeHead(500).end())
  await using fixture = await openFixture({
    auth: { oidc: { issuerUrl: provider.issuer }, audience: 'gateway' },
    clock,
  })
  for (let at = 0; at < 5; at++) assert.equal((await fixture.get(COMPONENTS, headers)).status, 503)
  assert.deepEqual(provider.asked, { [DISCOVERY]: 1 })
  provider.respond = undefined
  await clock.advance(5000)
  assert.equal((await fixture.get(COMPONENTS, headers)).status, 200)
})

test('only addresses over TLS, or on this machine, are asked', () => {
  for (const url of ['https://id.example', 'http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:1'])
    assert.ok(isTrustedUrl(url), url)
  for (const url of ['http://id.example', 'http://127.0.0.1.mallory.example', 'ftp://localhost', 'file:///x', 'id', ''])
    assert.equal(isTrustedUrl(url), false, url)
})
