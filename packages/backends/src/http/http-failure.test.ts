import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { FailureKind } from './http-failure.ts'
import { HttpFailure } from './http-failure.ts'
import { ask, askText, testClient } from './testing/ask.ts'
import { openRawServer, type RawHandler, rawJson } from './testing/raw-server.ts'

/** A port at which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function failure(origin: string): Promise<HttpFailure> {
  await using client = testClient({ origin, maxResponseBytes: 1000 })
  const error = await ask(client).catch((reason: unknown) => reason)
  assert.ok(error instanceof HttpFailure, `a failure, not ${JSON.stringify(error)}`)
  return error
}

test('tells that nothing listens', async () => {
  const { kind, code, message } = await failure(`http://127.0.0.1:${await freePort()}`)
  assert.deepEqual([kind, code, message], ['connect', 'bad-gateway', 'peer refused the connection'])
})

test('tells that nothing listens at any address of a name', async () => {
  const { kind, message } = await failure(`http://localhost:${await freePort()}`)
  assert.deepEqual([kind, message], ['connect', 'peer refused the connection'])
})

test('tells that a name is unknown', async () => {
  const { kind, code, message } = await failure('http://no-such-host.invalid')
  assert.deepEqual([kind, code], ['connect', 'bad-gateway'])
  assert.match(message, /^peer cannot be reached: its host name /)
})

test('tells that a server does not speak TLS', async () => {
  await using server = await openRawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const { kind, code, message } = await failure(server.url.replace('http:', 'https:'))
  assert.deepEqual([kind, code], ['connect', 'bad-gateway'])
  assert.match(message, /^peer cannot be reached: /)
})

const misbehaviours: readonly (readonly [what: string, RawHandler, FailureKind, RegExp])[] = [
  ['closes without an answer', (socket) => socket.end(), 'closed', /^peer: closed the connection without an answer$/],
  ['resets without an answer', (socket) => socket.resetAndDestroy(), 'closed', /without an answer$/],
  [
    'closes within its head',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'),
    'cut',
    /in the middle of its answer$/,
  ],
  [
    'closes within its body',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"a'),
    'cut',
    /in the middle of its answer$/,
  ],
  [
    'closes within a chunk',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'),
    'cut',
    /in the middle of its answer$/,
  ],
  ['does not speak HTTP', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), 'protocol', /does not speak HTTP/],
  [
    'sends a head without end',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`),
    'protocol',
    /does not speak HTTP/,
  ],
  [
    'announces more than is accepted',
    (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 200000000\r\n\r\n'),
    'oversized',
    /^peer answered more than the 1000 bytes that are accepted$/,
  ],
  [
    'sends more than is accepted',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1001)}`),
    'oversized',
    /1000 bytes/,
  ],
]

for (const [what, handler, kind, message] of misbehaviours) {
  test(`tells that a server ${what}`, async () => {
    await using server = await openRawServer(handler)
    const error = await failure(server.url)
    assert.equal(error.kind, kind)
    assert.equal(error.code, 'bad-gateway')
    assert.match(error.message, message)
  })
}

test('takes an answer that is as long as accepted', async () => {
  const body = JSON.stringify('x'.repeat(998))
  await using server = await openRawServer((socket) => socket.write(rawJson(body)))
  await using client = testClient({ origin: server.url, maxResponseBytes: 1000 })
  assert.equal(await askText(client), body)
})

test('an endless answer costs no more memory than is accepted', async () => {
  const chunk = Buffer.alloc(64 * 1024, 0x20)
  let sent = 0
  await using server = await openRawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n[')
    const pour = () => {
      while (!socket.destroyed && sent < 200_000_000) {
        sent += chunk.length
        if (!socket.write(chunk)) return void socket.once('drain', pour)
      }
    }
    pour()
  })
  await using client = testClient({ origin: server.url, maxResponseBytes: 8 * 1024 * 1024 })
  await assert.rejects(ask(client), { code: 'bad-gateway', kind: 'oversized' })
  assert.ok(sent < 100_000_000, `${sent} bytes were sent before the connection was dropped`)
})

test('sends a read again when a connection that others had used dies under it', async () => {
  await using server = await openRawServer((socket, text, count) => {
    if (count === 2) socket.resetAndDestroy()
    else socket.write(rawJson(JSON.stringify(text.split(' ')[1])))
  })
  await using client = testClient({ origin: server.url, maxConcurrency: 1 })
  assert.equal(await askText(client, { path: '/1' }), '"/1"')
  assert.equal(await askText(client, { path: '/2' }), '"/2"')
  assert.deepEqual(server.requests, ['GET /1 HTTP/1.1', 'GET /2 HTTP/1.1', 'GET /2 HTTP/1.1'])
  assert.equal(server.connections, 2)
})

test('sends a read again only once', async () => {
  await using server = await openRawServer((socket) => {
    if (server.requests.length === 1) socket.write(rawJson('{}'))
    else socket.destroy()
  })
  await using client = testClient({ origin: server.url, maxConcurrency: 1 })
  await ask(client)
  await assert.rejects(ask(client), { code: 'bad-gateway', kind: 'closed' })
  assert.equal(server.requests.length, 3)
})

test('does not send a read again over whose new connection nothing came', async () => {
  await using server = await openRawServer((socket) => socket.destroy())
  await using client = testClient({ origin: server.url })
  await assert.rejects(ask(client), { code: 'bad-gateway', kind: 'closed' })
  assert.equal(server.requests.length, 1)
})

test('does not send a read again whose answer had begun', async () => {
  await using server = await openRawServer((socket, _text, count) => {
    if (count === 1) socket.write(rawJson('{}'))
    else socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{')
  })
  await using client = testClient({ origin: server.url, maxConcurrency: 1 })
  await ask(client)
  await assert.rejects(ask(client), { code: 'bad-gateway', kind: 'cut' })
  assert.equal(server.requests.length, 2)
})

for (const method of ['PUT', 'POST', 'DELETE', 'PATCH'] as const) {
  test(`never sends a ${method} twice`, async () => {
    await using server = await openRawServer((socket, _text, count) => {
      if (count === 1) socket.write(rawJson('{}'))
      else socket.resetAndDestroy()
    })
    await using client = testClient({ origin: server.url, maxConcurrency: 1 })
    await ask(client)
    await assert.rejects(ask(client, { method }), { code: 'bad-gateway', kind: 'closed' })
    assert.equal(server.requests.length, 2)
  })
}

test('a write goes over a new connection when the old one was closed before it', async () => {
  await using server = await openRawServer((socket, _text, count) => {
    socket.write(rawJson('{}'))
    if (count === 1 && server.connections === 1) socket.end()
  })
  await using client = testClient({ origin: server.url, maxConcurrency: 1 })
  await ask(client)
  await ask(client, { method: 'PUT', body: '1' })
  assert.equal(server.requests.length, 2)
})

test('does not send a read again that took too long', async () => {
  const clock = new FakeClock()
  await using server = await openRawServer((socket, _text, count) => {
    if (count === 1) socket.write(rawJson('{}'))
  })
  await using client = testClient({ origin: server.url, maxConcurrency: 1, timeoutMs: 1000 }, clock)
  await ask(client)
  const slow = assert.rejects(ask(client), { code: 'gateway-timeout' })
  while (server.requests.length < 2) await settle()
  await clock.advance(1000)
  await slow
  assert.equal(server.requests.length, 2)
})
