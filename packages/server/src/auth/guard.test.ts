import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { LogFields, Logger } from '@opensovd/base'
import type { Fixture } from '../testing/fixture.ts'
import { openSse } from '../testing/sse-client.ts'
import { API_KEY, bearer, NOW_SECONDS, openGuarded, signed } from './testing/tokens.ts'

const COMPONENTS = '/sovd/v1/components'
const as = async (sub: string, ...roles: string[]) => bearer(await signed({ sub, roles }))

test('without credentials only what tells nothing of the vehicle can be read', async () => {
  await using fixture = await openGuarded()
  for (const path of [
    '/healthz',
    '/readyz',
    '/version-info',
    '/sovd/version-info',
    '/sovd/v1/health',
    '/sovd/v1/version-info',
    '/vehicle/v1/version-info',
    '/vehicle/version-info',
  ]) {
    const { status } = await fixture.get(path)
    assert.ok(status === 200 || status === 404, `${path} ${status}`)
  }
  for (const path of [
    '/sovd/v1',
    '/sovd/v1/',
    '/sovd/v1/components',
    '/metrics',
    '/openapi.json',
    '/x-admin/features',
    '/vehicle/v1',
    '/vehicle/v1/docs',
    '/no/such/path',
    '/healthz/',
    '//healthz',
    '/%68ealthz',
    '/healthz%2f..%2fsovd/v1/components',
    '/sovd/v1/health/../components',
    '/SOVD/V1/HEALTH',
  ]) {
    const status = await rawStatus(fixture, 'GET', path)
    assert.equal(status, 401, path)
  }
})

/** Sends a path as it is, which `fetch` would tidy up. */
async function rawStatus({ port }: Fixture, method: string, path: string): Promise<number | undefined> {
  const request = http.request({ port, host: '127.0.0.1', method, path, agent: false }).end()
  const [response]: [http.IncomingMessage] = (await once(request, 'response')) as never
  response.resume()
  return response.statusCode
}

test('public paths can be read, and not written', async () => {
  await using fixture = await openGuarded({ publicPaths: ['/sovd/v1/components/bms/data/limits'] })
  const path = '/sovd/v1/components/bms/data/limits'
  assert.equal((await fixture.get(path)).status, 200)
  assert.equal((await fixture.get(`${path}?x=1`)).status, 200)
  for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS'])
    assert.equal((await fixture.send(method, path, {})).status, 401, method)
  assert.equal((await fixture.get('/healthz')).status, 401)
  assert.deepEqual(fixture.vehicle.values.get('limits'), { min: 1, max: { hard: 9, soft: 8 } })
})

test('who has the API key has its roles', async () => {
  await using fixture = await openGuarded({ apiKey: { key: API_KEY, roles: ['viewer'] } })
  const headers = { 'x-api-key': API_KEY }
  assert.equal((await fixture.get(COMPONENTS, headers)).status, 200)
  assert.equal((await fixture.send('DELETE', `${COMPONENTS}/bms/faults`, undefined, headers)).status, 403)
})

test('a wrong API key is refused, and nothing else is tried', async () => {
  await using fixture = await openGuarded({ apiKey: { key: API_KEY, roles: ['viewer'] } })
  const token = await as('ann', 'admin')
  for (const key of ['', 'x', API_KEY.slice(0, -1), `${API_KEY}x`, API_KEY.toUpperCase(), `${API_KEY}, ${API_KEY}`]) {
    const { status, json } = await fixture.get(COMPONENTS, { ...token, 'x-api-key': key })
    assert.equal(status, 401, key)
    assert.deepEqual(json, { error: { code: 'SOVD-ERR-401', message: 'Invalid API key' } })
  }
})

test('an API key is nothing where there is none', async () => {
  await using fixture = await openGuarded()
  assert.equal((await fixture.get(COMPONENTS, { 'x-api-key': 'undefined' })).status, 401)
  assert.equal((await fixture.get(COMPONENTS, { 'x-api-key': 'x', ...(await as('ann', 'viewer')) })).status, 200)
})

const WRONG_HEADERS: readonly (readonly [authorization: string, message: string])[] = [
  ['Basic YTpi', 'Missing Bearer prefix'],
  ['bearer', 'Malformed Authorization header'],
  ['Bearer ', 'Malformed Authorization header'],
  ['Bearer a b', 'Malformed Authorization header'],
  ['Bearer a,b', 'Malformed Authorization header'],
  ['Bearer "a"', 'Malformed Authorization header'],
  ['Bearer é', 'Malformed Authorization header'],
  ['Bearer abc', 'Invalid token: it is not a JSON Web Token'],
]

for (const [authorization, message] of WRONG_HEADERS) {
  test(`'Authorization: ${authorization}' is refused in the words of each contract`, async () => {
    await using fixture = await openGuarded()
    const native = await fixture.get(COMPONENTS, { authorization })
    assert.equal(native.status, 401)
    assert.deepEqual(native.json, { error: { code: 'SOVD-ERR-401', message } })
    assert.match(native.headers.get('www-authenticate') ?? '', /^Bearer realm="sovd"/)
    const iso = await fixture.get('/vehicle/v1/components', { authorization })
    assert.deepEqual(iso.json, { error_code: 'vendor-specific', vendor_code: 'unauthorized', message })
  })
}

test('a refused token is told why, in the header as well', async () => {
  await using fixture = await openGuarded()
  const expired = bearer(await signed({ exp: NOW_SECONDS() - 100 }))
  const { status, headers } = await fixture.get(COMPONENTS, expired)
  assert.equal(status, 401)
  assert.equal(
    headers.get('www-authenticate'),
    'Bearer realm="sovd", error="invalid_token", error_description="Invalid token: it is expired"',
  )
})

test('the scheme is written in any case [RFC 9110 11.1]', async () => {
  await using fixture = await openGuarded()
  const { authorization } = await as('ann', 'viewer')
  const lower = { authorization: String(authorization).replace('Bearer', 'bEARER') }
  assert.equal((await fixture.get(COMPONENTS, lower)).status, 200)
})

test('locks belong to whoever is authenticated, whatever clients say of themselves', async () => {
  await using fixture = await openGuarded()
  const lock = `${COMPONENTS}/bms/lock`
  const ann = { ...(await as('ann', 'tester')), 'x-sovd-client-id': 'bob' }
  const bob = { ...(await as('bob', 'tester')), 'x-sovd-client-id': 'ann' }
  const made = await fixture.send('POST', lock, undefined, ann)
  assert.deepEqual([made.status, made.json.lockedBy], [201, 'ann'])
  const write = `${COMPONENTS}/bms/data/limits`
  assert.equal((await fixture.send('PUT', write, { value: 1 }, bob)).status, 409)
  assert.equal((await fixture.send('PUT', write, { value: 1 }, ann)).status, 204)
  assert.equal((await fixture.send('DELETE', lock, undefined, bob)).status, 409)
  assert.equal((await fixture.send('DELETE', `${lock}?break=true`, undefined, bob)).status, 403)
  const admin = await as('root', 'admin')
  assert.equal((await fixture.send('DELETE', `${lock}?break=true`, undefined, admin)).status, 204)
})

test('a role for one component opens nothing else', async () => {
  const roles = [{ name: 'battery', permissions: ['*'], components: ['bms'] }]
  await using fixture = await openGuarded({ roles })
  const headers = await as('ann', 'battery')
  const statusOf = async (path: string) => (await fixture.get(path, headers)).status
  for (const path of [
    '/sovd/v1/components/bms/data/soc',
    '/vehicle/v1/components/bms',
    '/sovd/v1/components/b%6ds/data',
  ])
    assert.equal(await statusOf(path), 200, path)
  for (const path of [
    COMPONENTS,
    '/sovd/v1/components/bare',
    '/vehicle/v1/components/bare',
    '/vehicle/v1/components',
    '/vehicle/v1/areas/bms',
    '/sovd/v1/groups/powertrain',
    '/sovd/v1/export/faults',
    '/sovd/v1/lock',
    '/openapi.json',
  ])
    assert.equal(await statusOf(path), 403, path)
})

test('If-Match tells nothing to those who may not read', async () => {
  await using fixture = await openGuarded({ roles: [{ name: 'writer', permissions: ['data:write'] }] })
  const headers = { ...(await as('ann', 'writer')), 'if-match': '"x"' }
  assert.equal((await fixture.send('PUT', `${COMPONENTS}/bms/data/limits`, { value: 1 }, headers)).status, 403)
})

test('event streams begin for those only who may read them', async () => {
  await using fixture = await openGuarded()
  const url = `${fixture.url}${COMPONENTS}/bms/data/subscribe`
  for (const headers of [{}, await as('ann'), bearer('x')]) {
    await using client = await openSse(url, headers)
    assert.ok(client.status === 401 || client.status === 403)
  }
  await using client = await openSse(url, await as('ann', 'viewer'))
  assert.equal(client.status, 200)
  assert.ok(await client.next())
})

for (const path of ['/vehicle/v1/components/bms/bulk-data/maps', '/sovd/v1/components/bms/data/bulk-write']) {
  test(`no body is waited for when a request to ${path} is refused`, async () => {
    await using fixture = await openGuarded()
    const socket = connect(fixture.port, '127.0.0.1')
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: x',
      'Content-Type: application/json',
      'Content-Length: 1000000000',
    ].join('\r\n')
    socket.write(`${head}\r\n\r\n{`)
    let text = ''
    socket.setEncoding('utf8').on('data', (part) => {
      text += part
    })
    await once(socket, 'close')
    assert.match(text, /^HTTP\/1\.1 401 /)
    assert.match(text, /\r\nconnection: close\r\n/i)
  })
}

test('what is refused has not happened', async () => {
  await using fixture = await openGuarded()
  const viewer = await as('ann', 'viewer')
  const requests = [
    ['PUT', `${COMPONENTS}/bms/data/limits`, { value: 1 }],
    ['DELETE', `${COMPONENTS}/bms/faults`, undefined],
    ['POST', `${COMPONENTS}/bms/operations/self-test`, {}],
    ['PUT', '/vehicle/v1/components/bms/modes/session', { value: 'extended' }],
  ] as const
  for (const [method, path, body] of requests) {
    assert.equal((await fixture.send(method, path, body)).status, 401)
    assert.equal((await fixture.send(method, path, body, viewer)).status, 403)
  }
  const { values, faults, calls, mode } = fixture.vehicle
  assert.deepEqual(
    [values.get('limits'), faults.length, calls, mode],
    [{ min: 1, max: { hard: 9, soft: 8 } }, 2, [], 'default'],
  )
})

test('paths that do not exist are told only to those who are known', async () => {
  await using fixture = await openGuarded()
  assert.equal((await fixture.get('/nothing')).status, 401)
  const known = await as('ann')
  assert.equal((await fixture.get('/nothing', known)).status, 404)
  assert.equal((await fixture.send('DELETE', COMPONENTS, undefined, known)).status, 405)
})

test('origins that may call the API need no credentials to ask whether they may', async () => {
  await using fixture = await openGuarded({}, { corsOrigins: ['https://tool.example'] })
  const headers = { origin: 'https://tool.example', 'access-control-request-method': 'GET' }
  const preflight = await fixture.send('OPTIONS', COMPONENTS, undefined, headers)
  assert.equal(preflight.status, 204)
  const refused = await fixture.get(COMPONENTS, { origin: 'https://tool.example' })
  assert.equal(refused.status, 401)
  assert.equal(refused.headers.get('access-control-allow-origin'), 'https://tool.example')
})

class Lines implements Logger {
  readonly lines: string[] = []
  readonly #add = (level: string) => (message: string, _fields?: LogFields) =>
    void this.lines.push(`${level} ${message}`)
  readonly trace = this.#add('trace')
  readonly debug = this.#add('debug')
  readonly info = this.#add('info')
  readonly warn = this.#add('warn')
  readonly error = this.#add('error')
  child(): Logger {
    return this
  }
}

test('authentication is switched off only by those who may, loudly, and on again', async () => {
  const log = new Lines()
  await using fixture = await openGuarded({}, { log })
  const flag = '/x-admin/features/auth'
  const off = { enabled: false }
  assert.equal((await fixture.send('PUT', flag, off)).status, 401)
  assert.equal((await fixture.send('PUT', flag, off, await as('ann', 'tester'))).status, 403)
  assert.equal((await fixture.get(COMPONENTS)).status, 401)
  const switched = await fixture.send('PUT', flag, off, await as('root', 'admin'))
  assert.deepEqual([switched.status, switched.json.enabled], [200, false])
  assert.equal((await fixture.get(COMPONENTS)).status, 200)
  assert.ok(log.lines.some((line) => line.startsWith('error AUTHENTICATION WAS SWITCHED OFF')))
  assert.equal((await fixture.send('PUT', flag, { enabled: true })).status, 200)
  assert.equal((await fixture.get(COMPONENTS)).status, 401)
})
