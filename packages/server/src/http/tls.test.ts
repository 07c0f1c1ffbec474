import assert from 'node:assert/strict'
import { once } from 'node:events'
import https from 'node:https'
import { connect } from 'node:net'
import { before, describe, test } from 'node:test'
import tls from 'node:tls'
import { FakeClock } from '@opensovd/base/testing'
import { type Fixture, openFixture } from '../testing/fixture.ts'
import { type KeyPair, selfSigned } from '../testing/self-signed.ts'

describe('TLS', () => {
  let server: KeyPair
  let client: KeyPair
  before(() => {
    server = selfSigned('/CN=localhost')
    client = selfSigned('/CN=tester')
  })

  test('is announced to stay by HSTS', async () => {
    await using fixture = await openFixture({ tls: server })
    assert.match(fixture.url, /^https:/)
    const { status, headers } = await get(fixture, { ca: server.cert })
    assert.equal(status, 200)
    assert.equal(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains')
  })

  test('with a client authority serves only those who have its certificate', async () => {
    await using fixture = await openFixture({ tls: { ...server, clientCa: client.cert } })
    assert.equal((await get(fixture, { ca: server.cert, ...client })).status, 200)
    await assert.rejects(get(fixture, { ca: server.cert }))
    await assert.rejects(get(fixture, { ca: server.cert, ...server }))
  })

  test('closing waits for no connection without a session, and for none on which nothing was asked', async () => {
    const fixture = await openFixture({ tls: server, clock: new FakeClock() })
    const port = Number(new URL(fixture.url).port)
    const silent = connect(port, '127.0.0.1')
    const secure = tls.connect({ port, host: '127.0.0.1', ca: server.cert })
    await Promise.all([once(silent, 'connect'), once(secure, 'secureConnect')])
    assert.equal((await get(fixture, { ca: server.cert })).status, 200)
    const ended = Promise.all([silent, secure].map((socket) => once(socket, 'close')))
    await fixture[Symbol.asyncDispose]()
    await ended
  })
})

function get(
  fixture: Fixture,
  options: https.RequestOptions,
): Promise<{ status: number | undefined; headers: object & { [name: string]: unknown } }> {
  return new Promise((resolve, reject) => {
    https
      .get(`${fixture.url}/healthz`, { ...options, agent: false }, (response) => {
        response.resume()
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers }))
      })
      .on('error', reject)
  })
}
