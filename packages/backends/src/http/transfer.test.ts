import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { HttpClient } from './http-client.ts'
import { HttpFailure } from './http-failure.ts'

const CHUNK = Buffer.alloc(64 * 1024, 'x')
const IDLE_MS = 5000
const GET = { method: 'GET', path: '/', headers: ['accept', '*/*'] } as const

async function open(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clock = new FakeClock()
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new HttpClient(clock, { peer: 'the peer', origin, timeoutMs: IDLE_MS, maxConcurrency: 1 })
  return {
    clock,
    client,
    server,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      server.closeAllConnections()
      server.close()
    },
  }
}

function isFailure(kind: string, message: RegExp) {
  return (error: unknown) => error instanceof HttpFailure && error.kind === kind && message.test(error.message)
}

/** I/O that there is goes on until nothing more comes. */
async function untilStill(count: () => number): Promise<void> {
  for (let last = -1; count() !== last; ) {
    last = count()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test('an answer that nobody reads is not taken', async () => {
  let written = 0
  await using at = await open((_request, response) => {
    const more = () => {
      while (written < 1e9 && response.write(CHUNK)) written += CHUNK.length
    }
    response.on('drain', more)
    more()
  })
  const answer = await at.client.transfer(GET, new AbortController().signal)
  const reader = answer.body[Symbol.asyncIterator]()
  await reader.next()
  await untilStill(() => written)
  assert.ok(written < 64e6, `${written} bytes were taken`)
  await reader.return?.()
})

test('a body is not read faster than the peer takes it', async () => {
  await using at = await open((request) => void request.pause())
  let read = 0
  async function* endless() {
    for (;;) {
      read += CHUNK.length
      yield CHUNK
    }
  }
  const stop = new AbortController()
  const over = at.client.transfer({ ...GET, method: 'POST', body: endless() }, stop.signal)
  await untilStill(() => read)
  assert.ok(read > 0 && read < 64e6, `${read} bytes were read`)
  stop.abort(new Error('enough'))
  await assert.rejects(over, /^Error: enough$/)
})

test('a peer that does nothing is given up, before its answer and within it', async () => {
  await using at = await open((request, response) => {
    if (request.method === 'GET') response.write('a part')
  })
  const { signal } = new AbortController()
  const { body } = await at.client.transfer(GET, signal)
  const reader = body[Symbol.asyncIterator]()
  await reader.next()
  await at.clock.advance(10 * IDLE_MS)
  const isSilent = isFailure('timeout', /^the peer did nothing for 5000 ms$/)
  const next = assert.rejects(async () => reader.next(), isSilent)
  await at.clock.advance(IDLE_MS)
  await next
  const posted = assert.rejects(at.client.transfer({ ...GET, method: 'POST' }, signal), isSilent)
  await once(at.server, 'request')
  await at.clock.advance(IDLE_MS)
  await posted
  assert.equal(at.clock.pending, 0)
})

test('what ends an exchange is told', async () => {
  await using at = await open((request, response) => {
    if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': 100 }).write('a part')
      setImmediate(() => response.destroy())
    } else request.resume()
  })
  const { signal } = new AbortController()
  const cut = await at.client.transfer({ ...GET, path: '/cut' }, signal)
  await assert.rejects(
    async () => {
      for await (const _ of cut.body);
    },
    isFailure('cut', /in the middle of its answer/),
  )
  async function* broken() {
    yield CHUNK
    throw new RangeError('the disk is broken')
  }
  await assert.rejects(at.client.transfer({ ...GET, method: 'POST', body: broken() }, signal), RangeError)
  at.server.close()
  at.server.closeAllConnections()
  await assert.rejects(at.client.transfer(GET, signal), isFailure('connect', /refused the connection/))
  assert.equal(at.clock.pending, 0)
})
