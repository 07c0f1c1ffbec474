import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { Clock, Json } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { FakeClock } from '@opensovd/base/testing'
import type { EventFormat } from '@opensovd/core'
import type { EventReader } from '@opensovd/sovd'
import type { DoubleAnswer, DoubleRequest } from '../testing/http-double.ts'
import { context, openApi } from '../testing/open-api.ts'
import { until } from '../testing/running.ts'
import { isoCommunicationLogs } from './communication-logs.ts'

const AT = '/sovd/v1/components/bms/communication-logs'

type Answer = DoubleAnswer | ((request: DoubleRequest, response: ServerResponse) => undefined)

async function open(answers: Readonly<Record<string, Answer>>, clock?: Clock) {
  const at = await openApi((request, response) => {
    const { method, url } = request
    const known = answers[`${method} ${url.startsWith(AT) ? url.slice(AT.length) : url}`]
    if (typeof known === 'function') return known(request, response)
    return known ?? { status: 404, body: { error_code: 'vendor-specific', message: 'no such log' } }
  }, clock)
  return { ...at, logs: isoCommunicationLogs(at.api, '/components/bms') }
}

function log(id: string, more: { readonly stream?: boolean; readonly log?: string } = {}) {
  return { id, status: 'active', stream: false, log: `http://elsewhere:1${AT}/${id}/log`, ...more }
}

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('knows logs from a bare array [17978-3 7.22]', async () => {
  const times = { activated: '2026-01-01T00:00:00Z', deactivated: '2026-01-02T00:00:00Z' }
  const logs: Json = [
    { ...log('a'), config: { bus: 1 } },
    { ...log('b'), status: 'inactive', stream: true, ...times },
  ]
  await using at = await open({ 'GET ': { status: 200, body: logs } })
  assert.deepEqual(await at.logs.list(context()), [
    { id: 'a', isActive: true, isStreamed: false, config: { bus: 1 } },
    { id: 'b', isActive: false, isStreamed: true, activatedAt: times.activated, deactivatedAt: times.deactivated },
  ])
})

test('makes logs, lets them pause and deletes them', async () => {
  await using at = await open({
    'POST ': { status: 200, body: log('a') },
    'POST ?stream=true': { status: 201, headers: { location: `${AT}/b` } },
    'GET /b': { status: 200, body: log('b', { stream: true }) },
    'PUT /a': { status: 204 },
    'DELETE /a': { status: 204 },
    'DELETE /b?delete_log=true': { status: 204 },
  })
  assert.equal((await at.logs.create({ config: { bus: 1 } }, context())).id, 'a')
  const streamed = await at.logs.create({ format: PLAIN }, context())
  assert.deepEqual(streamed, { id: 'b', isActive: true, isStreamed: true })
  await at.logs.control('a', 'deactivate', context())
  await at.logs.delete('a', false, context())
  await at.logs.delete('b', true, context())
  const bodies = at.server.requests.filter(({ method }) => /POST|PUT/.test(method)).map(({ body }) => body)
  assert.deepEqual(bodies, [{ bus: 1 }, {}, { action: 'deactivate' }])
})

test('has what was recorded from where its server says, with its type', async () => {
  const content = { status: 200, bytes: Buffer.from('frames'), headers: { 'content-type': 'application/x-pcap' } }
  await using at = await open({
    'GET /a': { status: 200, body: log('a', { log: '../files/7?raw=1' }) },
    'GET /sovd/v1/components/bms/files/7?raw=1': content,
  })
  const found = await at.logs.content('a', context())
  assert.equal(found.contentType, 'application/x-pcap')
  assert.equal(await textOf(found.open()), 'frames')
})

test('has what was recorded by a log that is deleted', async () => {
  await using at = await open({ 'GET /a/log': { status: 200, bytes: Buffer.from('{}\n') } })
  assert.equal(await textOf((await at.logs.content('a', context())).open()), '{}\n')
  await assert.rejects(at.logs.content('b', context()), { code: 'not-found' })
})

test('asks nobody else for what was recorded', async () => {
  for (const place of ['/other/log', 'http://[', '../../../../secret']) {
    await using at = await open({ 'GET /a': { status: 200, body: log('a', { log: place }) } })
    await assert.rejects(at.logs.content('a', context()), { code: 'bad-gateway', message: /leads elsewhere/ })
    assert.equal(at.server.requests.length, 1)
  }
})

test('what nobody reads is not waited for', async () => {
  const clock = new FakeClock()
  let isGone = false
  await using at = await open(
    {
      'GET /a': { status: 200, body: log('a') },
      'GET /a/log': (_request, response) => {
        response.writeHead(200)
        response.write('half')
        response.on('close', () => {
          isGone = true
        })
        return undefined
      },
    },
    clock,
  )
  await at.logs.content('a', context())
  await clock.advance(10_000)
  await until(() => isGone)
})

const PLAIN: EventFormat = {
  value: (payload, atMs) => ({ data: JSON.stringify([payload, atMs]) }),
  error: ({ code, message }, atMs) => ({ data: JSON.stringify([code, message, atMs]) }),
  lost: () => ({ data: 'lost' }),
  unknown: () => ({ data: 'unknown' }),
}

/** Everything that a reader is told until it is over. */
async function readAll(read: (onReady: () => void) => EventReader): Promise<string> {
  let text = ''
  const { promise, resolve } = Promise.withResolvers<void>()
  const reader = read(() => {
    for (let bytes = reader.take(); bytes; bytes = reader.take()) text += Buffer.from(bytes).toString()
    if (reader.isOver) resolve()
  })
  await promise
  return text
}

const STREAMED = { 'GET /s': { status: 200, body: log('s', { stream: true, log: `${AT}/s/events` }) } }

test('tells what its server tells, under the ids of the server, until that has an end', async () => {
  const timestamp = '2026-01-01T00:00:01.000Z'
  const error = { error_code: 'vendor-specific', vendor_code: 'events-lost', message: '3 events were lost' }
  await using at = await open({
    ...STREAMED,
    'GET /s/events': (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`id: t-7\ndata: ${JSON.stringify({ timestamp, payload: { request: '22f190' } })}\n\n:\n\n`)
      response.end(`data: ${JSON.stringify({ timestamp, error })}\n\n`)
      return undefined
    },
  })
  const records = await at.logs.records('s', context())
  const text = await readAll((onReady) => records.read({ format: PLAIN, lastEventId: 't-6' }, onReady))
  const atMs = Date.UTC(2026, 0, 1, 0, 0, 1)
  assert.equal(
    text,
    `id: t-7\ndata: [{"request":"22f190"},${atMs}]\n\ndata: ["bad-gateway","3 events were lost",${atMs}]\n\n`,
  )
  const asked = at.server.requests.find(({ url }) => url.endsWith('/events'))
  assert.equal(asked?.headers['last-event-id'], 't-6')
})

test('tells why it tells no more', async () => {
  await using at = await open({
    ...STREAMED,
    'GET /s/events': (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {"payload":1}\n\n', () => response.destroy())
      return undefined
    },
  })
  const records = await at.logs.records('s', context())
  const text = await readAll((onReady) => records.read({ format: PLAIN }, onReady))
  assert.match(text, /^data: \[1,\d+\]\n\ndata: \["bad-gateway","backend 'zone' ended its events",\d+\]\n\n$/)
})

test('a reader that does not keep up is cut off, and one that goes lets the server go', async () => {
  const events = `data: ${JSON.stringify({ payload: 'x'.repeat(100_000) })}\n\n`
  let streams = 0
  await using at = await open({
    ...STREAMED,
    'GET /s/events': (_request, response) => {
      streams++
      response.on('close', () => streams--)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(events.repeat(20))
      return undefined
    },
  })
  const records = await at.logs.records('s', context())
  const slow = records.read({ format: PLAIN }, () => {})
  let taken = 0
  while (!slow.isOver) {
    await systemClock.sleep(5)
    if (streams === 0 && at.server.requests.length > 1) while (slow.take()) taken++
  }
  assert.ok(taken > 5 && taken < 20, `${taken} events`)
  const reader = records.read({ format: PLAIN }, () => {})
  await until(() => streams === 1)
  reader.close()
  await until(() => streams === 0)
})

test('a log that is kept is not told, and one that is told is not kept', async () => {
  await using at = await open({ 'GET /a': { status: 200, body: log('a') }, ...STREAMED })
  await assert.rejects(at.logs.records('a', context()), { code: 'conflict' })
  await assert.rejects(at.logs.content('s', context()), { code: 'conflict' })
})
