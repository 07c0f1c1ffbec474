import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import { FeatureFlags } from '../features/feature-flags.ts'
import type { ForwardRequest, SessionEnd, VehicleLink } from './bridge-session.ts'
import { type BridgeLimits, BridgeSessions } from './bridge-sessions.ts'

interface Sent extends ForwardRequest {
  readonly requestId: string
}

/** A vehicle that answers what and when the test wants. */
function vehicleLink() {
  const sent: Sent[] = []
  const closed: SessionEnd[] = []
  const pings: PromiseWithResolvers<void>[] = []
  const link: VehicleLink = {
    send: (requestId, request) => void sent.push({ requestId, ...request }),
    ping(signal) {
      const ping = Promise.withResolvers<void>()
      pings.push(ping)
      signal.addEventListener('abort', () => ping.reject(signal.reason))
      return ping.promise
    },
    close: (end) => void closed.push(end),
  }
  return { link, sent, closed, pings }
}

function open(limits: Partial<BridgeLimits> = {}) {
  const clock = new FakeClock()
  const features = new FeatureFlags(silentLogger)
  features.provide('bridge')
  let next = 0
  const createId = () => `id${++next}`
  const sessions = new BridgeSessions({ clock, log: silentLogger, createId, features, ...limits })
  return { clock, features, sessions }
}

const READ = { method: 'GET', path: '/sovd/v1/components' }
const untold = () => ({ signal: new AbortController().signal })

test('a vehicle has a session from when it is admitted until it is lost', () => {
  const { sessions } = open()
  const { link } = vehicleLink()
  const admitted = sessions.admit({ vehicleId: 'car', tenantId: 'fleet', remoteAddress: '192.0.2.1' }, link)
  const expected = {
    id: 'id1',
    vehicleId: 'car',
    tenantId: 'fleet',
    remoteAddress: '192.0.2.1',
    connectedAt: '2026-01-01T00:00:00.000Z',
  }
  assert.deepEqual(admitted.session, expected)
  assert.deepEqual(sessions.list(), [expected])
  assert.deepEqual(sessions.get('id1'), expected)
  admitted.lost()
  admitted.lost()
  assert.deepEqual(sessions.list(), [])
  assert.throws(() => sessions.get('id1'), { code: 'not-found', message: "Bridge session 'id1' not found" })
})

test('answers find their requests, whatever their order', async () => {
  const { sessions } = open()
  const { link, sent } = vehicleLink()
  const { session, answered } = sessions.admit({ vehicleId: 'car' }, link)
  const first = sessions.forward(session.id, READ, untold())
  const second = sessions.forward(session.id, { method: 'PUT', path: '/x', body: { value: 1 } }, untold())
  assert.deepEqual(sent, [
    { requestId: 'id2', ...READ, headers: {} },
    { requestId: 'id3', method: 'PUT', path: '/x', body: { value: 1 }, headers: {} },
  ])
  assert.equal(answered('id3', { status: 204 }), true)
  assert.equal(answered('id2', { status: 200, body: { value: [] } }), true)
  assert.deepEqual(await first, { requestId: 'id2', status: 200, body: { value: [] } })
  assert.deepEqual(await second, { requestId: 'id3', status: 204 })
  assert.equal(answered('id3', { status: 200 }), false)
  assert.equal(answered('nobody', { status: 200 }), false)
})

test('a vehicle that does not answer in time is a bad gateway, and its late answer is nobody’s', async () => {
  const { sessions, clock } = open({ timeoutMs: 30_000 })
  const { link } = vehicleLink()
  const { session, answered } = sessions.admit({ vehicleId: 'car' }, link)
  const forwarded = assert.rejects(sessions.forward(session.id, READ, untold()), {
    code: 'bad-gateway',
    message: "bridge timeout: vehicle 'car' did not answer within 30 s",
  })
  await clock.advance(29_999)
  await clock.advance(1)
  await forwarded
  assert.equal(answered('id2', { status: 200 }), false)
  assert.equal(clock.pending, 0)
  assert.equal(sessions.list().length, 1)
})

test('what waits for a vehicle fails when it is lost', async () => {
  const { sessions } = open()
  const { link } = vehicleLink()
  const { session, lost } = sessions.admit({ vehicleId: 'car' }, link)
  const refused = { code: 'bad-gateway', message: "bridge connection lost: vehicle 'car': the connection ended" }
  const forwarded = assert.rejects(sessions.forward(session.id, READ, untold()), refused)
  const pinged = assert.rejects(sessions.heartbeat(session.id, untold()), refused)
  lost()
  await Promise.all([forwarded, pinged])
  await assert.rejects(sessions.forward(session.id, READ, untold()), { code: 'not-found' })
})

test('who no longer wants the answer does not wait for it', async () => {
  const { sessions, clock } = open()
  const { link } = vehicleLink()
  const { session, answered } = sessions.admit({ vehicleId: 'car' }, link)
  const controller = new AbortController()
  const forwarded = assert.rejects(sessions.forward(session.id, READ, { signal: controller.signal }), {
    message: 'the client is gone',
  })
  controller.abort(new Error('the client is gone'))
  await forwarded
  assert.equal(answered('id2', { status: 200 }), false)
  assert.equal(clock.pending, 0)
})

test('a vehicle that connects anew takes the place of its session, and of no other', async () => {
  const { sessions } = open({ maxSessions: 2 })
  const [old, other, anew] = [vehicleLink(), vehicleLink(), vehicleLink()]
  const first = sessions.admit({ vehicleId: 'car' }, old.link)
  sessions.admit({ vehicleId: 'van' }, other.link)
  const forwarded = assert.rejects(sessions.forward(first.session.id, READ, untold()), { code: 'bad-gateway' })
  const second = sessions.admit({ vehicleId: 'car' }, anew.link)
  await forwarded
  assert.deepEqual([old.closed, other.closed, anew.closed], [['replaced'], [], []])
  first.lost()
  assert.deepEqual(
    sessions.list().map(({ id }) => id),
    ['id2', second.session.id],
  )
  const more = vehicleLink()
  assert.throws(() => sessions.admit({ vehicleId: 'bus' }, more.link), { code: 'unavailable' })
})

test('no more requests wait for a vehicle than may', async () => {
  const { sessions } = open({ maxInFlight: 2 })
  const { link, pings } = vehicleLink()
  const { session, answered } = sessions.admit({ vehicleId: 'car' }, link)
  const forwarded = sessions.forward(session.id, READ, untold())
  const pinged = sessions.heartbeat(session.id, untold())
  await assert.rejects(sessions.forward(session.id, READ, untold()), { code: 'unavailable', retryAfterSeconds: 1 })
  answered('id2', { status: 200 })
  pings[0]?.resolve()
  await Promise.all([forwarded, pinged])
  const again = sessions.heartbeat(session.id, untold())
  await settle()
  pings[1]?.resolve()
  await again
})

test('a ping that is not answered is a bad gateway', async () => {
  const { sessions, clock } = open({ timeoutMs: 5000 })
  const { session } = sessions.admit({ vehicleId: 'car' }, vehicleLink().link)
  const pinged = assert.rejects(sessions.heartbeat(session.id, untold()), { code: 'bad-gateway' })
  await clock.advance(5000)
  await pinged
})

test('a session that a client ends is over, and what is switched off admits nobody', () => {
  const { sessions, features } = open()
  const [first, second] = [vehicleLink(), vehicleLink()]
  const { session } = sessions.admit({ vehicleId: 'car' }, first.link)
  sessions.disconnect(session.id)
  assert.throws(() => sessions.disconnect(session.id), { code: 'not-found' })
  sessions.admit({ vehicleId: 'car' }, second.link)
  features.set('bridge', false, {})
  assert.deepEqual([first.closed, second.closed], [['disconnected'], ['switched-off']])
  assert.throws(() => sessions.admit({ vehicleId: 'car' }, vehicleLink().link), { code: 'not-found' })
  features.set('bridge', true, {})
  sessions.admit({ vehicleId: 'car' }, vehicleLink().link)
})

test('all sessions end with the relay', () => {
  const { sessions } = open()
  const { link, closed } = vehicleLink()
  sessions.admit({ vehicleId: 'car' }, link)
  sessions[Symbol.dispose]()
  sessions[Symbol.dispose]()
  assert.deepEqual(closed, ['stopped'])
})

test('a request goes on with the headers that pass, the name of its caller and its trace', async () => {
  const { sessions } = open()
  const { link, sent } = vehicleLink()
  const { session } = sessions.admit({ vehicleId: 'car' }, link)
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const ask = (headers: Record<string, string>, subject?: string) =>
    sessions.forward(
      session.id,
      { ...READ, headers },
      { ...untold(), traceparent, caller: subject === undefined ? {} : { subject } },
    )
  for (const headers of [{ Cookie: 'a' }, { host: 'x' }, { authorization: 'a\r\nb' }, { 'content-type': 'text/plain' }])
    await assert.rejects(ask(headers, 'ann'), { code: 'invalid-request', target: 'headers' })
  await assert.rejects(ask({ 'X-SOVD-Client-Id': 'bob' }, 'ann'), { code: 'invalid-request' })
  assert.deepEqual(sent, [])
  void ask({ Authorization: 'Bearer x', 'If-Match': '"1"' }, 'ann').catch(() => {})
  void ask({ 'X-SOVD-Client-Id': 'bob' }).catch(() => {})
  void ask({}).catch(() => {})
  assert.deepEqual(
    sent.map(({ headers }) => headers),
    [
      { traceparent, authorization: 'Bearer x', 'if-match': '"1"', 'x-sovd-client-id': 'ann' },
      { traceparent, 'x-sovd-client-id': 'bob' },
      { traceparent },
    ],
  )
  sessions[Symbol.dispose]()
})
