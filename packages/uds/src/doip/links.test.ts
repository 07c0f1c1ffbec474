import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { MemoryNetwork } from '../testing/memory-network.ts'
import { ScriptedPeer } from '../testing/scripted-peer.ts'
import { DoipLinks } from './links.ts'

test('many ECUs behind one network address share a connection', async () => {
  const network = new MemoryNetwork()
  const peer = new ScriptedPeer()
  await peer.listen(network.host('10.0.0.1'), 13400)
  peer.answers.set('0005', ['02fd 0006 00000009 0e00 0001 10 00000000'])
  for (const ecu of ['1001', '1002']) {
    peer.answers.set(`8001 0e00${ecu}`, [
      `02fd 8002 00000005 ${ecu} 0e00 00`,
      `02fd 8001 00000008 ${ecu} 0e00 62f190${ecu.slice(2)}`,
    ])
  }
  await using links = new DoipLinks({ network: network.host('10.0.0.9'), clock: new FakeClock(), log: silentLogger })
  const settings = { host: '10.0.0.1', testerAddress: 0x0e00 }
  const answers = await Promise.all(
    [0x1001, 0x1002].map((ecu) =>
      links
        .link(settings)
        .tester.ecu(ecu)
        .request('readDataByIdentifier', { dids: [0xf190] }),
    ),
  )
  assert.deepEqual(
    answers.map(({ data }) => toHex(data)),
    ['01', '02'],
  )
  assert.equal(peer.streams.length, 1)
})

test('refuses two gateways with one address', () => {
  const network = new MemoryNetwork()
  const links = new DoipLinks({ network: network.host('10.0.0.9'), clock: new FakeClock(), log: silentLogger })
  const settings = { host: '10.0.0.1', testerAddress: 0x0e00 }
  const link = links.link(settings)
  assert.equal(links.link({ ...settings, port: 13400 }), link)
  assert.notEqual(links.link({ ...settings, testerAddress: 0x0e01 }), link)
  assert.throws(
    () => links.link({ ...settings, activationType: 0xe0 }),
    /10\.0\.0\.1:13400 was given before with another activationType/,
  )
})
