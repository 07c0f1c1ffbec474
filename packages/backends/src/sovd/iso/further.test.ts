import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import { SovdError } from '@opensovd/sovd'
import type { DoubleAnswer, DoubleRequest } from '../testing/http-double.ts'
import { context, openApi } from '../testing/open-api.ts'
import { isoCapabilities } from './capabilities.ts'

const BASE = '/sovd/v1/components/bms'
const CONTENT = Buffer.from('0123456789')

/** What `bms` can do beside the usual, on a server with these answers, by method and path below the component. */
async function open(answers: Readonly<Record<string, DoubleAnswer | (() => DoubleAnswer)>>, clock?: FakeClock) {
  const at = await openApi(({ method, url }: DoubleRequest) => {
    const answer = answers[`${method} ${url.slice(BASE.length)}`]
    const given = typeof answer === 'function' ? answer() : answer
    return given ?? { status: 404, body: { error_code: 'vendor-specific', message: 'no such thing' } }
  }, clock)
  const { further } = await isoCapabilities(at.api, '/components/bms', new AbortController().signal)
  return { ...further, server: at.server, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() }
}

function ok(body: JsonObject): DoubleAnswer {
  return { status: 200, body }
}

function linking(...names: readonly string[]): DoubleAnswer {
  return ok({ id: 'bms', name: 'BMS', ...Object.fromEntries(names.map((name) => [name, `${BASE}/${name}`])) })
}

function failing(code: string, message: RegExp) {
  return (error: unknown) => error instanceof SovdError && error.code === code && message.test(error.message)
}

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('only what the entity links, and its server then tells of, can be done', async () => {
  await using none = await open({ 'GET ': linking('data') })
  assert.deepEqual([none.bulkData, none.clearData, none.lifecycle], [undefined, undefined, undefined])
  await using broken = await open({
    'GET ': linking('status', 'clear-data', 'bulk-data'),
    'GET /status': { status: 500 },
    'GET /clear-data': ok({ status: 'x', 'client-defined-resources': 'y' }),
  })
  assert.deepEqual([broken.clearData, broken.lifecycle], [undefined, undefined])
  assert.ok(broken.bulkData)
})

test('asks for what the status says that can be asked for, with parameters where that has a body [17978-3 7.19]', async () => {
  await using server = await open({
    'GET ': linking('status'),
    'GET /status': ok({ status: 'notReady', restart: '/r', shutdown: '/s', 'x-acme-sleep': '/z' }),
    'PUT /status/restart': { status: 202, headers: { location: '/status' } },
    'PUT /status/shutdown': { status: 202, headers: { location: '/status' } },
  })
  const { lifecycle } = server
  assert.deepEqual(lifecycle?.requests, ['restart', 'shutdown'])
  assert.equal(await lifecycle.status(context()), 'notReady')
  await lifecycle.request('restart', { in: 5 }, context())
  await lifecycle.request('shutdown', undefined, context())
  const bodies = server.server.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body)
  assert.deepEqual(bodies, [{ parameters: { in: 5 } }, undefined])
})

test('a status that makes no sense is none', async () => {
  await using server = await open({ 'GET ': linking('status'), 'GET /status': ok({ status: 'asleep' }) })
  await assert.rejects(
    async () => server.lifecycle?.status(context()),
    failing('bad-gateway', /status is neither ready nor notReady/),
  )
})

test('follows what is being forgotten to its end [17978-3 7.13]', async () => {
  const clock = new FakeClock()
  const states: JsonObject[] = [
    { status: 'running', type: 'learned-data', progress: 40 },
    { status: 'completed', type: 'learned-data' },
  ]
  const answers = {
    'GET ': linking('clear-data'),
    'GET /clear-data': ok({ status: '/s', 'learned-data': '/l' }),
    'PUT /clear-data/learned-data': { status: 202 },
    'GET /clear-data/status': () => ok(states.shift() ?? {}),
  }
  await using server = await open(answers, clock)
  assert.deepEqual(server.clearData?.types, ['learned-data'])
  const heard: number[] = []
  let isOver = false
  const clearing = server.clearData
    .clear('learned-data', (percent) => heard.push(percent), context())
    .then(() => {
      isOver = true
    })
  while (heard.length === 0) await settle()
  assert.equal(isOver, false)
  while (!isOver) {
    await clock.advance(500)
    await settle()
  }
  await clearing
  assert.deepEqual(heard, [40])
})

test('what could not be forgotten is told in the words of the server', async () => {
  const failed = { status: 'failed', type: 'learned-data', error: [{ error_code: 'x', message: 'the flash is worn' }] }
  const cases: readonly (readonly [JsonObject, string, RegExp])[] = [
    [failed, 'bad-gateway', /the flash is worn/],
    [{ status: 'running', type: 'cached-data' }, 'conflict', /clears cached-data meanwhile/],
    [{ status: 'notRequested' }, 'bad-gateway', /forgot that it was asked/],
    [{ status: 'odd' }, 'bad-gateway', /status is none of running/],
  ]
  for (const [status, code, message] of cases) {
    await using server = await open({
      'GET ': linking('clear-data'),
      'GET /clear-data': ok({ status: '/s', 'learned-data': '/l' }),
      'PUT /clear-data/learned-data': { status: 202 },
      'GET /clear-data/status': ok(status),
    })
    await assert.rejects(
      async () => server.clearData?.clear('learned-data', () => {}, context()),
      failing(code, message),
    )
  }
})

const FILE = 'GET /bulk-data/logs/1'
const BULK = { 'GET ': linking('bulk-data') }

test('has a part of a file also from a server that knows no parts [RFC 9110 14.2]', async () => {
  const whole = { status: 200, bytes: CONTENT }
  await using server = await open({ ...BULK, [FILE]: whole })
  const { bulkData } = server
  assert.ok(bulkData)
  assert.equal(await textOf(bulkData.content('logs', '1', undefined, context())), '0123456789')
  assert.equal(await textOf(bulkData.content('logs', '1', { start: 3, end: 7 }, context())), '3456')
  const [, , asked] = server.server.requests
  assert.deepEqual([asked?.headers.range, asked?.headers.accept], ['bytes=3-6', '*/*'])
})

test('refuses another part of a file than the one that it asked for', async () => {
  const other = { status: 206, bytes: CONTENT, headers: { 'content-range': 'bytes 0-9/10' } }
  await using server = await open({ ...BULK, [FILE]: other })
  const { bulkData } = server
  assert.ok(bulkData)
  await assert.rejects(
    textOf(bulkData.content('logs', '1', { start: 3, end: 7 }, context())),
    failing('bad-gateway', /asked for bytes from 3, but the range of the answer is bytes 0-9\/10/),
  )
})

test('says when a file is not ready, and what a server says against it [17978-3 7.20.5]', async () => {
  await using server = await open({ ...BULK, [FILE]: { status: 202, headers: { 'retry-after': '7' } } })
  const { bulkData } = server
  assert.ok(bulkData)
  await assert.rejects(textOf(bulkData.content('logs', '1', undefined, context())), { retryAfterSeconds: 7 })
  await assert.rejects(
    textOf(bulkData.content('logs', '2', undefined, context())),
    failing('not-found', /^no such thing$/),
  )
  await assert.rejects(bulkData.find('logs', '3', context()), failing('not-found', /./))
})

test('sends a file with its type, its length and its name [RFC 6266]', async () => {
  const items = [{ id: '1', mimetype: 'text/plain', size: 10, hash: 'ab', hash_algorithm: 'md5' }]
  await using server = await open({
    ...BULK,
    'POST /bulk-data/logs': { status: 201, body: { id: '1' } },
    'GET /bulk-data/logs': ok({ items }),
  })
  async function* content() {
    yield CONTENT.subarray(0, 4)
    yield CONTENT.subarray(4)
  }
  const upload = { name: 'a"ü.txt', mimeType: 'text/plain', size: 10, content: content() }
  const added = await server.bulkData?.upload?.('logs', upload, context())
  assert.deepEqual(added, { id: '1', mimeType: 'text/plain', size: 10, hash: { algorithm: 'md5', value: 'ab' } })
  const sent = server.server.requests.find(({ method }) => method === 'POST')
  assert.equal(sent?.bytes.toString(), '0123456789')
  assert.equal(sent.headers['content-length'], '10')
  assert.equal(sent.headers['content-type'], 'text/plain')
  assert.equal(sent.headers['content-disposition'], `attachment; filename="a__.txt"; filename*=UTF-8''a%22%C3%BC.txt`)
})
