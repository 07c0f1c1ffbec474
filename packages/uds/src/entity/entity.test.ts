import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { Network } from '../network.ts'
import { MemoryNetwork } from '../testing/memory-network.ts'
import { RawTester } from '../testing/raw-tester.ts'
import { openDoipEntity } from './entity.ts'
import type { EntitySettings } from './options.ts'
import type { DiagnosticRequest, DiagnosticTarget } from './target.ts'

const HOST = '10.0.0.1'
const identity = { vin: '1'.repeat(17), logicalAddress: 0x0001, eid: '313131313131', gid: '323232323232' }
// Bytes of the doipclient test suite: tester 0e00, entity 0001.
const ACTIVATE = '02fd 0005 00000007 0e00 00 00000000'
const ACTIVATED = '0006 0e0000011000000000'
const ALIVE_CHECK = '0007 '
const ALIVE = '02fd 0008 00000002 0e00'
const refused = (code: string) => `0006 0e000001${code}00000000`

function ecu(logicalAddress: number, more: Partial<DiagnosticTarget> = {}) {
  const requests: (DiagnosticRequest & { respond: (answer: Uint8Array) => void })[] = []
  const target: DiagnosticTarget = {
    logicalAddress,
    functionalAddresses: [0xe400],
    receive: (request, respond) => requests.push({ ...request, respond }),
    ...more,
  }
  return { target, requests }
}

async function setUp(settings: Partial<EntitySettings> = {}, targets: readonly DiagnosticTarget[] = []) {
  const network = new MemoryNetwork()
  const clock = new FakeClock()
  const runtime = { network: network.host(HOST), clock, log: silentLogger }
  const entity = await openDoipEntity(runtime, { identity, announceCount: 0, ...settings }, targets)
  const connect = (port = 13400) => RawTester.connect(network.host('10.0.0.9'), { host: HOST, port }, port === 3496)
  return { network, clock, entity, connect }
}

test('activates a route', async () => {
  const { connect, entity } = await setUp()
  const tester = await connect()
  assert.deepEqual(await tester.say(ACTIVATE), [ACTIVATED])
  assert.equal(entity.openSockets, 1)
  assert.deepEqual(await tester.say(ACTIVATE), [ACTIVATED])
  assert.equal(tester.isClosed, false)
})

for (const [what, request, code] of [
  ['a tester with an unknown address', '02fd 0005 00000007 1000 00 00000000', '0006 100000010000000000'],
  ['an activation type it does not have', '02fd 0005 00000007 0e00 e0 00000000', refused('06')],
  ['an activation type that needs TLS', '02fd 0005 00000007 0e00 e1 00000000', refused('07')],
] as const) {
  test(`refuses ${what} and closes`, async () => {
    const { connect } = await setUp({ activationTypes: { 0: {}, 225: { tlsRequired: true } } })
    const tester = await connect()
    assert.deepEqual(await tester.say(request), [code])
    assert.equal(tester.isClosed, true)
  })
}

test('takes an activation type that needs TLS on its TLS port', async () => {
  const { connect, entity } = await setUp({ tls: {}, activationTypes: { 225: { tlsRequired: true } } })
  assert.equal(entity.addresses?.tls?.port, 3496)
  const tester = await connect(3496)
  assert.deepEqual(await tester.say('02fd 0005 00000007 0e00 e1 00000000'), [ACTIVATED])
})

test('refuses another tester on an activated connection', async () => {
  const { connect } = await setUp()
  const tester = await connect()
  await tester.say(ACTIVATE)
  assert.deepEqual(await tester.say('02fd 0005 00000007 0e01 00 00000000'), ['0006 0e0100010200000000'])
  assert.equal(tester.isClosed, true)
})

test('refuses a tester address in use as long as its holder is alive', async () => {
  const { connect, clock } = await setUp()
  const holder = await connect()
  await holder.say(ACTIVATE)
  const rival = await connect()
  await rival.say(ACTIVATE)
  assert.deepEqual(await holder.say(ALIVE), [ALIVE_CHECK])
  assert.deepEqual(await rival.take(), [refused('03')])
  assert.equal(rival.isClosed, true)
  await clock.advance(600)
  assert.equal(holder.isClosed, false)
})

test('gives a tester address to the next when its holder does not answer', async () => {
  const { connect, clock, entity } = await setUp()
  const holder = await connect()
  await holder.say(ACTIVATE)
  const rival = await connect()
  assert.deepEqual(await rival.say(ACTIVATE), [])
  assert.deepEqual(await holder.say('02fd 0008 00000002 0e77'), [ALIVE_CHECK])
  await clock.advance(500)
  assert.deepEqual(await rival.take(), [ACTIVATED])
  assert.equal(holder.isClosed, true)
  assert.equal(entity.openSockets, 1)
})

test('asks all holders when every socket is taken', async () => {
  const { connect, clock } = await setUp({ maxSockets: 2 })
  const [first, second, third] = [await connect(), await connect(), await connect()]
  await first.say(ACTIVATE)
  await second.say('02fd 0005 00000007 0e01 00 00000000')
  await third.say('02fd 0005 00000007 0e02 00 00000000')
  assert.deepEqual(await first.say(ALIVE), [ALIVE_CHECK])
  assert.deepEqual(await second.say('02fd 0008 00000002 0e01'), [ALIVE_CHECK])
  assert.deepEqual(await third.take(), ['0006 0e0200010100000000'])
  const fourth = await connect()
  await fourth.say('02fd 0005 00000007 0e03 00 00000000')
  await first.say(ALIVE)
  await clock.advance(500)
  assert.deepEqual(await fourth.take(), ['0006 0e0300011000000000'])
  assert.deepEqual([first.isClosed, second.isClosed], [false, true])
})

test('turns connections away beyond one more than it has sockets', async () => {
  const { connect } = await setUp({ maxSockets: 1 })
  const testers = [await connect(), await connect(), await connect()]
  await settle()
  assert.deepEqual(
    testers.map((tester) => tester.isClosed),
    [false, false, true],
  )
})

test('closes a connection without activation after two seconds, an idle one after five minutes', async () => {
  const { connect, clock } = await setUp()
  const idle = await connect()
  const active = await connect()
  await active.say(ACTIVATE)
  await clock.advance(2000)
  assert.deepEqual([idle.isClosed, active.isClosed], [true, false])
  await clock.advance(200_000)
  await active.say(ALIVE)
  await clock.advance(299_999)
  assert.equal(active.isClosed, false)
  await clock.advance(1)
  assert.equal(active.isClosed, true)
  assert.equal(clock.pending, 0)
})

test('asks for authentication where a type wants it, and keeps the connection', async () => {
  let trusted = false
  const { connect } = await setUp({ activationTypes: { 0: { authenticate: async () => trusted } } })
  const tester = await connect()
  assert.deepEqual(await tester.say(ACTIVATE), [refused('04')])
  assert.deepEqual(await tester.say('02fd 8001 00000005 0e00 1001 3e'), ['8003 10010e0006'])
  trusted = true
  assert.deepEqual(await tester.say(ACTIVATE), [ACTIVATED])
})

for (const [what, confirmed, code, closed] of [
  ['confirmed', true, '10', false],
  ['rejected', false, '05', true],
] as const) {
  test(`tells that a confirmation is needed, and then that it was ${what}`, async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const { connect } = await setUp({ activationTypes: { 0: { confirm: () => promise } } })
    const tester = await connect()
    assert.deepEqual(await tester.say(ACTIVATE), [refused('11')])
    resolve(confirmed)
    assert.deepEqual(await tester.take(), [refused(code)])
    assert.equal(tester.isClosed, closed)
  })
}

test('acknowledges a diagnostic message, hands it to its ECU and sends the answers', async () => {
  const { target, requests } = ecu(0x1001)
  const { connect } = await setUp({}, [target])
  const tester = await connect()
  await tester.say(ACTIVATE)
  assert.deepEqual(await tester.say('02fd 8001 00000006 0e00 1001 3e00'), ['8002 10010e0000'])
  const [request] = requests
  assert(request)
  assert.deepEqual([request.tester, request.functional, toHex(request.data)], [0x0e00, false, '3e00'])
  request.respond(fromHex('7f3e78'))
  request.respond(fromHex('7e00'))
  assert.deepEqual(await tester.take(), ['8001 10010e007f3e78', '8001 10010e007e00'])
})

test('hands a functional message to all members of the group', async () => {
  const [first, second, stranger] = [ecu(0x1001), ecu(0x1002), ecu(0x1003, { functionalAddresses: [] })]
  const { connect } = await setUp({}, [first.target, second.target, stranger.target])
  const tester = await connect()
  await tester.say(ACTIVATE)
  assert.deepEqual(await tester.say('02fd 8001 00000006 0e00 e400 3e00'), ['8002 e4000e0000'])
  for (const { requests } of [first, second]) {
    assert.equal(requests[0]?.functional, true)
    requests[0]?.respond(fromHex('7e00'))
  }
  assert.equal(stranger.requests.length, 0)
  assert.deepEqual(await tester.take(), ['8001 10010e007e00', '8001 10020e007e00'])
})

test('refuses messages to unknown, unreachable and small ECUs', async () => {
  const unreachable = ecu(0x1002, { refuse: () => 0x06 })
  const small = ecu(0x1003, { maxRequestLength: 1 })
  const { connect, entity } = await setUp({}, [ecu(0x1001).target, unreachable.target, small.target])
  const tester = await connect()
  await tester.say(ACTIVATE)
  assert.deepEqual(await tester.say('02fd 8001 00000006 0e00 1234 3e00'), ['8003 12340e0003'])
  assert.deepEqual(await tester.say('02fd 8001 00000006 0e00 1002 3e00'), ['8003 10020e0006'])
  assert.deepEqual(await tester.say('02fd 8001 00000006 0e00 1003 3e00'), ['8003 10030e0004'])
  entity.remove(0x1001)
  assert.deepEqual(await tester.say('02fd 8001 00000006 0e00 1001 3e00'), ['8003 10010e0003'])
  assert.equal(tester.isClosed, false)
  assert.equal(unreachable.requests.length + small.requests.length, 0)
})

test('refuses diagnostic messages without a route or of another tester, and closes', async () => {
  const { target, requests } = ecu(0x1001)
  const { connect } = await setUp({}, [target])
  const stranger = await connect()
  assert.deepEqual(await stranger.say('02fd 8001 00000006 0e00 1001 3e00'), ['8003 10010e0002'])
  const liar = await connect()
  await liar.say(ACTIVATE)
  assert.deepEqual(await liar.say('02fd 8001 00000006 0e01 1001 3e00'), ['8003 10010e0102'])
  assert.deepEqual([stranger.isClosed, liar.isClosed, requests.length], [true, true, 0])
})

for (const [what, hex, answer, closed] of [
  ['a broken header', '02fc 8001 00000006 0e00', '0000 00', true],
  ['the discovery version', 'ff00 0005 00000007 0e00 00 00000000', '0000 00', true],
  ['an unknown payload type', '02fd f010 00000002 0006', '0000 01', false],
  ['a payload type of entities', '02fd 0006 00000009 0e00 0001 10 00000000', '0000 01', false],
  ['a payload over the limit', `02fd 8001 00000011 ${'00'.repeat(17)}`, '0000 02', false],
  ['a payload of the wrong length', '02fd 0005 00000003 0e0000', '0000 04', true],
  ['a diagnostic message without data', '02fd 8001 00000004 0e00 1001', '0000 04', true],
] as const) {
  test(`answers ${what} with a header NACK and ${closed ? 'closes' : 'goes on'}`, async () => {
    const { connect } = await setUp({ maxDataSize: 16 })
    const tester = await connect()
    await tester.say(ACTIVATE)
    assert.deepEqual(await tester.say(hex), [answer])
    assert.equal(tester.isClosed, closed)
    if (!closed) assert.deepEqual(await tester.say(ACTIVATE), [ACTIVATED])
  })
}

test('goes on behind a message that claims almost 4 GiB only when all of it came', async () => {
  const { connect } = await setUp()
  const tester = await connect()
  await tester.say(ACTIVATE)
  assert.deepEqual(await tester.say('02fd 8001 ffffffff', ACTIVATE), ['0000 02'])
  assert.equal(tester.isClosed, false)
})

test('understands messages cut anywhere and several in one segment', async () => {
  const { target, requests } = ecu(0x1001)
  const { connect, network } = await setUp({}, [target])
  const tester = await connect()
  assert.deepEqual(await tester.say(`${ACTIVATE} 02fd 8001 00000006 0e00 1001 3e00`), [ACTIVATED, '8002 10010e0000'])
  network.segmentLength = 1
  assert.deepEqual(await tester.say('02fd 8001 00000006 0e00 1001 3e80'), ['8002 10010e0000'])
  assert.equal(requests.length, 2)
})

test('answers in the version of the tester', async () => {
  const { network, entity } = await setUp()
  const stream = await network.host('10.0.0.9').connect({ host: HOST, port: 13400 })
  stream.write(fromHex('03fc 0005 00000007 0e00 00 00000000'))
  for await (const chunk of stream.incoming) {
    assert.equal(toHex(chunk), '03fc0006000000090e0000011000000000')
    break
  }
  await entity[Symbol.asyncDispose]()
})

test('an ECU that throws does not take the connection down', async () => {
  const broken = ecu(0x1001, {
    receive: () => {
      throw new Error('bug')
    },
  })
  const { connect } = await setUp({}, [broken.target])
  const tester = await connect()
  await tester.say(ACTIVATE)
  assert.deepEqual(await tester.say('02fd 8001 00000006 0e00 1001 3e00'), ['8002 10010e0000'])
  assert.equal(tester.isClosed, false)
})

test('answers for a tester that is gone vanish', async () => {
  const { target, requests } = ecu(0x1001)
  const { connect, entity } = await setUp({}, [target])
  const tester = await connect()
  await tester.say(ACTIVATE, '02fd 8001 00000006 0e00 1001 3e00')
  await tester.hangUp()
  await settle()
  assert.equal(entity.openSockets, 0)
  requests[0]?.respond(fromHex('7e00'))
})

test('closes the connection of a tester that does not read', async () => {
  const network = new MemoryNetwork()
  const host = network.host(HOST)
  const { target, requests } = ecu(0x1001)
  let unsentBytes = 0
  const deaf: Network = {
    ...host,
    listen: (options, onConnection) =>
      host.listen(options, (stream) =>
        onConnection({
          remote: stream.remote,
          secure: stream.secure,
          incoming: stream.incoming,
          get unsentBytes() {
            return unsentBytes
          },
          write: (...parts) => {
            for (const { length } of parts) unsentBytes += length
          },
          flush: () => new Promise(() => {}),
          [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose](),
        }),
      ),
  }
  const runtime = { network: deaf, clock: new FakeClock(), log: silentLogger }
  const entity = await openDoipEntity(runtime, { identity, announceCount: 0 }, [target])
  const tester = await RawTester.connect(network.host('10.0.0.9'), { host: HOST, port: 13400 })
  await tester.say(ACTIVATE, '02fd 8001 00000006 0e00 1001 3e00')
  assert.equal(entity.openSockets, 1)
  for (let answer = 0; answer < 5; answer++) requests[0]?.respond(new Uint8Array(1024 * 1024))
  await settle()
  assert.equal(tester.isClosed, true)
  assert.equal(entity.openSockets, 0)
})

test('drops all connections as a restart does, and lets testers in again', async () => {
  const { connect, entity } = await setUp()
  const tester = await connect()
  await tester.say(ACTIVATE)
  await entity.dropConnections()
  await settle()
  assert.equal(tester.isClosed, true)
  const again = await connect()
  assert.deepEqual(await again.say(ACTIVATE), [ACTIVATED])
})

test('closing twice leaves nothing behind', async () => {
  const { connect, entity, clock } = await setUp({ announceCount: 3 })
  const tester = await connect()
  await tester.say(ACTIVATE)
  await entity[Symbol.asyncDispose]()
  await entity[Symbol.asyncDispose]()
  await settle()
  assert.equal(tester.isClosed, true)
  assert.equal(clock.pending, 0)
  await assert.rejects(connect(), /ECONNREFUSED/)
})

test('refuses two ECUs with one address', async () => {
  await assert.rejects(setUp({}, [ecu(0x1001).target, ecu(0x1001).target]), RangeError)
})
