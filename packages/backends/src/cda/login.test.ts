import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import type { DoubleAnswer } from '../sovd/testing/http-double.ts'
import { advanceUntil, until } from '../sovd/testing/running.ts'
import { openCdaDouble } from './testing/cda-double.ts'
import { testCdaBackend } from './testing/open-backend.ts'
import { context, runCda } from './testing/running-backend.ts'

const VIN = '/components/flxc1000/data/vindataidentifier'

test('one login serves all requests', async () => {
  await using cda = await runCda({}, { secret: 'secret' })
  await Promise.all(Array.from({ length: 10 }, () => cda.facet('data').list(context())))
  await cda.facet('data').read('vindataidentifier', context())
  assert.equal(cda.double.login.logins, 1)
})

test('a token that is not accepted any more is replaced once, by one login for all who wait', async () => {
  await using cda = await runCda()
  cda.double.login.forget()
  const reads = ['vindataidentifier', 'identification', 'fluxcapacitorpowerconsumption']
  await Promise.all(reads.map((id) => cda.facet('data').read(id, context())))
  assert.equal(cda.double.login.logins, 2)
})

test('a token is replaced when an adapter says 401 without a word', async () => {
  await using cda = await runCda()
  const { double } = cda
  let refusals = 0
  double.intercept = ({ url }) => (url.endsWith(VIN) && refusals++ === 0 ? { status: 401 } : undefined)
  assert.equal((await cda.facet('data').read('vindataidentifier', context())).value, 'SCEDT26T8BD005261')
  assert.equal(double.login.logins, 2)
})

test('a request is not repeated for ever', async () => {
  await using cda = await runCda()
  cda.double.intercept = ({ url }) => (url.endsWith(VIN) ? { status: 401 } : undefined)
  await assert.rejects(cda.facet('data').read('vindataidentifier', context()), {
    code: 'bad-gateway',
    message: "backend 'cda' refused the gateway's credentials",
  })
  assert.deepEqual(cda.news(), [`GET ${VIN}`, 'POST /authorize', `GET ${VIN}`])
})

test('what is forbidden for another reason than the token is forbidden', async () => {
  await using cda = await runCda()
  cda.double.intercept = () => ({
    status: 403,
    body: { message: 'Access denied', error_code: 'insufficient-access-rights' },
  })
  await assert.rejects(cda.facet('data').read('vindataidentifier', context()), {
    code: 'forbidden',
    message: 'Access denied',
  })
  assert.equal(cda.double.login.logins, 1)
})

test('a token is renewed before its seconds are over', async () => {
  const clock = new FakeClock()
  await using double = await openCdaDouble({ clock })
  double.login.expiresIn = 60
  const backend = testCdaBackend({ baseUrl: double.url, componentIds: ['flxc1000'] }, { clock })
  const data = backend.snapshot.entities[0]?.facets.data
  assert.ok(data)
  await data.list(context())
  await clock.advance(49_000)
  await data.list(context())
  assert.equal(double.login.logins, 1)
  await clock.advance(2000)
  await data.list(context())
  assert.equal(double.login.logins, 2)
  await backend[Symbol.asyncDispose]()
})

test('the wrong secret is told, with who it is of and without itself', async () => {
  const clock = new FakeClock()
  await using double = await openCdaDouble({ secret: 'right' })
  const backend = testCdaBackend({ baseUrl: double.url, clientId: 'gw', clientSecret: 'wrong' }, { clock })
  const stop = new AbortController()
  const run = backend.run(stop.signal)
  await until(() => backend.snapshot.status.phase === 'down')
  assert.deepEqual(backend.snapshot.status, {
    phase: 'down',
    code: 'bad-gateway',
    message: "backend 'cda' does not let 'gw' log in: Invalid credentials",
  })
  stop.abort()
  await run
  await backend[Symbol.asyncDispose]()
})

const STRANGE: readonly (readonly [answer: Json, reason: RegExp])[] = [
  [{}, /access_token is not a text/],
  [{ access_token: 5 }, /access_token is not a text/],
  [{ access_token: 'a\r\nx-evil: 1' }, /access_token has characters that a token cannot have/],
  [{ access_token: 'a', token_type: 'MAC' }, /token_type is "MAC"/],
  ['token', /it is not an object/],
]

for (const [body, message] of STRANGE) {
  test(`a login that is answered with ${JSON.stringify(body)} fails with what is wrong with that`, async () => {
    await using double = await openCdaDouble()
    double.intercept = ({ url }) => (url.endsWith('/authorize') ? { status: 200, body } : undefined)
    const backend = testCdaBackend({ baseUrl: double.url, componentIds: ['flxc1000'] })
    const data = backend.snapshot.entities[0]?.facets.data
    assert.ok(data)
    await assert.rejects(data.list(context()), { code: 'bad-gateway', message })
    await backend[Symbol.asyncDispose]()
  })
}

test('who waits for a login that hangs can go, and the others are told when it is too late', async () => {
  const clock = new FakeClock()
  await using double = await openCdaDouble({ clock })
  const hanging = Promise.withResolvers<DoubleAnswer>()
  const { server } = double
  const backend = testCdaBackend({ baseUrl: server.url, componentIds: ['flxc1000'], timeoutMs: 2000 }, { clock })
  // An answer that never comes: the double is asked, and says nothing.
  double.intercept = ({ url }) => (url.endsWith('/authorize') ? hanging.promise : undefined)
  const data = backend.snapshot.entities[0]?.facets.data
  assert.ok(data)
  const gone = new AbortController()
  const [first, second] = [data.list(context(gone.signal)), data.read('x', context())]
  await until(() => server.requests.length > 0)
  gone.abort(new Error('gone'))
  await assert.rejects(first, { message: 'gone' })
  const [outcome] = await Promise.all([
    second.catch((error: unknown) => error),
    advanceUntil(clock, () => clock.monotonic() >= 2000),
  ])
  assert.ok(outcome instanceof Error && 'code' in outcome)
  assert.equal(outcome.code, 'gateway-timeout')
  await backend[Symbol.asyncDispose]()
})
