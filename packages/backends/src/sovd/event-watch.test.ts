import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { systemClock } from '@opensovd/base/node'
import { FakeClock } from '@opensovd/base/testing'
import type { DataValue, Facets } from '@opensovd/core'
import { EventParser, type StreamField } from './event-parser.ts'
import { type DoubleRequest, HttpDouble } from './testing/http-double.ts'
import { testBackend } from './testing/open-backend.ts'

/** A server with the component `c`, whose event streams a test writes itself. */
async function opened(answer: (request: DoubleRequest, response: ServerResponse) => void, clock = systemClock) {
  const server = await new HttpDouble((request, response) => {
    if (request.url.includes('/subscribe')) {
      answer(request, response)
      return undefined
    }
    const value = request.url.endsWith('/components') ? [{ id: 'c', name: 'C' }] : []
    return { status: 200, body: { '@odata.context': '$metadata#x', value } }
  }).start()
  const backend = testBackend({ baseUrl: server.url, dialect: 'native', componentIds: ['c'] }, { clock })
  const [component] = backend.snapshot.entities
  const facets: Facets = component?.facets ?? {}
  const close = async () => {
    await backend[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  }
  return { server, facets, [Symbol.asyncDispose]: close }
}

function begin(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(text)
}

test('tells the values that a server tells, of the items that are wanted', async () => {
  const asked: string[] = []
  await using at = await opened((request, response) => {
    asked.push(request.url)
    begin(response, 'retry: 2000\n\n:\n\nevent: keepalive\ndata: {}\n\n')
    response.write('event: data-change\ndata: {"type":"data-snapshot","dataId":"a","value":9007199254740993}\n\n')
  })
  const stop = new AbortController()
  const told: DataValue[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const listener = (value: DataValue) => {
    told.push(value)
    resolve()
  }
  const watching = at.facets.data?.watch?.(['a', 'b c'], listener, { signal: stop.signal })
  await promise
  assert.equal(JSON.stringify(told), '[{"id":"a","value":9007199254740993}]')
  assert.deepEqual(asked, ['/sovd/v1/components/c/data/subscribe?ids=a,b%20c'])
  stop.abort()
  await watching
  while (at.server.connections > 0) await systemClock.sleep(1)
})

test('tells that faults may have changed with each event', async () => {
  await using at = await opened((_request, response) =>
    begin(response, 'retry: 2000\n\nevent: faultChange\ndata: {}\n\nevent: faultUpdate\ndata: {}\n\n'),
  )
  const stop = new AbortController()
  let told = 0
  const { promise, resolve } = Promise.withResolvers<void>()
  const watching = at.facets.faults?.watch?.(
    () => {
      if (++told === 2) resolve()
    },
    { signal: stop.signal },
  )
  await promise
  stop.abort()
  await watching
})

const endings: readonly (readonly [what: string, code: string, answer: (response: ServerResponse) => void])[] = [
  ['tells what is, and no changes', 'not-implemented', (response) => begin(response, 'event: x\ndata: {}\n\n')],
  ['has no such stream', 'not-implemented', (response) => void response.writeHead(404).end()],
  [
    'answers something else',
    'not-implemented',
    (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  ],
  ['tells what is not JSON', 'bad-gateway', (response) => begin(response, 'retry: 1\n\ndata: {\n\n')],
  [
    'ends its stream',
    'bad-gateway',
    (response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end('retry: 1\n\n'),
  ],
  [
    'cannot read a value',
    'unavailable',
    (response) => begin(response, 'retry: 1\n\nevent: source-error\ndata: {}\n\n'),
  ],
  ['lost events', 'unavailable', (response) => begin(response, 'retry: 1\n\nevent: overflow\ndata: {"lost":1}\n\n')],
  [
    'tells a value of nothing',
    'bad-gateway',
    (response) => begin(response, 'retry: 1\n\nevent: data-change\ndata: {}\n\n'),
  ],
]
for (const [what, code, answer] of endings) {
  test(`is not told by a server that ${what}`, async () => {
    await using at = await opened((_request, response) => answer(response))
    const { signal } = new AbortController()
    await assert.rejects(async () => at.facets.data?.watch?.(['a'], () => {}, { signal }), { code })
  })
}

test('does not wait for a server that went silent', async () => {
  const clock = new FakeClock()
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  await using at = await opened((_request, response) => {
    begin(response, 'retry: 2000\n\n')
    resolve()
  }, clock)
  const { signal } = new AbortController()
  const silent = assert.rejects(async () => at.facets.data?.watch?.(['a'], () => {}, { signal }), {
    code: 'gateway-timeout',
  })
  await asked
  await systemClock.sleep(20)
  await clock.advance(45_000)
  await silent
})

const text = 'retry: 1\r\n\r\n: comment\nid: 7\nevent: a\ndata: x\ndata:  y\n\ndata\n\nevent: none\n\ndata: é\n\n'
const fields: StreamField[] = [
  { kind: 'retry' },
  { kind: 'event', name: 'a', data: 'x\n y', id: '7' },
  { kind: 'event', name: 'message', data: '' },
  { kind: 'event', name: 'message', data: 'é' },
]
for (const size of [1, 2, 3, 7, 1000]) {
  test(`takes a stream apart that comes in pieces of ${size} bytes`, () => {
    const found: StreamField[] = []
    const parser = new EventParser((field) => found.push(field))
    const bytes = new TextEncoder().encode(text)
    for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size))
    assert.deepEqual(found, fields)
  })
}

test('refuses an event without end', () => {
  const parser = new EventParser(() => {})
  const chunk = new TextEncoder().encode('x'.repeat(1024 * 1024))
  assert.throws(() => {
    for (let at = 0; at < 10; at++) parser.push(chunk)
  }, RangeError)
})
