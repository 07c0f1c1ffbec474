import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { FakeClock } from '@opensovd/base/testing'
import { Bridge, type BridgeLimits, FeatureFlags } from '@opensovd/core'
import { type ClientOptions, WebSocket } from 'ws'
import { openRelay, type RelayOptions } from './relay.ts'
import { tokenDigest } from './vehicle-registry.ts'

const TOKENS = { car: 'the-token-of-the-car', van: 'the-token-of-the-van' }
const LIMIT = 4096

async function open(t: TestContext, options: Partial<RelayOptions> & { limits?: Partial<BridgeLimits> } = {}) {
  const { clock = new FakeClock(), limits } = options
  const features = new FeatureFlags(silentLogger)
  let next = 0
  const createId = () => `id${++next}`
  const { sessions } = new Bridge({ clock, log: silentLogger, createId, features, mode: 'cloud-relay', ...limits })
  const relay = await openRelay({
    host: '127.0.0.1',
    port: 0,
    vehicles: [
      { vehicleId: 'car', tokenSha256: tokenDigest(TOKENS.car), tenantId: 'fleet' },
      { vehicleId: 'van', tokenSha256: tokenDigest(TOKENS.van) },
    ],
    sessions,
    features,
    clock,
    log: silentLogger,
    heartbeatMs: 30_000,
    maxFrameBytes: LIMIT,
    ...options,
  })
  t.after(() => relay[Symbol.asyncDispose]())
  return { relay, sessions, features, clock, url: `ws://127.0.0.1:${relay.port}/bridge` }
}

/** A vehicle that is connected and has said nothing. */
async function connect(url: string, token: string, options: ClientOptions = {}) {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` }, ...options })
  const closed = new Promise<string>((resolve) => socket.once('close', (code, reason) => resolve(`${code} ${reason}`)))
  socket.on('error', () => {})
  await once(socket, 'open')
  return { socket, closed }
}

async function connectCar(url: string, sessions: { list(): readonly unknown[] }) {
  const car = await connect(url, TOKENS.car)
  car.socket.send('{"vehicle_id":"car"}')
  await until(() => sessions.list().length > 0)
  return car
}

async function until(is: () => boolean): Promise<void> {
  for (let turn = 0; !is(); turn++) {
    assert.ok(turn < 5000, 'it does not come')
    await systemClock.sleep(1)
  }
}

async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const socket = new WebSocket(url, { headers })
  socket.on('error', () => {})
  const [, response] = await once(socket, 'unexpected-response')
  response.destroy()
  return response.statusCode
}

const untold = () => ({ signal: new AbortController().signal })
const READ = { method: 'GET', path: '/sovd/v1/components' }

test('a vehicle with its token and its hello has a session, and answers', async (t) => {
  const { url, sessions } = await open(t)
  const { socket } = await connect(url, TOKENS.car)
  socket.send('{"vehicle_id":"car","tenant_id":"fleet"}')
  await until(() => sessions.list().length === 1)
  const [session] = sessions.list()
  assert.deepEqual([session?.vehicleId, session?.tenantId, session?.remoteAddress], ['car', 'fleet', '127.0.0.1'])
  const forwarded = sessions.forward(session?.id ?? '', { ...READ, body: { a: [1] } }, untold())
  const [frame, isBinary] = await once(socket, 'message')
  assert.equal(isBinary, false)
  assert.deepEqual(JSON.parse(frame.toString()), { request_id: 'id2', ...READ, body: { a: [1] } })
  socket.send('{"request_id":"id2","status":200,"body":{"value":[]}}')
  assert.deepEqual(await forwarded, { requestId: 'id2', status: 200, body: { value: [] } })
  await sessions.heartbeat(session?.id ?? '', untold())
  socket.close()
  await until(() => sessions.list().length === 0)
})

for (const [what, headers, status] of [
  ['nothing', {}, 401],
  ['a wrong token', { authorization: 'Bearer wrong' }, 401],
  ['no bearer token', { authorization: `Basic ${TOKENS.car}` }, 401],
  ['the address of a page', { authorization: `Bearer ${TOKENS.car}`, origin: 'https://tool.example' }, 403],
] as const) {
  test(`who shows ${what} cannot connect`, async (t) => {
    const { url } = await open(t)
    assert.equal(await statusOf(url, headers), status)
  })
}

test('who asks for a page is told what is here', async (t) => {
  const { relay } = await open(t)
  const response = await fetch(`http://127.0.0.1:${relay.port}/`)
  assert.equal(response.status, 426)
  await response.text()
})

for (const [what, frame, reason] of [
  ['another id', '{"vehicle_id":"van"}', '1008 bridge auth failed: the credentials are of another vehicle'],
  [
    'another tenant',
    '{"vehicle_id":"car","tenant_id":"x"}',
    '1008 bridge auth failed: the vehicle is of another tenant',
  ],
  ['no JSON', '{', /^1008 bridge auth failed: the first frame is no hello: not JSON/],
  ['bytes', Buffer.from('{"vehicle_id":"car"}'), '1008 bridge auth failed: the first frame is no hello: expected text'],
  ['too much', 'x'.repeat(LIMIT + 1), /^1009/],
] as const) {
  test(`a vehicle that says ${what} first is refused`, async (t) => {
    const { url, sessions } = await open(t)
    const { socket, closed } = await connect(url, TOKENS.car)
    socket.send(frame)
    if (typeof reason === 'string') assert.equal(await closed, reason)
    else assert.match(await closed, reason)
    assert.deepEqual(sessions.list(), [])
  })
}

test('a vehicle of no tenant cannot say that it is of one', async (t) => {
  const { url } = await open(t)
  const { socket, closed } = await connect(url, TOKENS.van)
  socket.send('{"vehicle_id":"van","tenant_id":"fleet"}')
  assert.equal(await closed, '1008 bridge auth failed: the vehicle is of another tenant')
})

test('a vehicle has 10 s to say hello', async (t) => {
  const clock = new FakeClock()
  const { url } = await open(t, { clock })
  const { socket, closed } = await connect(url, TOKENS.car)
  await clock.advance(9999)
  assert.equal(socket.readyState, socket.OPEN)
  await clock.advance(1)
  assert.equal(await closed, '1008 no hello within 10 s')
})

test('of a thousand connections with one token that say nothing, one is held', async (t) => {
  const { url } = await open(t)
  const connections: { readonly socket: WebSocket }[] = []
  for (let batch = 0; batch < 20; batch++) {
    connections.push(...(await Promise.all(Array.from({ length: 50 }, () => connect(url, TOKENS.car)))))
  }
  const openOnes = () => connections.filter(({ socket }) => socket.readyState === socket.OPEN)
  await until(() => openOnes().length === 1)
  for (const { socket } of openOnes()) socket.terminate()
})

test('a vehicle that connects anew ends its session, and connections that say nothing do not', async (t) => {
  const { url, sessions } = await open(t)
  const first = await connectCar(url, sessions)
  const [{ id } = { id: '' }] = sessions.list()
  const second = await connect(url, TOKENS.car)
  await sessions.heartbeat(id, untold())
  second.socket.send('{"vehicle_id":"car"}')
  assert.equal(await first.closed, '4000 the vehicle connected anew')
  assert.equal(sessions.list().length, 1)
  assert.notEqual(sessions.list()[0]?.id, id)
})

test('what is no answer is dropped, and the session stays', async (t) => {
  const { url, sessions } = await open(t)
  const { socket } = await connectCar(url, sessions)
  const [{ id } = { id: '' }] = sessions.list()
  const forwarded = sessions.forward(id, READ, untold())
  await once(socket, 'message')
  for (const frame of ['', '{', '[]', '{"request_id":"id2"}', '{"request_id":"id9","status":200}', '"x"'])
    socket.send(frame)
  socket.send(Buffer.from('{"request_id":"id2","status":200}'))
  socket.send('{"request_id":"id2","status":204}')
  assert.equal((await forwarded).status, 204)
})

test('a frame that is too long ends the session, and what waits for the vehicle fails', async (t) => {
  const { url, sessions } = await open(t)
  const { socket, closed } = await connectCar(url, sessions)
  const [{ id } = { id: '' }] = sessions.list()
  const forwarded = assert.rejects(sessions.forward(id, READ, untold()), { code: 'bad-gateway' })
  await once(socket, 'message')
  socket.send(JSON.stringify({ request_id: 'id2', status: 200, body: 'x'.repeat(LIMIT) }))
  assert.match(await closed, /^1009/)
  await forwarded
})

test('a request that is longer than a frame may be goes nowhere', async (t) => {
  const { url, sessions } = await open(t)
  await connectCar(url, sessions)
  const [{ id } = { id: '' }] = sessions.list()
  await assert.rejects(sessions.forward(id, { ...READ, body: 'x'.repeat(LIMIT) }, untold()), {
    code: 'content-too-large',
  })
  await sessions.heartbeat(id, untold())
})

test('a vehicle that does not take what is sent gets no more of it', async (t) => {
  const { url, sessions } = await open(t, { maxFrameBytes: 1 << 20 })
  const { socket } = await connectCar(url, sessions)
  const [{ id } = { id: '' }] = sessions.list()
  socket.pause()
  const request = { ...READ, body: 'x'.repeat(1_000_000) }
  const forwarded = Array.from({ length: 60 }, () => sessions.forward(id, request, untold()).catch((error) => error))
  const refused = await Promise.race(forwarded)
  assert.equal(refused.code, 'unavailable')
  assert.match(refused.message, /does not take what was sent/)
  socket.terminate()
  await Promise.all(forwarded)
})

test('a vehicle that pings is answered, also before it says who it is', async (t) => {
  const { url } = await open(t)
  const { socket } = await connect(url, TOKENS.car)
  const answered = once(socket, 'pong')
  socket.ping('42')
  assert.equal(String((await answered)[0]), '42')
})

test('a vehicle that answers no pings is given up after two of them', async (t) => {
  const clock = new FakeClock()
  const { url, sessions } = await open(t, { clock, limits: { timeoutMs: 60_000 } })
  const { socket } = await connect(url, TOKENS.car, { autoPong: false })
  let pings = 0
  socket.on('ping', () => (pings += 1))
  socket.send('{"vehicle_id":"car"}')
  await until(() => sessions.list().length === 1)
  const [{ id } = { id: '' }] = sessions.list()
  for (const expected of [1, 2]) {
    await clock.advance(30_000)
    await until(() => pings === expected)
  }
  const pinged = assert.rejects(sessions.heartbeat(id, untold()), { code: 'bad-gateway', message: /connection lost/ })
  await clock.advance(29_999)
  assert.equal(sessions.list().length, 1)
  await clock.advance(1)
  await until(() => sessions.list().length === 0)
  await pinged
})

test('switched off, nobody is or gets connected; switched on, vehicles can come back', async (t) => {
  const { url, sessions, features } = await open(t)
  const { closed } = await connectCar(url, sessions)
  features.set('bridge', false, {})
  assert.match(await closed, /^1001 the bridge was switched off/)
  assert.deepEqual(sessions.list(), [])
  assert.equal(await statusOf(url, { authorization: `Bearer ${TOKENS.car}` }), 404)
  features.set('bridge', true, {})
  await connectCar(url, sessions)
})

test('what is no HTTP, and who says nothing at all, does not hold on', async (t) => {
  const { relay, url, sessions } = await open(t)
  const answered = async (bytes: string) => {
    const socket: Socket = connectTcp(relay.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.resume()
    socket.write(bytes)
    await once(socket, 'close')
  }
  await answered('hello\r\n\r\n')
  await answered('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n')
  const authorization = `Authorization: Bearer ${TOKENS.car}`
  await answered(`GET / HTTP/1.1\r\nHost: x\r\n${authorization}\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n`)
  await answered(`GET / HTTP/1.1\r\nHost: x\r\n${authorization}\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n`)
  await connectCar(url, sessions)
})

test('the relay says goodbye to its vehicles, and closes twice as once', async (t) => {
  const { relay, url, sessions } = await open(t)
  const { closed } = await connectCar(url, sessions)
  await relay[Symbol.asyncDispose]()
  await relay[Symbol.asyncDispose]()
  assert.match(await closed, /^1001 /)
  assert.deepEqual(sessions.list(), [])
})

test('a relay stops although others say nothing, or do not let go', async (t) => {
  const { relay, url, sessions } = await open(t, { clock: systemClock })
  const { socket } = await connectCar(url, sessions)
  socket.pause()
  const silent = connectTcp(relay.port, '127.0.0.1').on('error', () => {})
  await once(silent, 'connect')
  await relay[Symbol.asyncDispose]()
  assert.deepEqual(sessions.list(), [])
  socket.terminate()
  silent.destroy()
})

test('a port that is taken is told', async (t) => {
  const { relay } = await open(t)
  await assert.rejects(open(t, { port: relay.port }), {
    code: 'listen-failed',
    message: /cannot listen on 127\.0\.0\.1:/,
  })
})
