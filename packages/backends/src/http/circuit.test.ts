import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { HttpClient } from './http-client.ts'
import { HttpFailure } from './http-failure.ts'
import { ask, testClient } from './testing/ask.ts'
import { openRawServer, type RawHandler, rawJson } from './testing/raw-server.ts'

async function setUp(handler: RawHandler) {
  const clock = new FakeClock()
  const server = await openRawServer(handler)
  const client = testClient({ origin: server.url, timeoutMs: 1000 }, clock)
  return {
    clock,
    server,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** Requests that each take too long, one after the other. */
async function timeOuts(clock: FakeClock, client: HttpClient, times: number): Promise<void> {
  for (let count = 0; count < times; count++) {
    const slow = assert.rejects(ask(client), { code: 'gateway-timeout' })
    await clock.advance(1000)
    await slow
  }
}

test('a server that takes too long five times in a row is not asked for two seconds', async () => {
  await using at = await setUp(() => {})
  const { clock, client, server } = at
  await timeOuts(clock, client, 5)
  const before = server.requests.length
  const refused = await ask(client).catch((error: unknown) => error)
  assert.ok(refused instanceof HttpFailure)
  assert.equal(refused.code, 'bad-gateway')
  assert.equal(refused.kind, 'untried')
  assert.equal(refused.retryAfterSeconds, 2)
  assert.equal(server.requests.length, before)
})

test('a single request then finds out whether it answers again', async () => {
  const mode = { answers: false }
  await using at = await setUp((socket) => {
    if (mode.answers) socket.write(rawJson('{}'))
  })
  const { clock, client } = at
  await timeOuts(clock, client, 5)
  await clock.advance(2000)
  mode.answers = true
  const [probe, other] = await Promise.allSettled([ask(client), ask(client)])
  assert.equal(probe?.status, 'fulfilled')
  assert.equal(other?.status, 'rejected')
  await Promise.all([ask(client), ask(client)])
})

test('an answer of any status shows that the server is well', async () => {
  const mode = { status: '' }
  await using at = await setUp((socket) => {
    if (mode.status) socket.write(rawJson('{}', mode.status))
  })
  const { clock, client } = at
  for (const status of ['404 Not Found', '500 Internal Server Error', '503 Service Unavailable']) {
    mode.status = ''
    await timeOuts(clock, client, 4)
    mode.status = status
    await ask(client)
  }
})

test('answers that break off open the circuit', async () => {
  await using at = await setUp((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{'))
  for (let count = 0; count < 5; count++) await assert.rejects(ask(at.client), { kind: 'cut' })
  await assert.rejects(ask(at.client), { kind: 'untried' })
})

test('closed connections without an answer do not: they cost no time', async () => {
  await using at = await setUp((socket) => socket.end())
  for (let count = 0; count < 8; count++) await assert.rejects(ask(at.client), { kind: 'closed' })
})

test('refused connections do not, and close it: what is started anew is asked at once', async () => {
  await using at = await setUp(() => {})
  const { clock, client, server } = at
  await timeOuts(clock, client, 5)
  await server[Symbol.asyncDispose]()
  await assert.rejects(ask(client, { urgent: true }), { kind: 'connect' })
  for (let count = 0; count < 8; count++) await assert.rejects(ask(client), { kind: 'connect' })
})

test('urgent requests pass an open circuit and leave it open', async () => {
  const mode = { answers: false }
  await using at = await setUp((socket) => {
    if (mode.answers) socket.write(rawJson('{}'))
  })
  const { clock, client } = at
  await timeOuts(clock, client, 5)
  mode.answers = true
  await ask(client, { urgent: true })
  await assert.rejects(ask(client), { kind: 'untried' })
  client.recover()
  await ask(client)
})

test('a probe that is cancelled is followed by another', async () => {
  await using at = await setUp(() => {})
  const { clock, client, server } = at
  await timeOuts(clock, client, 5)
  await clock.advance(2000)
  const before = server.requests.length
  const call = client.start({ method: 'GET', path: '/' }, { onAnswer() {}, onFailure() {} })
  while (server.requests.length === before) await settle()
  call.cancel()
  const next = ask(client).catch((error: unknown) => error)
  while (server.requests.length === before + 1) await settle()
  await clock.advance(1000)
  assert.ok((await next) instanceof HttpFailure)
})
