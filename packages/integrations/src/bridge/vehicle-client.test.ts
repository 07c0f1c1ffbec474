import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { type TestContext, test } from 'node:test'
import { type LogFields, type Logger, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { FakeClock } from '@opensovd/base/testing'
import { FeatureFlags } from '@opensovd/core'
import { type WebSocket, WebSocketServer } from 'ws'
import { backoffMs, openVehicleClient, type VehicleClientOptions } from './vehicle-client.ts'

const LIMIT = 16_384

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** What the own server answers, by path. */
const ANSWERS: Readonly<Record<string, (response: http.ServerResponse) => void>> = {
  '/sovd/v1/components': (response) =>
    response
      .writeHead(200, { 'content-type': 'application/json', etag: '"e"', 'x-served-by': 'a' })
      .end('{"value":[18446744073709551615]}'),
  '/sovd/v1/created': (response) => response.writeHead(204, { location: '/sovd/v1/x' }).end(),
  '/sovd/v1/text': (response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('grüezi'),
  '/sovd/v1/bytes': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from([0, 255])),
  '/sovd/v1/long': (response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(LIMIT + 1)),
  '/sovd/v1/escaped': (response) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end('\0'.repeat(LIMIT / 2)),
  '/sovd/v1/events': (response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n'),
  '/sovd/v1/deep': (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(65) + ']'.repeat(65)),
  '/sovd/v1/broken': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).write('{')
    setImmediate(() => response.destroy())
  },
  '/sovd/v1/hang': () => {},
}

/** The server of the vehicle: nobody can reach it but through connections that it is handed. */
function ownServer() {
  const asked: Asked[] = []
  let cut = 0
  const server = http.createServer(async (request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) cut += 1
    })
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    asked.push({ method: request.method, url: request.url, headers: request.headers, body })
    const answer = ANSWERS[request.url?.split('?', 1)[0] ?? '']
    if (answer) answer(response)
    else response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"code":"SOVD-ERR-404"}}')
  })
  const accept = (connection: unknown) => void server.emit('connection', connection)
  return { server: { accept, bases: ['/sovd/v1', '/vehicle/v1'] }, asked, cut: () => cut }
}

/** A relay by the `ws` library: what connects, and with which headers. */
async function openForeignRelay(t: TestContext, port = 0) {
  const server = new WebSocketServer({ host: '127.0.0.1', port, clientTracking: true })
  t.after(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  const vehicles: { socket: WebSocket; headers: http.IncomingHttpHeaders; first: Promise<string> }[] = []
  server.on('connection', (socket, { headers }) =>
    vehicles.push({ socket, headers, first: once(socket, 'message').then(([data]) => data.toString()) }),
  )
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  return { server, vehicles, url: `ws://127.0.0.1:${address.port}/bridge` }
}

function open(t: TestContext, url: string, options: Partial<VehicleClientOptions> = {}) {
  const clock = new FakeClock()
  const features = new FeatureFlags(silentLogger)
  const bridge = { isConnected: false }
  const own = ownServer()
  const client = openVehicleClient({
    url,
    hello: { vehicleId: 'car', tenantId: 'fleet' },
    token: 'the-token',
    server: own.server,
    bridge,
    features,
    clock,
    log: silentLogger,
    heartbeatMs: 30_000,
    backoffMs: 5000,
    maxAttempts: 0,
    maxFrameBytes: LIMIT,
    maxInFlight: 4,
    ...options,
  })
  t.after(() => client[Symbol.asyncDispose]())
  return { clock, features, bridge, client, ...own }
}

async function until(is: () => boolean): Promise<void> {
  for (let turn = 0; !is(); turn++) {
    assert.ok(turn < 5000, 'it does not come')
    await systemClock.sleep(1)
  }
}

async function connected(t: TestContext, options: Partial<VehicleClientOptions> = {}) {
  const relay = await openForeignRelay(t)
  const vehicle = open(t, relay.url, options)
  await until(() => vehicle.bridge.isConnected)
  const [connection] = relay.vehicles
  if (!connection) throw new TypeError('nobody connected')
  await connection.first
  /** What the vehicle answers to a frame. */
  const ask = async (frame: object) => {
    const answer = once(connection.socket, 'message')
    connection.socket.send(JSON.stringify({ request_id: 'r1', ...frame }))
    return (await answer)[0].toString()
  }
  return { ...vehicle, relay, ask, ...connection }
}

const get = (path: string, headers?: object) => ({ method: 'GET', path, headers })

test('a vehicle shows its token and says who it is', async (t) => {
  const { first, headers } = await connected(t)
  assert.equal(headers.authorization, 'Bearer the-token')
  assert.equal(headers['sec-websocket-extensions'], undefined)
  assert.equal(await first, '{"vehicle_id":"car","tenant_id":"fleet"}')
})

test('a request is answered by the own server, with the numbers it has', async (t) => {
  const { ask, asked } = await connected(t)
  assert.equal(
    await ask(get('/sovd/v1/components?$top=1')),
    '{"request_id":"r1","status":200,"body":{"value":[18446744073709551615]},"headers":{"etag":"\\"e\\""}}',
  )
  assert.deepEqual([asked[0]?.method, asked[0]?.url, asked[0]?.body], ['GET', '/sovd/v1/components?$top=1', ''])
})

test('only headers pass that may, and nobody takes another name', async (t) => {
  const { ask, asked } = await connected(t)
  await ask({
    ...get('/sovd/v1/components', { Authorization: 'Bearer x', 'X-SOVD-Client-Id': 'ann', cookie: 'a', host: 'evil' }),
    method: 'PUT',
    body: { value: null },
  })
  const { 'content-length': _, ...headers } = asked[0]?.headers ?? {}
  assert.deepEqual(headers, {
    authorization: 'Bearer x',
    'x-sovd-client-id': 'bridge:ann',
    'content-type': 'application/json',
    host: 'vehicle.invalid',
    connection: 'close',
  })
  assert.equal(asked[0]?.body, '{"value":null}')
})

for (const [what, path, answer] of [
  ['nothing', '/sovd/v1/created', { status: 204, headers: { location: '/sovd/v1/x' } }],
  ['a text', '/sovd/v1/text', { status: 200, body: 'grüezi', headers: { 'content-type': 'text/plain' } }],
  [
    'bytes',
    '/sovd/v1/bytes',
    { status: 200, body: 'AP8=', headers: { 'content-type': 'image/png' }, encoding: 'base64' },
  ],
  ['an error', '/sovd/v1/none', { status: 404, body: { error: { code: 'SOVD-ERR-404' } } }],
] as const) {
  test(`an answer with ${what} passes as it is`, async (t) => {
    const { ask } = await connected(t)
    assert.deepEqual(JSON.parse(await ask(get(path))), { request_id: 'r1', ...answer })
  })
}

for (const [what, frame, status, message] of [
  ['a stream of events', get('/sovd/v1/events'), 501, /no streams of events/],
  ['a long answer', get('/sovd/v1/long'), 502, /longer than the 16384 bytes/],
  ['an answer that is long in JSON', get('/sovd/v1/escaped'), 502, /longer than the 16384 bytes/],
  ['an answer that is nested deeply', get('/sovd/v1/deep'), 502, /nested deeper than the 64 levels/],
  ['an answer without an end', get('/sovd/v1/broken'), 502, /did not finish its answer/],
  ['a path of no contract', get('/x-admin/features'), 404, /only paths below \/sovd\/v1 and \/vehicle\/v1/],
  ['a path that leaves the contract', get('/sovd/v1/../../metrics'), 404, /only paths below/],
  ['a path that leaves it encoded', get('/sovd/v1/%2e%2e/metrics'), 404, /only paths below/],
  ['a path that is badly encoded', get('/sovd/v1/%zz'), 400, /not well encoded/],
  ['a path that only begins alike', get('/sovd/v11/components'), 404, /only paths below/],
  ['the bridge', get('/sovd/v1/x-bridge/status'), 403, /not served through the bridge/],
  ['the bridge, encoded', get('/sovd/v1/%78-bridge/status'), 403, /not served through the bridge/],
  ['a method that does not pass', { ...get('/sovd/v1/components'), method: 'CONNECT' }, 405, /CONNECT does not pass/],
] as const) {
  test(`${what} is refused`, async (t) => {
    const { ask, asked } = await connected(t)
    const answer = JSON.parse(await ask(frame))
    assert.equal(answer.status, status)
    assert.equal(answer.body.error.code, `SOVD-ERR-${status}`)
    assert.match(answer.body.error.message, message)
    if (status < 500) assert.deepEqual(asked, [])
  })
}

test('what is no request is dropped, and the connection stays', async (t) => {
  const { ask, socket } = await connected(t)
  for (const frame of ['', '{', '[]', '{"request_id":"r"}', '{"request_id":"r","method":"GET","path":"x"}'])
    socket.send(frame)
  socket.send(Buffer.from([0, 1, 2]))
  assert.match(await ask(get('/sovd/v1/text')), /grüezi/)
})

test('no more requests are answered at a time than may, and what is left ends with the connection', async (t) => {
  const { ask, socket, asked, cut } = await connected(t)
  for (let i = 0; i < 4; i++) socket.send(JSON.stringify({ request_id: `h${i}`, ...get('/sovd/v1/hang') }))
  const answer = JSON.parse(await ask(get('/sovd/v1/text')))
  assert.equal(answer.status, 503)
  assert.equal(asked.length, 4)
  socket.terminate()
  await until(() => cut() === 4)
})

test('a relay that asks on and on and takes no answers is given up', async (t) => {
  const { socket, bridge } = await connected(t)
  const closed = once(socket, 'close')
  socket.pause()
  for (let i = 0; i < 4; i++) socket.send(JSON.stringify({ request_id: `h${i}`, ...get('/sovd/v1/hang') }))
  const frame = JSON.stringify({ request_id: 'more'.repeat(32), ...get('/sovd/v1/text') })
  for (let batch = 0; bridge.isConnected; batch++) {
    assert.ok(batch < 200, 'it goes on')
    for (let sent = 0; sent < 1000; sent++) socket.send(frame)
    await systemClock.sleep(1)
  }
  socket.resume()
  await closed
})

test('a frame that is too long ends the connection, and the vehicle connects again', async (t) => {
  const { socket, clock, relay, bridge } = await connected(t)
  socket.send('x'.repeat(LIMIT + 1))
  const [code] = await once(socket, 'close')
  assert.equal(code, 1009)
  await until(() => !bridge.isConnected && clock.pending > 0)
  await clock.advance(5000)
  await until(() => relay.vehicles.length === 2 && bridge.isConnected)
})

test('a relay that answers no pings is given up', async (t) => {
  const relay = await openForeignRelay(t)
  const vehicle = open(t, relay.url)
  await until(() => vehicle.bridge.isConnected)
  const [connection] = relay.vehicles
  const closed = new Promise((resolve) => connection?.socket.once('close', resolve))
  connection?.socket.pause()
  await vehicle.clock.advance(89_999)
  assert.equal(vehicle.bridge.isConnected, true)
  await vehicle.clock.advance(1)
  await until(() => !vehicle.bridge.isConnected)
  connection?.socket.resume()
  await closed
})

test('a relay that cannot be reached is tried again, each time later, and told of in the log', async (t) => {
  const relay = await openForeignRelay(t)
  relay.server.close()
  const told: [string, LogFields | undefined][] = []
  const note = (message: string, fields?: LogFields) => void told.push([message, fields])
  const log: Logger = { ...silentLogger, warn: note, error: note }
  const { clock } = open(t, relay.url, { log, maxAttempts: 3 })
  for (const [attempt, waitMs] of [5000, 10_000, 20_000].entries()) {
    await until(() => told.length === attempt + 1)
    const [message, fields] = told[attempt] ?? []
    assert.equal(message, 'not connected to the relay')
    assert.match(String(fields?.why), /ECONNREFUSED/)
    assert.ok(Number(fields?.retryInSeconds) <= waitMs / 1000 && Number(fields?.retryInSeconds) >= waitMs / 2000)
    await until(() => clock.pending > 0)
    await clock.advance(waitMs)
  }
  await until(() => told.length === 4)
  assert.equal(told[3]?.[0], 'gave up to connect to the relay')
  assert.equal(clock.pending, 0)
})

test('the pause doubles up to five minutes, half of it by chance', () => {
  assert.deepEqual(
    [1, 2, 3, 6, 7, 8, 1000].map((failures) => backoffMs(5000, failures, 1)),
    [5000, 10_000, 20_000, 160_000, 300_000, 300_000, 300_000],
  )
  assert.equal(backoffMs(5000, 1, 0), 2500)
  assert.equal(backoffMs(600_000, 3, 1), 600_000)
})

test('a relay that refuses the vehicle is told of with its reason, and never counts as connected', async (t) => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  t.after(() => server.close())
  server.on('connection', (socket) => socket.once('message', () => socket.close(1008, 'bridge auth failed: no')))
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const whys: unknown[] = []
  const log = { ...silentLogger, warn: (_: string, fields?: LogFields) => void whys.push(fields?.why) }
  const { bridge } = open(t, `ws://127.0.0.1:${port}`, { log })
  await until(() => whys.length === 1)
  assert.deepEqual(whys, ['closed with 1008 bridge auth failed: no'])
  assert.equal(bridge.isConnected, false)
})

test('a relay that says nothing at all is given up after 10 s', async (t) => {
  const server = http.createServer().on('upgrade', () => {})
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const upgrading = once(server, 'upgrade')
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const whys: unknown[] = []
  const log = { ...silentLogger, warn: (_: string, fields?: LogFields) => void whys.push(fields?.why) }
  const { clock } = open(t, `ws://127.0.0.1:${port}`, { log })
  const [, socket] = await upgrading
  await clock.advance(10_000)
  await until(() => whys.length === 1)
  assert.deepEqual(whys, ['no answer within 10 s'])
  socket.destroy()
})

test('switched off, the vehicle leaves; switched on, it comes back', async (t) => {
  const { features, bridge, socket, relay } = await connected(t)
  const closed = once(socket, 'close')
  features.set('bridge', false, {})
  assert.equal((await closed)[0], 1001)
  await until(() => !bridge.isConnected)
  features.set('bridge', true, {})
  await until(() => relay.vehicles.length === 2 && bridge.isConnected)
})

test('what is switched off from the beginning does not connect', async (t) => {
  const relay = await openForeignRelay(t)
  const features = new FeatureFlags(silentLogger, ['bridge'])
  const { bridge } = open(t, relay.url, { features })
  await systemClock.sleep(20)
  assert.equal(relay.vehicles.length, 0)
  features.set('bridge', true, {})
  await until(() => bridge.isConnected)
})

test('a vehicle that ends finishes its answers first, and closes twice as once', async (t) => {
  const { client, socket, clock, cut, asked } = await connected(t)
  socket.send(JSON.stringify({ request_id: 'r1', ...get('/sovd/v1/hang') }))
  await until(() => asked.length === 1)
  const closed = once(socket, 'close')
  const ending = Promise.all([client[Symbol.asyncDispose](), client[Symbol.asyncDispose]()])
  await clock.advance(4999)
  assert.equal(cut(), 0)
  await clock.advance(1)
  assert.equal((await closed)[0], 1001)
  await ending
  await until(() => cut() === 1)
})
