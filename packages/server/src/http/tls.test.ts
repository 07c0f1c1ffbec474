import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import https from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import tls from 'node:tls'
import { FakeClock } from '@opensovd/base/testing'
import { type Fixture, openFixture } from '../testing/fixture.ts'

interface KeyPair {
  readonly cert: string
  readonly key: string
}

describe('TLS', () => {
  let folder: string
  let server: KeyPair
  let client: KeyPair
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'))
    server = selfSigned('server', '/CN=localhost')
    client = selfSigned('client', '/CN=tester')
  })
  after(() => rmSync(folder, { recursive: true }))

  function selfSigned(name: string, subject: string): KeyPair {
    const [keyFile, certFile] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
    const files = ['-keyout', keyFile, '-out', certFile, '-days', '2', '-subj', subject]
    const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
    const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    execFileSync('openssl', ['req', '-x509', '-nodes', ...algorithm, ...files, ...names], { stdio: 'ignore' })
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
  }

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
