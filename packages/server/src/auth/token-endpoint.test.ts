import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { scryptSync } from 'node:crypto'
import { test } from 'node:test'
import { AccessToken, TokenError } from '@opensovd/sovd'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { decodeJwt, jwtVerify } from 'jose'
import { type Fixture, openFixture, type Reply } from '../testing/fixture.ts'
import type { TokenClient } from './options.ts'
import { bearer, NOW_SECONDS, openGuarded, SECRET } from './testing/tokens.ts'

const TOKEN = '/vehicle/v1/token'
const AUTHORIZE = '/vehicle/v1/authorize'
const ajv = new Ajv2020({ strict: true })
const isToken = ajv.compile(AccessToken)
const isTokenError = ajv.compile(TokenError)

const salt = Buffer.from('0123456789abcdef')
const clients: readonly TokenClient[] = [
  { id: 'workshop', secret: { kind: 'plain', text: 'workshop-secret' }, roles: ['tester'] },
  {
    id: 'fleet',
    secret: {
      kind: 'scrypt',
      salt: salt.toString('base64'),
      hash: scryptSync('fleet-secret', salt, 32).toString('base64'),
    },
    roles: ['viewer'],
  },
]
const WORKSHOP = { client_id: 'workshop', client_secret: 'workshop-secret' }

function ask(fixture: Fixture, body: unknown, path = TOKEN, headers = {}): Promise<Reply> {
  return fixture.send('POST', path, body, headers)
}

function askByForm(fixture: Fixture, fields: string, headers = {}): Promise<Reply> {
  return ask(fixture, fields, TOKEN, { 'content-type': 'application/x-www-form-urlencoded', ...headers })
}

function assertRefused({ status, json, headers }: Reply, error: string): void {
  assert.equal(status, 400, JSON.stringify(json))
  assert.equal(json.error, error)
  assert.ok(isTokenError(json), ajv.errorsText(isTokenError.errors))
  assert.equal(headers.get('cache-control'), 'no-store')
}

for (const path of [TOKEN, AUTHORIZE]) {
  test(`${path} gives a token for an id and a secret in JSON, and the token opens what its roles may`, async () => {
    await using fixture = await openGuarded({ clients, issuer: 'gateway', tokenSeconds: 900 })
    const { status, json, headers } = await ask(fixture, WORKSHOP, path)
    assert.equal(status, 200)
    assert.ok(isToken(json), ajv.errorsText(isToken.errors))
    assert.deepEqual([json.token_type, json.expires_in], ['Bearer', 900])
    assert.equal(headers.get('cache-control'), 'no-store')
    const may = bearer(json.access_token)
    const lock = await fixture.send('POST', '/sovd/v1/components/bms/lock', undefined, may)
    assert.deepEqual([lock.status, lock.json.lockedBy], [201, 'workshop'])
    assert.equal((await fixture.get('/x-admin/features', may)).status, 403)
  })
}

test('a token has what it is judged by, and jose agrees', async () => {
  await using fixture = await openGuarded({ clients, issuer: 'gateway', audience: 'car' })
  const { json } = await ask(fixture, { ...WORKSHOP, grant_type: 'client_credentials', scope: 'data:read faults:*' })
  assert.equal(json.scope, 'data:read faults:*')
  const options = { issuer: 'gateway', audience: 'car', subject: 'workshop', algorithms: ['HS256'], typ: 'at+jwt' }
  const { payload } = await jwtVerify(json.access_token, Buffer.from(SECRET), options)
  assert.deepEqual([payload.roles, payload.scope], [['tester'], 'data:read faults:*'])
  assert.ok(Math.abs((payload.exp ?? 0) - NOW_SECONDS() - 3600) < 10)
  const may = bearer(json.access_token)
  assert.equal((await fixture.get('/sovd/v1/components/bms/data/soc', may)).status, 200)
  assert.equal((await fixture.send('DELETE', '/sovd/v1/components/bms/faults', undefined, may)).status, 204)
  assert.equal((await fixture.get('/sovd/v1/components', may)).status, 403)
})

test('PyJWT verifies a token as well', async (t) => {
  await using fixture = await openGuarded({ clients, issuer: 'gateway' })
  const { json } = await ask(fixture, WORKSHOP)
  const script =
    "import sys, jwt; t, k = sys.stdin.read().split('\\n'); print(jwt.decode(t, k, algorithms=['HS256'], issuer='gateway')['sub'])"
  let subject: string
  try {
    subject = execFileSync(process.env.PEERS_PYTHON ?? 'python3', ['-c', script], {
      input: `${json.access_token}\n${SECRET}`,
      encoding: 'utf8',
      stdio: 'pipe',
    })
  } catch (error) {
    if (process.env.REQUIRE_PEERS === '1' || !/No module named|ENOENT/.test(String(error))) throw error
    t.skip('there is no Python with PyJWT')
    return
  }
  assert.equal(subject.trim(), 'workshop')
})

test('a form and Basic credentials do as well [RFC 6749 2.3.1]', async () => {
  await using fixture = await openGuarded({
    clients: [...clients, { id: 'a:b c', secret: { kind: 'plain', text: 'p%q&é' }, roles: [] }],
  })
  const grant = 'grant_type=client_credentials'
  const form = await askByForm(fixture, `${grant}&client_id=workshop&client_secret=workshop-secret`)
  assert.equal(form.status, 200)
  const basicOf = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
  })
  const basic = await askByForm(fixture, grant, basicOf('a:b c', 'p%q&é'))
  assert.equal(decodeJwt(basic.json.access_token).sub, 'a:b c')
  const empty = await fixture.send('POST', TOKEN, undefined, basicOf('workshop', 'workshop-secret'))
  assert.equal(empty.status, 200)
  assertRefused(await askByForm(fixture, `${grant}&client_secret=x`, basicOf('workshop', 'x')), 'invalid_request')
  assertRefused(await askByForm(fixture, grant, basicOf('workshop', 'x')), 'invalid_client')
})

test('a secret that is kept as its scrypt hash is known again', async () => {
  await using fixture = await openGuarded({ clients })
  assert.equal((await ask(fixture, { client_id: 'fleet', client_secret: 'fleet-secret' })).status, 200)
  assertRefused(await ask(fixture, { client_id: 'fleet', client_secret: 'fleet-secre' }), 'invalid_client')
})

const WRONG: readonly (readonly [name: string, body: unknown, error: string])[] = [
  ['a wrong secret', { ...WORKSHOP, client_secret: 'x' }, 'invalid_client'],
  ['an unknown client', { ...WORKSHOP, client_id: 'nobody' }, 'invalid_client'],
  ['the name of something that every object has', { ...WORKSHOP, client_id: 'constructor' }, 'invalid_client'],
  ['no secret', { client_id: 'workshop' }, 'invalid_request'],
  ['an empty secret', { ...WORKSHOP, client_secret: '' }, 'invalid_request'],
  ['no client', { client_secret: 'workshop-secret' }, 'invalid_request'],
  ['no body', undefined, 'invalid_request'],
  ['a body that is no object', [], 'invalid_request'],
  ['a body that is not JSON', '{', 'invalid_request'],
  ['a secret that is no text', { ...WORKSHOP, client_secret: 5 }, 'invalid_request'],
  ['a secret that is too long', { ...WORKSHOP, client_secret: 'x'.repeat(2000) }, 'invalid_request'],
  ['another grant', { ...WORKSHOP, grant_type: 'password' }, 'unsupported_grant_type'],
  ['scopes that are no permissions', { ...WORKSHOP, scope: 'openid' }, 'invalid_scope'],
]

for (const [name, body, error] of WRONG) {
  test(`refuses ${name} with ${error}`, async () => {
    await using fixture = await openGuarded({ clients })
    assertRefused(await ask(fixture, body), error)
  })
}

test('a wrong secret and an unknown client are told the same', async () => {
  await using fixture = await openGuarded({ clients })
  const wrong = await ask(fixture, { ...WORKSHOP, client_secret: 'x' })
  const unknown = await ask(fixture, { ...WORKSHOP, client_id: 'x' })
  assert.deepEqual(wrong.json, unknown.json)
  assert.equal(wrong.json.error_code, 'insufficient-access-rights')
})

test('a form with a field twice, other bodies, and huge ones are refused', async () => {
  await using fixture = await openGuarded({ clients })
  const twice = 'client_id=workshop&client_secret=a&client_secret=workshop-secret'
  assertRefused(await askByForm(fixture, twice), 'invalid_request')
  assert.equal((await ask(fixture, 'x', TOKEN, { 'content-type': 'text/plain' })).status, 415)
  assert.equal((await ask(fixture, { ...WORKSHOP, x: 'x'.repeat(20_000) })).status, 413)
  assert.equal((await askByForm(fixture, `x=${'x'.repeat(20_000)}`)).status, 413)
})

test('who guesses secrets has to wait, and who guesses right meanwhile as well', async () => {
  await using fixture = await openGuarded({ clients })
  for (let at = 0; at < 5; at++)
    assertRefused(await ask(fixture, { ...WORKSHOP, client_secret: 'x' }), 'invalid_client')
  const { status, headers, json } = await ask(fixture, WORKSHOP)
  assert.equal(status, 429)
  assert.ok(Number(headers.get('retry-after')) > 0)
  assert.equal(json.vendor_code, 'too-many-requests')
  assert.equal((await ask(fixture, { client_id: 'fleet', client_secret: 'fleet-secret' })).status, 200)
})

test('many guesses at once are no more than as many one after the other', async () => {
  await using fixture = await openGuarded({ clients })
  const guesses = Array.from({ length: 30 }, (_, at) => ask(fixture, { ...WORKSHOP, client_secret: `x${at}` }))
  const statuses = (await Promise.all(guesses)).map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 400).length, 5)
  assert.equal(statuses.filter((status) => status === 429).length, 25)
})

test('without a secret of their own tokens are signed with a key that no other server has', async () => {
  const options = { auth: { clients } }
  await using fixture = await openFixture(options)
  await using other = await openFixture(options)
  const { json } = await ask(fixture, WORKSHOP)
  const may = bearer(json.access_token)
  assert.equal((await fixture.get('/sovd/v1/components', may)).status, 200)
  assert.equal((await other.get('/sovd/v1/components', may)).status, 401)
})

test('it is said when there are no tokens to be had', async () => {
  const statusesOf = async (fixture: Fixture) => [
    (await ask(fixture, WORKSHOP)).status,
    (await ask(fixture, WORKSHOP, AUTHORIZE)).status,
  ]
  await using off = await openFixture()
  assert.deepEqual(await statusesOf(off), [501, 501])
  await using nobody = await openGuarded()
  assert.deepEqual(await statusesOf(nobody), [501, 501])
  await using fixture = await openGuarded({ clients })
  fixture.diagnostics.features.set('auth', false, {})
  assert.deepEqual(await statusesOf(fixture), [404, 404])
})
