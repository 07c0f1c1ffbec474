import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { ChannelEvent } from '../client/channel.ts'
import { DoipError } from '../errors.ts'
import { MemoryNetwork } from '../testing/memory-network.ts'
import { ScriptedPeer } from '../testing/scripted-peer.ts'
import type { ConnectionSettings } from './connection-options.ts'
import { DoipGateway } from './gateway.ts'

// Bytes of the doipclient test suite: tester 0e00, entity 0001.
const ACTIVATION_REQUEST = '0005 0e000000000000'
const ACTIVATED = '02fd 0006 00000009 0e00 0001 10 00000000'
const CONFIRM_FIRST = '02fd 0006 00000009 0e00 0001 11 00000000'
const ALIVE_CHECK = '02fd 0007 00000000'
const ACKNOWLEDGE = '02fd 8002 00000005 1234 0e00 00'
const REFUSAL = '02fd 8003 00000005 1234 0e00 05'
const ANSWER = '02fd 8001 00000008 1234 0e00 00010203'
const request = fromHex('000102')
const ENTITY = '10.0.0.1'

async function setUp(settings: Partial<ConnectionSettings> = {}, port = 13400) {
  const network = new MemoryNetwork()
  const clock = new FakeClock()
  const peer = new ScriptedPeer()
  const listener = await peer.listen(network.host(ENTITY), port, settings.tls !== undefined)
  const gateway = new DoipGateway(
    { network: network.host('10.0.0.9'), clock, log: silentLogger },
    { host: ENTITY, testerAddress: 0x0e00, ...settings },
  )
  const events: ChannelEvent[] = []
  gateway.subscribe((event) => events.push(event))
  return { network, clock, peer, listener, gateway, events }
}

async function activated(settings: Partial<ConnectionSettings> = {}) {
  const all = await setUp(settings)
  all.peer.answers.set('0005', [ACTIVATED])
  await all.gateway.connect()
  all.peer.take()
  return all
}

const failsWith =
  (code: string, message = /./) =>
  (error: unknown) =>
    error instanceof DoipError && error.code === code && message.test(error.message)

test('activates the route on connecting', async () => {
  const { gateway, peer } = await setUp()
  peer.answers.set('0005', [ACTIVATED])
  await gateway.connect()
  assert.deepEqual(peer.take(), [ACTIVATION_REQUEST])
  assert.deepEqual(gateway.state, { phase: 'connected', entityAddress: 1 })
})

test('sends the activation type and OEM bytes that a maker wants', async () => {
  const { gateway, peer } = await setUp({ activationType: 0xe0, oem: fromHex('01020304') })
  peer.answers.set('0005', [ACTIVATED])
  await gateway.connect()
  assert.deepEqual(peer.take(), ['0005 0e00e00000000001020304'])
})

test('uses TLS on port 3496 when asked to', async () => {
  const { gateway, peer } = await setUp({ tls: {} }, 3496)
  peer.answers.set('0005', [ACTIVATED])
  await gateway.connect()
  assert.equal(peer.streams[0]?.secure, true)
})

test('opens one connection for everyone who needs one at the same time', async () => {
  const { gateway, peer } = await setUp()
  peer.answers.set('0005', [ACTIVATED])
  await Promise.all([gateway.connect(), gateway.connect(), gateway.connect()])
  assert.equal(peer.streams.length, 1)
})

for (const [code, name] of [
  ['00', 'unknownSourceAddress'],
  ['03', 'sourceAddressInUse'],
  ['07', 'tlsRequired'],
  ['7f', '0x7f'],
] as const) {
  test(`reports routing activation response code ${code}`, async () => {
    const { gateway, peer } = await setUp()
    peer.answers.set('0005', [ACTIVATED.replace(' 10 ', ` ${code} `)])
    await assert.rejects(gateway.connect(), failsWith('DOIP_ACTIVATION_REFUSED', new RegExp(name)))
    assert.deepEqual(gateway.state, { phase: 'disconnected' })
  })
}

test('waits for the confirmation in the vehicle, also when both answers come in one segment', async () => {
  const { gateway, peer } = await setUp()
  peer.answers.set('0005', [`${CONFIRM_FIRST} ${ACTIVATED}`])
  await gateway.connect()
  assert.equal(gateway.state.phase, 'connected')
})

test('gives up when nobody confirms', async () => {
  const { gateway, peer, clock } = await setUp()
  peer.answers.set('0005', [CONFIRM_FIRST])
  const connecting = assert.rejects(gateway.connect(), failsWith('DOIP_ACTIVATION_TIMEOUT', /60000 ms/))
  await clock.advance(60_000)
  await connecting
})

test('gives up when the entity does not answer the activation', async () => {
  const { gateway, clock, peer } = await setUp()
  const connecting = assert.rejects(gateway.connect(), failsWith('DOIP_ACTIVATION_TIMEOUT', /2000 ms/))
  await clock.advance(2000)
  await connecting
  await assert.rejects(async () => peer.say(ACTIVATED), /closed/)
})

test('ignores an activation for another tester', async () => {
  const { gateway, peer } = await setUp()
  peer.answers.set('0005', ['02fd 0006 00000009 0e01 0001 10 00000000', ACTIVATED])
  await gateway.connect()
  assert.equal(gateway.state.phase, 'connected')
})

test('refuses another entity than the expected one', async () => {
  const { gateway, peer } = await setUp({ entityAddress: 2 })
  peer.answers.set('0005', [ACTIVATED])
  await assert.rejects(gateway.connect(), failsWith('DOIP_WRONG_ENTITY', /entity 0x0001 answered, 0x0002 was expected/))
})

test('gives up connecting after its time', async () => {
  const { gateway, network, clock } = await setUp({ timing: { connectMs: 300 } })
  network.reset(ENTITY, { unreachable: true })
  const connecting = assert.rejects(gateway.connect(), failsWith('DOIP_CONNECT_FAILED', /no connection within 300 ms/))
  await clock.advance(300)
  await connecting
  assert.equal(clock.pending, 0)
})

test('says who refused the connection', async () => {
  const { gateway, listener } = await setUp()
  await listener[Symbol.asyncDispose]()
  await assert.rejects(gateway.connect(), failsWith('DOIP_CONNECT_FAILED', /10\.0\.0\.1:13400: connect ECONNREFUSED/))
})

test('stops waiting for a connection when aborted, without ending it for others', async () => {
  const { gateway, peer } = await setUp()
  const abort = new AbortController()
  const impatient = assert.rejects(gateway.connect(abort.signal), /not today/)
  const patient = gateway.connect()
  abort.abort(new Error('not today'))
  await impatient
  await peer.say(ACTIVATED)
  await patient
})

test('resolves a send when the entity acknowledges', async () => {
  const { gateway, peer, clock } = await activated()
  const sending = gateway.send(0x1234, request)
  await settle()
  assert.deepEqual(peer.take(), ['8001 0e001234000102'])
  await peer.say(ACKNOWLEDGE)
  await sending
  await clock.advance(10_000)
  assert.equal(gateway.state.phase, 'connected')
  assert.equal(clock.pending, 0)
})

test('rejects a send when the entity refuses it', async () => {
  const { gateway, peer } = await activated()
  peer.answers.set('8001', [REFUSAL])
  await assert.rejects(gateway.send(0x1234, request), failsWith('DOIP_REFUSED', /0x1234: 0x05 outOfMemory/))
})

test('rejects a send that nobody acknowledges, and drops a late acknowledge', async () => {
  const { gateway, peer, clock } = await activated()
  const sending = assert.rejects(
    gateway.send(0x1234, request),
    failsWith('DOIP_ACKNOWLEDGE_TIMEOUT', /0x1234.*2000 ms/),
  )
  await clock.advance(2000)
  await sending
  await peer.say(ACKNOWLEDGE)
  await settle()
  const next = gateway.send(0x1234, request)
  await settle()
  await peer.say(REFUSAL)
  await assert.rejects(next, failsWith('DOIP_REFUSED'))
})

test('does not take an acknowledge from or for another address', async () => {
  const { gateway, peer, clock } = await activated()
  peer.answers.set('8001', ['02fd 8002 00000005 1235 0e00 00', '02fd 8003 00000005 1234 0e01 05'])
  const sending = assert.rejects(gateway.send(0x1234, request), failsWith('DOIP_ACKNOWLEDGE_TIMEOUT'))
  await clock.advance(2000)
  await sending
})

test('takes an acknowledge in the name of the gateway while one message is under way', async () => {
  const { gateway, peer } = await activated()
  peer.answers.set('8001', ['02fd 8002 00000005 0001 0e00 00'])
  await gateway.send(0x1234, request)
})

test('keeps the acknowledges of several ECUs apart', async () => {
  const { gateway, peer } = await activated()
  const first = gateway.send(0x1234, request)
  const second = assert.rejects(gateway.send(0x1235, request), failsWith('DOIP_REFUSED', /0x1235: 0x03 unknownTarget/))
  await settle()
  await peer.say('02fd 8003 00000005 1235 0e00 03', ACKNOWLEDGE)
  await Promise.all([first, second])
})

test('does not wait for acknowledges where an entity gives none, and reports a refusal that comes anyway', async () => {
  const { gateway, peer, events } = await activated({ acknowledge: 'ignore' })
  await gateway.send(0x1234, request)
  await peer.say(REFUSAL)
  await settle()
  assert.deepEqual(
    events.map((event) => event.kind === 'refused' && event.target),
    [0x1234],
  )
})

test('does not send what was aborted before the connection stood', async () => {
  const { gateway, peer } = await setUp()
  const abort = new AbortController()
  const abandoned = assert.rejects(gateway.send(0x1234, request, abort.signal), /enough/)
  await settle()
  abort.abort(new Error('enough'))
  await abandoned
  await peer.say(ACTIVATED)
  await settle()
  assert.deepEqual(peer.take(), [ACTIVATION_REQUEST])
})

test('passes on what ECUs send, cut into single bytes or many in one segment', async () => {
  const { gateway, peer, events, network } = await activated()
  await peer.say(`${ANSWER} ${ANSWER}`)
  network.segmentLength = 1
  await peer.say(ANSWER)
  await settle()
  assert.equal(gateway.state.phase, 'connected')
  assert.deepEqual(
    events.map((event) => event.kind === 'received' && [event.source, toHex(event.message)]),
    Array.from({ length: 3 }, () => [0x1234, '00010203']),
  )
})

test('drops messages for another tester and of unknown types', async () => {
  const { gateway, peer, events } = await activated()
  await peer.say('02fd 8001 00000008 1234 0e01 00010203', '02fd f010 00000002 0006')
  await settle()
  assert.equal(gateway.state.phase, 'connected')
  assert.deepEqual(events, [])
})

test('answers an alive check also while a request is under way', async () => {
  const { gateway, peer } = await activated()
  const sending = gateway.send(0x1234, request)
  await settle()
  await peer.say(ALIVE_CHECK)
  await settle()
  assert.deepEqual(peer.take(), ['8001 0e001234000102', '0008 0e00'])
  await peer.say(ACKNOWLEDGE)
  await sending
})

test('drops a message over its limit without keeping it', async () => {
  const { gateway, peer, events } = await activated({ maxMessageLength: 9 })
  await peer.say('02fd 8001 0000000a 1234 0e00 000102030405', ANSWER)
  await settle()
  assert.equal(events.length, 1)
  assert.equal(gateway.state.phase, 'connected')
})

test('loses the connection on bytes that are no DoIP', async () => {
  const { gateway, peer, events } = await activated()
  await peer.say('0000 8001 00000000')
  await settle()
  assert.deepEqual(gateway.state, { phase: 'disconnected' })
  const [event] = events
  assert(event?.kind === 'lost' && failsWith('DOIP_CONNECTION_LOST', /version 0x0 needs the inverse/)(event.error))
})

test('rejects what is on the way when the connection breaks, and sends nothing twice', async () => {
  const { gateway, peer, network, events } = await activated()
  const sending = assert.rejects(gateway.send(0x1234, request), failsWith('DOIP_CONNECTION_LOST', /reset by peer/))
  await settle()
  assert.deepEqual(peer.take(), ['8001 0e001234000102'])
  network.reset(ENTITY)
  await sending
  assert.deepEqual(
    events.map((event) => event.kind),
    ['lost'],
  )
  await gateway.connect()
  assert.deepEqual(peer.take(), [ACTIVATION_REQUEST])
})

test('connects and activates again for the first message after a loss', async () => {
  const { gateway, peer } = await activated()
  await peer.hangUp()
  await settle()
  assert.deepEqual(gateway.state, { phase: 'disconnected' })
  peer.answers.set('8001', [ACKNOWLEDGE])
  await gateway.send(0x1234, request)
  assert.deepEqual(peer.take(), [ACTIVATION_REQUEST, '8001 0e001234000102'])
})

test('waits for a restarting entity to come back', async () => {
  const { gateway, network, clock } = await activated({ timing: { connectMs: 1000 } })
  network.reset(ENTITY, { unreachable: true })
  const returning = gateway.reconnect({ withinMs: 30_000, pauseMs: 500 })
  await clock.advance(5000)
  assert.equal(gateway.state.phase, 'connecting')
  network.revive(ENTITY)
  await clock.advance(2000)
  await returning
  assert.equal(gateway.state.phase, 'connected')
})

test('gives up on an entity that does not come back', async () => {
  const { gateway, network, clock } = await activated({ timing: { connectMs: 1000 } })
  network.reset(ENTITY, { unreachable: true })
  const returning = assert.rejects(
    gateway.reconnect({ withinMs: 5000, pauseMs: 500 }),
    failsWith('DOIP_CONNECT_FAILED'),
  )
  await clock.advance(6000)
  await returning
})

test('closing ends everything once and for all', async () => {
  const { gateway, clock } = await activated()
  const sending = assert.rejects(gateway.send(0x1234, request), failsWith('DOIP_CLOSED'))
  await settle()
  await gateway[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
  await sending
  await assert.rejects(gateway.send(0x1234, request), failsWith('DOIP_CLOSED'))
  assert.deepEqual(gateway.state, { phase: 'closed' })
  assert.equal(clock.pending, 0)
})

test('closing gives up a connection that is being opened', async () => {
  const { gateway, clock } = await setUp()
  const connecting = assert.rejects(gateway.connect(), failsWith('DOIP_CLOSED'))
  await settle()
  await gateway[Symbol.asyncDispose]()
  await connecting
  assert.equal(clock.pending, 0)
})

test('reports its states in order', async () => {
  const { gateway, peer } = await setUp()
  const phases: string[] = []
  gateway.onState((state) => phases.push(state.phase))
  peer.answers.set('0005', [ACTIVATED])
  await gateway.connect()
  await gateway[Symbol.asyncDispose]()
  assert.deepEqual(phases, ['connecting', 'connected', 'disconnected', 'closed'])
})
