import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { missingModules, runPython } from '@opensovd/base/testing'
import { openDoipEntity } from '../index.ts'
import { nodeNetwork } from '../node/index.ts'
import { sampleEcu } from '../testing/sample-ecu.ts'

const runtime = { network: nodeNetwork(), clock: systemClock, log: silentLogger }
const VIN = 'W0L000043MB541326'
const identity = { vin: VIN, logicalAddress: 0x0001, eid: '0a0000000001', gid: '0a0000000002', syncStatus: 0 }

/** Lets a Python tester drive an entity with two ECUs. */
async function judge(script: string): Promise<unknown> {
  const ecus = [sampleEcu(runtime, 0x1001), sampleEcu(runtime, 0x1002)]
  await using entity = await openDoipEntity(
    runtime,
    {
      identity,
      host: '127.0.0.1',
      tcpPort: 0,
      udpPort: 0,
      announceCount: 0,
      maxDataSize: 4096,
      timing: { announceWaitMs: 10 },
    },
    ecus.map(({ server }) => server),
  )
  const { tcp, udp } = entity.addresses ?? {}
  const result = await runPython(new URL(script, import.meta.url), String(tcp?.port), String(udp?.port))
  for (const { server } of ecus) server[Symbol.dispose]()
  return result
}

const DTCS = [
  [0x0a9b17, 0x24],
  [0x080511, 0x2f],
]

test('doipclient and udsoncan understand the entity and its ECU', {
  skip: missingModules('doipclient', 'udsoncan'),
}, async () => {
  assert.deepEqual(await judge('./doipclient_udsoncan.py'), {
    discovery: {
      vin: VIN,
      logical_address: 1,
      eid: identity.eid,
      gid: identity.gid,
      further_action: 0,
      node_type: 0,
      max_sockets: 4,
      open_sockets: 1,
      max_data_size: 4096,
      power_mode: 1,
      alive: 1,
    },
    diagnosis: {
      refused_write: 0x33,
      refused_routine: 0x7f,
      p2: 0.05,
      p2_star: 5,
      vin: VIN,
      refused_read: 0x31,
      wrong_key: 0x24,
      serial: '0102',
      routine: '00',
      dtc_count: 2,
      dtcs: DTCS,
      dtcs_after: 0,
      download: true,
      reset: 1,
    },
  })
})

test('scapy understands the entity and its ECU, however it cuts its messages', {
  skip: missingModules('scapy.contrib.automotive.doip'),
}, async () => {
  assert.deepEqual(await judge('./scapy_tester.py'), {
    discovery: {
      version: 2,
      payload_type: 4,
      vin: VIN,
      logical_address: 1,
      eid: identity.eid,
      gid: identity.gid,
      max_sockets: 4,
      open_sockets: 0,
      power_mode: 1,
      nack: 1,
    },
    diagnosis: {
      session: [3, '003201f4'],
      vin: VIN,
      refusal: [0x22, 0x31],
      seed: '3657',
      key: 2,
      present: true,
      dtcs: DTCS,
      routine: '7101ff0000',
    },
    fragments: {
      together: [0x0006, 0x8002, 0x8001],
      activation: 0x10,
      apart: [0x8002, 0x8001],
      too_large: 2,
    },
  })
})
