import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import { systemClock } from '@opensovd/base/node'
import { missingModules, startPython } from '@opensovd/base/testing'
import { DoipLinks, identify, NegativeResponseError, powerMode, unlock, xorKey } from '../index.ts'
import { nodeNetwork } from '../node/index.ts'

const runtime = { network: nodeNetwork(), clock: systemClock, log: silentLogger }
const host = '127.0.0.1'

test('the client understands doip-server', { skip: missingModules('doip_server', 'yaml') }, async (context) => {
  const peer = await startPython(new URL('./doip_server_peer.py', import.meta.url))
  context.after(() => peer[Symbol.asyncDispose]())
  assert(typeof peer.first === 'object' && peer.first && 'port' in peer.first && typeof peer.first.port === 'number')
  const { port } = peer.first

  // It serves either UDP or one tester at a time, and its entity status has two bytes more than ISO 13400-2 knows.
  const [entity] = await identify(runtime, { host, port })
  assert.deepEqual(
    [entity?.vin, entity?.logicalAddress, entity?.eid, entity?.gid],
    ['W0L000043MB541326', 0x1000, '0a0000000001', '0a0000000002'],
  )
  assert.equal(typeof (await powerMode(runtime, host, { port })), 'number')

  const uds = { timing: { p2Ms: 500 }, busyPauseMs: 10 }
  await using links = new DoipLinks(runtime, uds)
  const { gateway, tester } = links.link({ host, port, testerAddress: 0x0e80, entityAddress: 0x1000 })
  const ecu = tester.ecu(0x1001)

  const { data: vin } = await ecu.request('readDataByIdentifier', { dids: [0xf190] })
  assert.equal(Buffer.from(vin).toString(), 'W0L000043MB541326')
  assert.equal(gateway.state.phase, 'connected')

  const { timing } = await ecu.request('diagnosticSessionControl', { session: 3 })
  assert.deepEqual(timing, { p2Ms: 50, p2StarMs: 5000 })
  await unlock(ecu, { level: 1, provider: xorKey('fffe') })
  assert.deepEqual(ecu.state.securityLevel, 1)

  const dtcs = await ecu.request('readDtcInformation', { reportType: 0x02, statusMask: 0xff })
  assert(dtcs.reportType === 0x02)
  assert.deepEqual(dtcs.dtcs, [
    { dtc: 0x0a9b17, status: 0x24 },
    { dtc: 0x080511, status: 0x2f },
  ])

  await assert.rejects(
    ecu.request('readDataByIdentifier', { dids: [0xf18a] }),
    (error) => error instanceof NegativeResponseError && error.nrc === 0x31,
  )
  const { data: date } = await ecu.request('readDataByIdentifier', { dids: [0xf18b] })
  assert.equal(toHex(date), '20260101')
  await assert.rejects(ecu.request('readDataByIdentifier', { dids: [0xf18c] }), { code: 'UDS_TIMEOUT' })

  const present = await tester.group(0xe400).request('testerPresent', { zeroSubFunction: 0 })
  assert.deepEqual(
    present.map((outcome) => [outcome.ecu, 'response' in outcome]),
    [
      [0x1001, true],
      [0x1002, true],
    ],
  )
  assert.equal(tester.droppedMessages, 0)
})
