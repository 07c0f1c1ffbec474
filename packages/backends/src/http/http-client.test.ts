import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import { HttpFailure } from './http-failure.ts'
import { ask, askText, testClient } from './testing/ask.ts'
import { openRawServer, rawJson } from './testing/raw-server.ts'

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

test('sends what it was told and hands back status, headers and body', async () => {
  let sent = ''
  await using server = await openRawServer((socket, text) => {
    sent = text
    socket.write('HTTP/1.1 418 No\r\nRetry-After: 7\r\nRetry-After: 8\r\ncontent-length: 3\r\n\r\nabc')
  })
  await using client = testClient({ origin: server.url, bearerToken: 's3cret' })
  const answer = await ask(client, { method: 'PUT', path: '/a/b?c=d', body: '{"value":1}', traceparent: TRACE })
  assert.equal(answer.status, 418)
  assert.equal(answer.header('retry-after'), '7')
  assert.equal(answer.bytes.toString(), 'abc')
  assert.match(sent, /^PUT \/a\/b\?c=d HTTP\/1\.1\r\n/)
  assert.match(sent, /\r\naccept: application\/json\r\n/)
  assert.match(sent, /\r\nauthorization: Bearer s3cret\r\n/)
  assert.match(sent, /\r\ncontent-type: application\/json\r\n/)
  assert.match(sent, /\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01\r\n/)
  assert.match(sent, /\r\n\r\n\{"value":1\}$/)
})

test('sends no header that has no reason', async () => {
  let sent = ''
  await using server = await openRawServer((socket, text) => {
    sent = text
    socket.write(rawJson('{}'))
  })
  await using client = testClient({ origin: server.url })
  await ask(client)
  assert.doesNotMatch(sent, /authorization|content-type|traceparent/i)
})

test('puts an answer together from its pieces', async () => {
  await using server = await openRawServer((socket) => {
    socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    socket.write('3\r\nabc\r\n')
    setImmediate(() => socket.write('2\r\nde\r\n0\r\n\r\n'))
  })
  await using client = testClient({ origin: server.url })
  assert.equal(await askText(client), 'abcde')
})

test('uses its connections again and never has more than allowed', async () => {
  await using server = await openRawServer((socket) => socket.write(rawJson('{}')))
  await using client = testClient({ origin: server.url, maxConcurrency: 3 })
  for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 10 }, () => ask(client)))
  assert.equal(server.requests.length, 200)
  assert.ok(server.connections <= 3, `${server.connections} connections`)
})

test('has no more requests under way than allowed', async () => {
  let running = 0
  let most = 0
  await using server = await openRawServer((socket) => {
    most = Math.max(most, ++running)
    setTimeout(() => {
      running--
      socket.write(rawJson('{}'))
    }, 2)
  })
  await using client = testClient({ origin: server.url, maxConcurrency: 2 })
  await Promise.all(Array.from({ length: 12 }, () => ask(client)))
  assert.equal(most, 2)
})

test('turns away what finds too many waiting, at once', async () => {
  await using server = await openRawServer(() => {})
  await using client = testClient({ origin: server.url, maxConcurrency: 1, maxWaiting: 1 })
  const quiet = [ask(client), ask(client)].map((call) => call.catch(() => {}))
  const error = await ask(client).catch((reason: unknown) => reason)
  assert.ok(error instanceof HttpFailure)
  assert.equal(error.code, 'unavailable')
  assert.equal(error.retryAfterSeconds, 1)
  await client[Symbol.asyncDispose]()
  await Promise.all(quiet)
})

test('ends everything under way when it is closed, and refuses the rest', async () => {
  await using server = await openRawServer(() => {})
  const client = testClient({ origin: server.url, maxConcurrency: 1 })
  const calls = [ask(client), ask(client), ask(client)].map((call) => assert.rejects(call, { code: 'unavailable' }))
  while (server.requests.length === 0) await settle()
  await client[Symbol.asyncDispose]()
  await client[Symbol.asyncDispose]()
  await Promise.all(calls)
  await assert.rejects(ask(client), { code: 'unavailable' })
})

test('cancels a call under way, and its connection with it', async () => {
  const gone = Promise.withResolvers<void>()
  await using server = await openRawServer((socket) => socket.on('close', () => gone.resolve()))
  await using client = testClient({ origin: server.url })
  const unexpected = () => assert.fail('a cancelled call says nothing')
  const call = client.start({ method: 'GET', path: '/' }, { onAnswer: unexpected, onFailure: unexpected })
  while (server.requests.length === 0) await settle()
  call.cancel()
  call.cancel()
  await gone.promise
})

test('a call that is cancelled while it waits is never sent', async () => {
  const held: (() => void)[] = []
  await using server = await openRawServer((socket) => held.push(() => socket.write(rawJson('{}'))))
  await using client = testClient({ origin: server.url, maxConcurrency: 1 })
  const first = ask(client, { path: '/first' })
  const unexpected = () => assert.fail('a cancelled call says nothing')
  const waiting = client.start({ method: 'GET', path: '/waiting' }, { onAnswer: unexpected, onFailure: unexpected })
  const last = ask(client, { path: '/last' })
  waiting.cancel()
  while (held.length < 1) await settle()
  held[0]?.()
  while (held.length < 2) await settle()
  held[1]?.()
  await Promise.all([first, last])
  assert.deepEqual(server.requests, ['GET /first HTTP/1.1', 'GET /last HTTP/1.1'])
})

test('a call that is cancelled before there is a connection is never sent', async () => {
  await using server = await openRawServer((socket) => socket.write(rawJson('{}')))
  await using client = testClient({ origin: server.url, maxConcurrency: 1 })
  const unexpected = () => assert.fail('a cancelled call says nothing')
  client.start({ method: 'GET', path: '/no' }, { onAnswer: unexpected, onFailure: unexpected }).cancel()
  await ask(client, { path: '/yes' })
  assert.deepEqual(server.requests, ['GET /yes HTTP/1.1'])
})

test('refuses a token that would break out of its header, without showing it', () => {
  assert.throws(
    () => testClient({ origin: 'http://127.0.0.1', bearerToken: 'a\r\nx: y' }),
    (error) => error instanceof AppError && error.code === 'invalid-option' && !error.message.includes('x: y'),
  )
})

test('the deadline counts from the request, and waiting counts', async () => {
  const clock = new FakeClock()
  await using server = await openRawServer(() => {})
  await using client = testClient({ origin: server.url, maxConcurrency: 1, timeoutMs: 1000 }, clock)
  const expected = { code: 'gateway-timeout', message: 'peer did not answer within 1000 ms' }
  const first = assert.rejects(ask(client), expected)
  await clock.advance(600)
  const second = assert.rejects(ask(client), expected)
  await clock.advance(400)
  await first
  await clock.advance(600)
  await second
  assert.equal(clock.pending, 0)
})

test('a server that trickles its answer does not outlive the deadline', async () => {
  const clock = new FakeClock()
  const trickle = { isOn: true }
  await using server = await openRawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n')
    const drip = () => {
      if (trickle.isOn && !socket.destroyed) socket.write('x', () => setTimeout(drip, 1))
    }
    drip()
  })
  await using client = testClient({ origin: server.url, timeoutMs: 1000 }, clock)
  const call = assert.rejects(ask(client), { code: 'gateway-timeout' })
  while (server.requests.length === 0) await settle()
  await clock.advance(999)
  await clock.advance(1)
  await call
  trickle.isOn = false
})
