import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import { DoipError } from '../errors.ts'
import { MemoryNetwork } from '../testing/memory-network.ts'
import { entityAt, entityStatus, identify, listenForAnnouncements, powerMode } from './discovery.ts'

const VIN = '31'.repeat(17)
const announcement = (address: string, eid: string) => `02fd 0004 00000020 ${VIN} ${address} ${eid} 323232323232 00`

function setUp() {
  const network = new MemoryNetwork()
  const clock = new FakeClock()
  const runtime = { network: network.host('10.0.0.9'), clock, log: silentLogger }
  const received: string[] = []
  const entity = async (host: string, ...answers: string[]) => {
    const socket = await network.host(host).openDatagram({ port: 13400 })
    socket.onDatagram(({ data, from }) => {
      received.push(toHex(data))
      for (const answer of answers) void socket.send(fromHex(answer), from)
    })
    return socket
  }
  return { network, clock, runtime, received, entity }
}

test('collects the answers to a broadcast for its whole time', async () => {
  const { clock, runtime, received, entity } = setUp()
  await entity('10.0.0.1', announcement('1001', '0a0000000001'))
  await entity('10.0.0.2', announcement('1002', '0a0000000002'), announcement('1002', '0a0000000002'))
  const identifying = identify(runtime)
  await clock.advance(2000)
  const entities = await identifying
  assert.deepEqual(received, ['ff00000100000000', 'ff00000100000000'])
  assert.deepEqual(
    entities.map(({ host, logicalAddress, eid }) => [host, logicalAddress, eid]),
    [
      ['10.0.0.1', 0x1001, '0a0000000001'],
      ['10.0.0.2', 0x1002, '0a0000000002'],
    ],
  )
  assert.equal(clock.pending, 0)
})

test('does not wait on when the one host it asked has answered', async () => {
  const { runtime, received, entity } = setUp()
  await entity('10.0.0.1', announcement('1001', '0a0000000001'))
  const [found] = await identify(runtime, { host: '10.0.0.1', eid: '313131313131', protocolVersion: 2 })
  assert.deepEqual(received, ['02fd000200000006313131313131'])
  assert.deepEqual(found, {
    host: '10.0.0.1',
    version: 2,
    vin: '1'.repeat(17),
    logicalAddress: 0x1001,
    eid: '0a0000000001',
    gid: '323232323232',
    furtherAction: 0,
  })
})

test('asks by VIN', async () => {
  const { runtime, received, entity } = setUp()
  await entity('10.0.0.1', announcement('1001', '0a0000000001'))
  await identify(runtime, { host: '10.0.0.1', vin: '1'.repeat(17), protocolVersion: 2 })
  assert.deepEqual(received, [`02fd000300000011${VIN}`])
})

test('finds nobody where nobody answers', async () => {
  const { clock, runtime } = setUp()
  const identifying = identify(runtime, { host: '10.0.0.1', collectMs: 100 })
  await clock.advance(100)
  assert.deepEqual(await identifying, [])
})

test('drops answers of other hosts and damaged ones', async () => {
  const { network, clock, runtime, entity } = setUp()
  const stranger = await network.host('10.0.0.66').openDatagram({ port: 13400 })
  const socket = await entity('10.0.0.1', '02fc 0004 00000000', '02fd 0004 ffffffff 00', '02')
  socket.onDatagram(({ from }) => void stranger.send(fromHex(announcement('1001', '0a0000000001')), from))
  const identifying = identify(runtime, { host: '10.0.0.1' })
  await clock.advance(2000)
  assert.deepEqual(await identifying, [])
})

test('stops when aborted', async () => {
  const { clock, runtime } = setUp()
  const abort = new AbortController()
  const identifying = assert.rejects(identify(runtime, {}, abort.signal), /enough/)
  await settle()
  abort.abort(new Error('enough'))
  await identifying
  assert.equal(clock.pending, 0)
})

test('tells two entities with one logical address apart, and refuses to choose', async () => {
  const { clock, runtime, entity } = setUp()
  await entity('10.0.0.1', announcement('1001', '0a0000000001'))
  await entity('10.0.0.2', announcement('1001', '0a0000000002'))
  const identifying = identify(runtime)
  await clock.advance(2000)
  const entities = await identifying
  assert.throws(
    () => entityAt(entities, 0x1001),
    (error) =>
      error instanceof DoipError &&
      error.code === 'DOIP_AMBIGUOUS_ADDRESS' &&
      /0x1001: 10\.0\.0\.1 \(EID 0a0000000001\), 10\.0\.0\.2/.test(error.message),
  )
  assert.throws(() => entityAt(entities, 0x2000), /no entity has the logical address 0x2000/)
})

test('hears announcements until it is disposed', async () => {
  const { network, runtime } = setUp()
  const heard: number[] = []
  const listening = await listenForAnnouncements(runtime, {}, (entity) => heard.push(entity.logicalAddress))
  const entity = await network.host('10.0.0.1').openDatagram({ port: 13400 })
  const broadcast = { host: '255.255.255.255', port: 13400 }
  await entity.send(fromHex(announcement('1001', '0a0000000001')), broadcast)
  await entity.send(fromHex('02fd 0007 00000000'), broadcast)
  await settle()
  await listening[Symbol.asyncDispose]()
  await entity.send(fromHex(announcement('1002', '0a0000000002')), broadcast)
  await settle()
  assert.deepEqual(heard, [0x1001])
})

test('asks for the entity status and the power mode', async () => {
  const { runtime, received, entity } = setUp()
  await entity('10.0.0.1', '02fd 4002 00000007 01 10 01 00001000', '02fd 4004 00000001 01')
  assert.deepEqual(await entityStatus(runtime, '10.0.0.1'), {
    type: 'entityStatusResponse',
    nodeType: 1,
    maxSockets: 16,
    openSockets: 1,
    maxDataSize: 4096,
  })
  assert.equal(await powerMode(runtime, '10.0.0.1'), 1)
  assert.deepEqual(received, ['02fd400100000000', '02fd400300000000'])
})

test('reports an entity that does not know a request, and one that says nothing', async () => {
  const { clock, runtime, entity } = setUp()
  await entity('10.0.0.1', '02fd 0000 00000001 01')
  await assert.rejects(powerMode(runtime, '10.0.0.1'), /refused the powerModeRequest: 0x01 unknownPayloadType/)
  const asking = assert.rejects(powerMode(runtime, '10.0.0.2'), /10\.0\.0\.2: no powerModeResponse within 2000 ms/)
  await clock.advance(2000)
  await asking
})
