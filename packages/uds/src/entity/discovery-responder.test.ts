import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import { MemoryNetwork } from '../testing/memory-network.ts'
import { openDoipEntity } from './entity.ts'
import type { EntitySettings } from './options.ts'

const HOST = '10.0.0.1'
const identity = {
  vin: '1'.repeat(17),
  logicalAddress: 0x1234,
  eid: '313131313131',
  gid: '323232323232',
  syncStatus: 0,
}
// The identification answer of the doipclient test suite.
const ANNOUNCEMENT = `02fd000400000021${'31'.repeat(17)}12343131313131313232323232320000`

async function setUp(settings: Partial<EntitySettings> = {}) {
  const network = new MemoryNetwork()
  const clock = new FakeClock()
  const received: string[] = []
  const socket = await network.host('10.0.0.9').openDatagram({ port: 13400 })
  socket.onDatagram(({ data }) => received.push(toHex(data)))
  const runtime = { network: network.host(HOST), clock, log: silentLogger }
  const entity = await openDoipEntity(runtime, { identity, announceCount: 0, ...settings })
  const ask = async (hex: string) => {
    await socket.send(fromHex(hex), { host: HOST, port: 13400 })
    await settle()
    return received.splice(0)
  }
  return { network, clock, entity, received, ask }
}

test('announces itself three times, half a second apart, after a random delay', async () => {
  const { clock, received } = await setUp({ announceCount: 3 })
  await clock.advance(499)
  const before = received.length
  assert(before === 0 || before === 1)
  await clock.advance(1001)
  assert.deepEqual(received, [ANNOUNCEMENT, ANNOUNCEMENT, ANNOUNCEMENT])
  await clock.advance(10_000)
  assert.equal(received.length, 3)
})

for (const [what, request] of [
  ['everybody', '02fd 0001 00000000'],
  ['everybody, in any version', 'ff00 0001 00000000'],
  ['its EID', '02fd 0002 00000006 313131313131'],
  ['its VIN', `02fd 0003 00000011 ${'31'.repeat(17)}`],
] as const) {
  test(`answers an identification request for ${what} after a random delay`, async () => {
    const { clock, received, ask } = await setUp()
    assert.deepEqual(await ask(request), [])
    await clock.advance(500)
    assert.deepEqual(received, [ANNOUNCEMENT])
  })
}

for (const request of ['02fd 0002 00000006 313131313132', `02fd 0003 00000011 ${'32'.repeat(17)}`]) {
  test(`keeps quiet when another is asked for: ${request.slice(5, 9)}`, async () => {
    const { clock, received, ask } = await setUp()
    await ask(request)
    await clock.advance(1000)
    assert.deepEqual(received, [])
  })
}

test('answers in the version it was asked in', async () => {
  const { clock, received, ask } = await setUp()
  await ask('03fc 0001 00000000')
  await clock.advance(500)
  assert.equal(received[0]?.slice(0, 4), '03fc')
})

test('tells its status and power mode', async () => {
  const { network, ask } = await setUp({ maxSockets: 16, maxDataSize: 4096, nodeType: 1, powerMode: () => 1 })
  const stream = await network.host('10.0.0.9').connect({ host: HOST, port: 13400 })
  stream.write(fromHex('02fd 0005 00000007 0e00 00 00000000'))
  await settle()
  assert.deepEqual(await ask('02fd 4001 00000000'), ['02fd40020000000701100100001000'])
  assert.deepEqual(await ask('02fd 4003 00000000'), ['02fd40040000000101'])
})

for (const [what, request, code] of [
  ['a broken header', '02fc 0001 00000000', '00'],
  ['no header', '02', '00'],
  ['an unknown payload type', '02fd f010 00000000', '01'],
  ['a message for TCP', '02fd 0007 00000000', '01'],
  ['a length field that is wrong', '02fd 0001 ffffffff', '04'],
] as const) {
  test(`answers ${what} with a header NACK`, async () => {
    const { ask } = await setUp()
    assert.deepEqual(await ask(request), [`02fd000000000001${code}`])
  })
}

test('says nothing to announcements and NACKs of others', async () => {
  const { ask, clock, received } = await setUp()
  await ask(ANNOUNCEMENT)
  await ask('02fd 0000 00000001 01')
  await clock.advance(1000)
  assert.deepEqual(received, [])
})

test('keeps only so many identification answers waiting', async () => {
  const { ask, clock, received } = await setUp()
  for (let request = 0; request < 100; request++) await ask('02fd 0001 00000000')
  await clock.advance(500)
  assert.equal(received.length, 64)
})
