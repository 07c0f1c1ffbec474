import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openGuarded, signed } from './testing/tokens.ts'

interface KeyPair {
  readonly cert: string
  readonly key: string
}

describe('clients with a certificate', () => {
  let folder: string
  let server: KeyPair
  let ann: KeyPair
  let nameless: KeyPair
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'certificates-'))
    server = selfSigned('server', '/CN=localhost')
    ann = selfSigned('ann', '/O=Workshop/CN=ann')
    nameless = selfSigned('nameless', '/O=Workshop')
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
