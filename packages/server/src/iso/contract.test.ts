import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { GenericError } from '@opensovd/sovd'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type Fixture, slowBackend } from '../testing/fixture.ts'
import { BASE, openCheckedFixture } from './testing/checked-fixture.ts'

const isGenericError = new Ajv2020().compile(GenericError)

describe('the contract of the standard', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openCheckedFixture()
  })
  after(() => fixture[Symbol.asyncDispose]())

  test('has no OData in it', async () => {
    const reply = await fixture.get('/components?$top=1')
    assert.equal(reply.json.items.length, 2)
    assert.equal(reply.headers.get('odata-version'), null)
    assert.doesNotMatch(reply.text, /@odata/)
  })

  test('answers in the same words for paths that it does not have', async () => {
    for (const path of ['/components/bms/nothing', '/components/bms/data/soc/more', '/a/b/c/d/e/f/g/h']) {
      const reply = await fixture.get(path)
      assert.equal(reply.status, 404)
      assert.equal(reply.json.vendor_code, 'resource-not-found')
    }
    const outside = await fetch(`${fixture.url}/vehicle/v10/components`)
    assert.match(await outside.text(), /^\{"error":\{"code":"SOVD-ERR-404"/)
  })

  for (const id of ['%2F', 'a%2Fb', '..%2F..', '%00', 'a%20b', 'ä', 'x'.repeat(129), 'x'.repeat(10_000)]) {
    test(`the identifier ${id.slice(0, 20)} (${id.length} characters) is refused`, async () => {
      for (const path of [`/${id}`, `/components/${id}`, `/components/bms/data/${id}`, `/apps/bms/faults/${id}`]) {
        const reply = await fixture.get(path)
        assert.ok(reply.status === 400 || reply.status === 404, `${path} ${reply.status}`)
      }
      const write = await fixture.send('PUT', `/components/bms/data/${id}`, { data: 1 })
      assert.ok(write.status === 400 || write.status === 404)
    })
  }

  for (const segment of ['..', '.', '%2e%2e', '%2E']) {
    for (const path of [`/${segment}/bms/data`, `/components/${segment}/data`, `/components/bms/modes/${segment}`]) {
      test(`${path} is refused as the client sent it`, async () => {
        const reply = await raw(fixture.port, `GET ${BASE}${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
        assert.match(reply, /^HTTP\/1.1 400 /)
        const body = JSON.parse(reply.slice(reply.indexOf('\r\n\r\n')))
        assert.ok(isGenericError(body))
        assert.equal(body.error_code, 'incomplete-request')
      })
    }
  }

  test('an identifier that is none is a DataError where a value was to be written', async () => {
    const reply = await fixture.send('PUT', '/components/bms/data/a%20b', { data: 1 })
    assert.equal(reply.status, 400)
    assert.equal(reply.json.path, '')
  })

  test('HEAD has the headers of GET and no body', async () => {
    for (const path of [
      '/',
      '/components',
      '/components/bms',
      '/components/bms/data/soc',
      '/components/bms/faults/P0A80',
    ]) {
      const [head, get] = [await fixture.send('HEAD', path), await fixture.get(path)]
      assert.equal(head.status, 200)
      assert.equal(head.headers.get('content-length'), get.headers.get('content-length'))
      assert.equal(head.headers.get('etag'), get.headers.get('etag'))
    }
    assert.equal((await fixture.send('HEAD', '/components/none')).status, 404)
  })

  test('an unchanged resource is not sent again', async () => {
    for (const path of [
      '/',
      '/components',
      '/apps/bms',
      '/apps/bms/data',
      '/apps/bms/modes/session?include-schema=true',
    ]) {
      const tag = (await fixture.get(path)).headers.get('etag') ?? ''
      assert.match(tag, /^"[0-9a-f]{16}"$/)
      assert.equal((await fixture.get(path, { 'if-none-match': tag })).status, 304)
    }
  })

  test('another method is 405 and told which there are', async () => {
    const allowed: [path: string, method: string, allow: string][] = [
      ['/components', 'POST', 'GET, HEAD, OPTIONS'],
      ['/components/bms/data/soc', 'DELETE', 'GET, PUT, HEAD, OPTIONS'],
      ['/components/bms/faults', 'PUT', 'GET, DELETE, HEAD, OPTIONS'],
      ['/components/bms/operations/self-test', 'POST', 'GET, HEAD, OPTIONS'],
      ['/components/bms/locks', 'DELETE', 'GET, POST, HEAD, OPTIONS'],
    ]
    for (const [path, method, allow] of allowed) {
      const reply = await fixture.send(method, path)
      assert.equal(reply.status, 405)
      assert.equal(reply.json.vendor_code, 'method-not-allowed')
      assert.equal(reply.headers.get('allow'), allow)
      assert.equal((await fixture.send('OPTIONS', path)).headers.get('allow'), allow)
    }
  })

  test('a request for another deployment is refused in its words', async () => {
    const reply = await fetch(`${fixture.url}${BASE}/components`, { headers: { 'x-deployment-target': 'blue' } })
    assert.equal(reply.status, 421)
    assert.ok(isGenericError(await reply.json()))
  })

  test('addresses itself as the client did, or else by where it listens', async () => {
    const ask = async (host: string) => {
      const reply = await raw(fixture.port, `GET ${BASE} HTTP/1.0\r\n${host}\r\n`)
      return JSON.parse(reply.slice(reply.indexOf('\r\n\r\n'))).components
    }
    assert.equal(await ask('Host: gateway.vehicle:8443\r\n'), `http://gateway.vehicle:8443${BASE}/components`)
    for (const host of ['', 'Host: \r\n', 'Host: a b\r\n']) {
      assert.equal(await ask(host), `http://127.0.0.1:${fixture.port}${BASE}/components`)
    }
  })
})

describe('a source that does not answer', () => {
  test('is not-responding, and hears of the abort', async () => {
    const aborted = Promise.withResolvers<void>()
    const slow = slowBackend((signal) => signal.addEventListener('abort', () => aborted.resolve()))
    await using fixture = await openCheckedFixture({ requestTimeoutMs: 50, backends: [slow] })
    const reply = await fixture.get('/components/slow/data/x')
    assert.equal(reply.status, 504)
    assert.equal(reply.json.error_code, 'not-responding')
    await aborted.promise
  })

  test('tells nothing of what went wrong inside', async () => {
    const slow = slowBackend(() => {
      throw new TypeError('secret detail')
    })
    await using fixture = await openCheckedFixture({ backends: [slow] })
    const reply = await fixture.get('/components/slow/data/x')
    assert.equal(reply.status, 500)
    assert.deepEqual(reply.json, { error_code: 'sovd-server-failure', message: 'internal server error' })
  })
})

/** Sends bytes and collects the answer until the server closes. */
function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.setEncoding('utf8').on('data', (chunk) => {
      reply += chunk
    })
    socket.on('error', reject).on('close', () => resolve(reply))
  })
}
