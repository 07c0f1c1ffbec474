import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { MemoryNetwork } from '../testing/memory-network.ts'
import { RawTester } from '../testing/raw-tester.ts'
import { openDoipEntity } from './entity.ts'

const HOST = '10.0.0.1'
const identity = { vin: '1'.repeat(17), logicalAddress: 0x0001, eid: '313131313131', gid: '323232323232' }
const ACTIVATE = '02fd 0005 00000007 0e00 00 00000000'
const answered = (code: string) => `0006 0e000001${code}00000000`

async function setUp() {
  const network = new MemoryNetwork()
  const clock = new FakeClock()
  const runtime = { network: network.host(HOST), clock, log: silentLogger }
  const entity = await openDoipEntity(runtime, { identity, announceCount: 0 })
  const connect = () => RawTester.connect(network.host('10.0.0.9'), { host: HOST, port: 13400 })
  return { clock, entity, connect }
}

test('of two that wait for the address of a tester that has died, one gets it', async () => {
  const { clock, entity, connect } = await setUp()
  await (await connect()).say(ACTIVATE)
  const rivals = [await connect(), await connect()]
  for (const rival of rivals) await rival.say(ACTIVATE)
  await clock.advance(500)
  const answers = await Promise.all(rivals.map((rival) => rival.take()))
  assert.deepEqual(answers.flat().sort(), [answered('03'), answered('10')])
  assert.equal(entity.openSockets, 1)
})
