import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import { before, describe, test } from 'node:test'
import { type KeyPair, selfSigned } from '../testing/self-signed.ts'
import { openGuarded, signed } from './testing/tokens.ts'

describe('clients with a certificate', () => {
  let server: KeyPair
  let ann: KeyPair
  let nameless: KeyPair
  before(() => {
    server = selfSigned('/CN=localhost')
    ann = selfSigned('/O=Workshop/CN=ann')
    nameless = selfSigned('/O=Workshop')
  })

  const openWith = (certificateRoles?: readonly string[]) =>
    openGuarded(
      { ...(certificateRoles && { certificateRoles }) },
      { tls: { ...server, clientCa: `${ann.cert}\n${nameless.cert}` } },
    )

  async function ask(
    port: number,
    client: KeyPair,
    { method = 'GET', path = '/sovd/v1/components', headers = {} }: https.RequestOptions = {},
  ): Promise<{ readonly status: number | undefined; readonly text: string }> {
    const options = { ca: server.cert, cert: client.cert, key: client.key, agent: false }
    const request = https.request({ host: '127.0.0.1', port, method, path, headers, ...options }).end()
    const [response]: http.IncomingMessage[] = await once(request, 'response')
    assert.ok(response instanceof http.IncomingMessage)
    const text = (await response.setEncoding('utf8').toArray()).join('')
    return { status: response.statusCode, text }
  }

  test('are known by its common name, and have the roles of certificates', async () => {
    await using fixture = await openWith(['tester'])
    const lock = { method: 'POST', path: '/sovd/v1/components/bms/lock', headers: { 'x-sovd-client-id': 'bob' } }
    const { status, text } = await ask(fixture.port, ann, lock)
    assert.deepEqual([status, JSON.parse(text).lockedBy], [201, 'ann'])
    assert.equal((await ask(fixture.port, ann, { path: '/x-admin/features' })).status, 403)
  })

  test('need more where certificates are nobody', async () => {
    await using fixture = await openWith()
    assert.equal((await ask(fixture.port, ann)).status, 401)
  })

  test('are nobody without a common name', async () => {
    await using fixture = await openWith(['tester'])
    assert.equal((await ask(fixture.port, nameless)).status, 401)
  })

  test('are who their token says if they show one, and nobody if it is wrong', async () => {
    await using fixture = await openWith(['admin'])
    const authorization = `Bearer ${await signed({ sub: 'eve', roles: ['viewer'] })}`
    assert.equal((await ask(fixture.port, ann, { headers: { authorization } })).status, 200)
    assert.equal((await ask(fixture.port, ann, { path: '/x-admin/features', headers: { authorization } })).status, 403)
    assert.equal((await ask(fixture.port, ann, { headers: { authorization: 'Bearer x' } })).status, 401)
  })
})
