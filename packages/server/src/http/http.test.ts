import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { SovdError } from '@opensovd/sovd'
import { type Fixture, openFixture, slowBackend } from '../testing/fixture.ts'

const base = '/sovd/v1'
const soc = `${base}/components/bms/data/soc`

describe('every answer', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture({ deploymentLabel: 'canary' })
  })
  after(() => fixture[Symbol.asyncDispose]())

  test('has the security headers, and no HSTS over plain HTTP', async () => {
    for (const path of [soc, '/nothing', `${base}/components/none`, '/healthz']) {
      const { headers } = await fixture.get(path)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
      assert.equal(headers.get('x-frame-options'), 'DENY', path)
      assert.equal(headers.get('cache-control'), 'no-store', path)
      assert.equal(headers.get('x-served-by'), 'canary', path)
      assert.equal(headers.get('strict-transport-security'), null, path)
      assert.equal(headers.get('access-control-allow-origin'), null, path)
    }
  })

  test('belongs to the trace of the request, or to a new one', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    assert.equal((await fixture.get(soc, { traceparent })).headers.get('traceparent'), traceparent)
    const fresh = (await fixture.get(soc)).headers.get('traceparent') ?? ''
    const [, traceId = '', spanId] = fresh.match(/^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/) ?? []
    assert.equal(traceId.slice(0, 16), spanId)
    assert.notEqual((await fixture.get(soc)).headers.get('traceparent'), fresh)
    assert.match(
      (await fixture.get(soc, { traceparent: '00-zz-1-1' })).headers.get('traceparent') ?? '',
      /^00-[0-9a-f]{32}/,
    )
    assert.equal((await fixture.get(soc, { 'x-request-id': 'req-7' })).headers.get('traceparent'), 'req-7')
  })

  test('is 421 for a request that targets another deployment', async () => {
    assert.equal((await fixture.get(soc, { 'x-deployment-target': 'canary' })).status, 200)
    const reply = await fixture.get(soc, { 'x-deployment-target': 'blue' })
    assert.equal(reply.status, 421)
    assert.equal(reply.json.error.message, "Request targets deployment 'blue' but this instance is 'canary'")
  })
})

describe('conditional requests', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture()
  })
  after(() => fixture[Symbol.asyncDispose]())

  test('an unchanged resource is not sent again, by any of the ways to name its tag', async () => {
    for (const path of [
      soc,
      `${base}/components`,
      `${base}/components/bms/faults`,
      '/openapi.json',
      `${base}/$metadata`,
    ]) {
      const tag = (await fixture.get(path)).headers.get('etag') ?? ''
      assert.match(tag, /^"[0-9a-f]{16}"$/, path)
      for (const header of [tag, `"other", ${tag}`, `W/${tag}`, '*']) {
        const reply = await fixture.get(path, { 'if-none-match': header })
        assert.equal(reply.status, 304, `${path} ${header}`)
        assert.equal(reply.text, '')
        assert.equal(reply.headers.get('etag'), tag)
      }
      assert.equal((await fixture.get(path, { 'if-none-match': '"other"' })).status, 200)
    }
  })

  test('a write goes through only if the resource is the one that was read', async () => {
    const tag = (await fixture.get(soc)).headers.get('etag') ?? ''
    const write = (header: string) => fixture.send('PUT', soc, { value: 1 }, { 'if-match': header })
    assert.equal((await write('"other"')).status, 412)
    assert.equal((await write(`W/${tag}`)).status, 412)
    assert.equal(fixture.vehicle.values.get('soc'), 78.5)
    assert.equal((await write(`"other", ${tag}`)).status, 204)
    assert.equal((await write(tag)).status, 412)
    assert.equal((await write('*')).status, 204)
    assert.equal((await fixture.send('PATCH', soc, 5, { 'if-match': tag })).status, 412)
    assert.equal(
      (await fixture.send('PUT', `${base}/components/bms/data/none`, { value: 1 }, { 'if-match': '*' })).status,
      404,
    )
  })

  test('HEAD has the headers of GET and no body', async () => {
    const [head, get] = [await fixture.send('HEAD', soc), await fixture.get(soc)]
    assert.equal(head.status, 200)
    assert.equal(head.text, '')
    assert.equal(head.headers.get('content-length'), get.headers.get('content-length'))
    assert.equal(head.headers.get('etag'), get.headers.get('etag'))
  })
})

describe('bad input', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture({ requestTimeoutMs: 200 })
  })
  after(() => fixture[Symbol.asyncDispose]())

  const identifiers = ['%2F', 'a%2Fb', '..%2F..', '%00', 'a%20b', 'ä', 'x'.repeat(129), 'x'.repeat(10_000)]
  for (const id of identifiers) {
    test(`the identifier ${id.slice(0, 20)} (${id.length} characters) is refused`, async () => {
      for (const path of [`/components/${id}`, `/components/${id}/data/soc`, `/components/bms/data/${id}`]) {
        const reply = await fixture.get(base + path)
        assert.ok(reply.status === 400 || reply.status === 404, `${reply.status}`)
        assert.match(reply.json.error.code, /^SOVD-ERR-40[04]$/)
      }
    })
  }

  for (const segment of ['..', '.', '%2e%2e', '%2E']) {
    test(`${segment} as a segment is refused as the client sent it`, async () => {
      const head = `GET ${base}/components/${segment}/data HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
      const reply = await raw(fixture.port, head)
      assert.match(reply, /^HTTP\/1.1 400 /)
      assert.match(reply, /"SOVD-ERR-400"/)
    })
  }

  const bodies: [name: string, body: string, type: string, status: number][] = [
    ['not JSON', '{"value":', 'application/json', 400],
    ['empty', '', 'application/json', 400],
    ['without the member it needs', '{"values":1}', 'application/json', 422],
    ['of another type', '[1]', 'application/json', 422],
    ['null', 'null', 'application/json', 422],
    ['nested 100 deep', `{"value":${'['.repeat(100)}${']'.repeat(100)}}`, 'application/json', 400],
    ['nested a million deep', '['.repeat(1_000_000), 'application/json', 400],
    ['in another format', '<value>1</value>', 'application/xml', 415],
    ['of no declared type', '{"value":1}', 'text/plain', 415],
    ['larger than 2 MiB', `{"value":"${'x'.repeat(2 * 1024 * 1024)}"}`, 'application/json', 413],
  ]
  for (const [name, body, type, status] of bodies) {
    test(`a body ${name} is ${status} and changes nothing`, async () => {
      const reply = await fixture.send('PUT', soc, body, { 'content-type': type })
      assert.equal(reply.status, status)
      assert.equal(reply.json.error.code, `SOVD-ERR-${status}`)
      assert.equal(fixture.vehicle.values.get('soc'), 78.5)
    })
  }

  test('but what programs an ECU may be as large as that is', async () => {
    const firmware = { firmware_data: 'A'.repeat(4 * 1024 * 1024) }
    const { status } = await fixture.send('POST', '/sovd/v1/x-uds/components/bms/flash', firmware)
    assert.equal(status, 501)
  })

  for (const [what, head] of [
    ['an unknown path', 'POST /unknown HTTP/1.1'],
    ['another type of body', 'PUT /sovd/v1/components/bms/data/soc HTTP/1.1\r\nContent-Type: text/plain'],
    ['a path that takes no body', 'GET /sovd/v1/components HTTP/1.1'],
  ] as const) {
    test(`who never ends a body for ${what} is cut once it is answered`, async () => {
      const socket = connect(fixture.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(`${head}\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbegun`)
      const drip = setInterval(() => socket.write('x'), 50)
      let answer = ''
      socket.setEncoding('utf8').on('data', (text: string) => {
        answer += text
      })
      await once(socket, 'close')
      clearInterval(drip)
      assert.match(answer, /^HTTP\/1.1 \d{3} /)
    })
  }

  test('a member of the wrong shape is named', async () => {
    const { json } = await fixture.send('POST', `${base}/components/bms/data/bulk-read`, { dataIds: ['soc', 7] })
    assert.equal(json.error.target, 'body/dataIds/1')
    const missing = await fixture.send('PUT', soc, {})
    assert.equal(missing.json.error.target, 'body/value')
  })

  test('unknown paths are 404 and known ones with another method 405 that says which', async () => {
    const unknown = await fixture.get('/sovd/v1/nothing')
    assert.equal(unknown.status, 404)
    assert.equal(unknown.json.error.code, 'SOVD-ERR-404')
    const wrong = await fixture.send('DELETE', soc)
    assert.equal(wrong.status, 405)
    assert.equal(wrong.json.error.code, 'SOVD-ERR-405')
    assert.equal(wrong.headers.get('allow'), 'GET, PUT, PATCH, HEAD, OPTIONS')
    assert.equal((await fixture.get(`${base}/components/bms/data/bulk-read`)).status, 405)
    const trace = await raw(fixture.port, `TRACE ${soc} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    assert.match(trace, /^HTTP\/1.1 405 /)
    const options = await fixture.send('OPTIONS', soc)
    assert.equal(options.status, 204)
    assert.equal(options.headers.get('allow'), 'GET, PUT, PATCH, HEAD, OPTIONS')
  })

  test('a method that no path has is 405 too', async () => {
    for (const method of ['PROPFIND', 'QUERY']) {
      const reply = await fixture.send(method, soc)
      assert.equal(reply.status, 405, method)
      assert.equal(reply.json.error.code, 'SOVD-ERR-405')
    }
  })

  test('broken percent-encoding is 400', async () => {
    const reply = await raw(fixture.port, `GET ${base}/components/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    assert.match(reply, /^HTTP\/1.1 400 /)
    assert.match(reply, /"SOVD-ERR-400"/)
  })

  test('what is not HTTP at all gets an error in JSON', async () => {
    const reply = await raw(fixture.port, 'hello\r\n\r\n')
    assert.match(reply, /^HTTP\/1.1 400 Bad Request\r\n/)
    assert.match(reply, /\{"error":\{"code":"SOVD-ERR-400"/)
    const large = await raw(fixture.port, `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`)
    assert.match(large, /^HTTP\/1.1 431 /)
    assert.match(large, /"SOVD-ERR-431"/)
  })

  test('bad OData options are 400 and point at the place', async () => {
    const bad = ['$filter=id eq', '$filter=((((', '$top=-1', '$top=x', '$skip=1.5', '$orderby=id sideways', '$expand=x']
    for (const query of bad) {
      const reply = await fixture.get(`${base}/components?${encodeURI(query)}`)
      assert.equal(reply.status, 400, query)
      assert.equal(reply.json.error.code, 'SOVD-ERR-400')
    }
    const bomb = await fixture.get(`${base}/components?$filter=${'('.repeat(9000)}`)
    assert.equal(bomb.status, 400)
  })
})

describe('a handler', () => {
  test('that takes too long is aborted, and the client hears 504', async () => {
    const aborted = Promise.withResolvers<void>()
    const fixture = await openFixture({
      requestTimeoutMs: 50,
      backends: [
        slowBackend((signal) => {
          signal.addEventListener('abort', () => aborted.resolve())
        }),
      ],
    })
    const reply = await fixture.get(`${base}/components/slow/data/x`)
    assert.equal(reply.status, 504)
    assert.equal(reply.json.error.code, 'SOVD-ERR-504')
    await aborted.promise
    await fixture[Symbol.asyncDispose]()
  })

  test('is aborted when its client goes away', async () => {
    const started = Promise.withResolvers<void>()
    const aborted = Promise.withResolvers<void>()
    const fixture = await openFixture({
      backends: [
        slowBackend((signal) => {
          started.resolve()
          signal.addEventListener('abort', () => aborted.resolve())
        }),
      ],
    })
    const client = new AbortController()
    const request = fetch(`${fixture.url}${base}/components/slow/data/x`, { signal: client.signal })
    await started.promise
    client.abort()
    await assert.rejects(request)
    await aborted.promise
    await fixture[Symbol.asyncDispose]()
  })

  test('that fails with something unforeseen is a 500 that tells nothing', async () => {
    const fixture = await openFixture({
      backends: [
        slowBackend(() => {
          throw new TypeError('secret detail')
        }),
      ],
    })
    const reply = await fixture.get(`${base}/components/slow/data/x`)
    assert.equal(reply.status, 500)
    assert.doesNotMatch(reply.text, /secret/)
    await fixture[Symbol.asyncDispose]()
  })

  test('tells when to come back', async () => {
    const fixture = await openFixture({
      backends: [
        slowBackend(() => {
          throw new SovdError('too-many-requests', 'slow down', {
            retryAfterSeconds: 1.2,
            details: [{ code: 'X', message: 'y' }],
          })
        }),
      ],
    })
    const reply = await fixture.get(`${base}/components/slow/data/x`)
    assert.equal(reply.status, 429)
    assert.equal(reply.headers.get('retry-after'), '2')
    assert.deepEqual(reply.json.error.details, [{ code: 'X', message: 'y' }])
    await fixture[Symbol.asyncDispose]()
  })
})

describe('closing', () => {
  test('finishes the request in flight and refuses new ones', async () => {
    const started = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const fixture = await openFixture({ backends: [slowBackend(() => started.resolve(), finish.promise)] })
    const inFlight = fixture.get(`${base}/components/slow/data/x`)
    await started.promise
    const closing = fixture[Symbol.asyncDispose]()
    finish.resolve()
    const reply = await inFlight
    assert.equal(reply.status, 200)
    assert.equal(reply.headers.get('connection'), 'close')
    await closing
    await assert.rejects(fixture.get('/healthz'))
  })

  test('a port that is taken is named', async () => {
    await using fixture = await openFixture()
    await assert.rejects(openFixture({ port: fixture.port }), {
      code: 'address-in-use',
      message: `port ${fixture.port} on 127.0.0.1 is already in use`,
    })
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
