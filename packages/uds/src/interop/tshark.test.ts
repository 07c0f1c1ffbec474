import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { systemClock } from '@opensovd/base/node'
import { missingProgram } from '@opensovd/base/testing'
import {
  type Address,
  DoipLinks,
  download,
  entityStatus,
  identify,
  memoryRange,
  type Network,
  openDoipEntity,
  powerMode,
  unlock,
  xorKey,
} from '../index.ts'
import { nodeNetwork } from '../node/index.ts'
import { sampleEcu } from '../testing/sample-ecu.ts'
import { type Packet, recording } from './testing/capture.ts'
import { pcapOf } from './testing/pcap.ts'
import { fieldsOf } from './testing/tshark.ts'

const HOST = '127.0.0.1'
const VIN = 'W0L000043MB541326'
const identity = { vin: VIN, logicalAddress: 0x0001, eid: '0a0000000001', gid: '0a0000000002', syncStatus: 0 }
const FIELDS = [
  '_ws.malformed',
  'doip.illegal_length_field',
  'doip.type',
  'doip.source_address',
  'doip.target_address',
  'doip.response_code',
  'doip.tester_logical_address',
  'doip.logical_address',
  'doip.vin',
  'doip.gid',
  'doip.sync_status',
  'doip.power_mode',
  'doip.max_sockets',
  'doip.diag_nack_code',
  'doip.nack_code',
  'uds.sid',
  'uds.reply',
  'uds.err.sid',
  'uds.err.code',
  'uds.rdbi.data_identifier',
  'uds.sa.type',
  'uds.rc.identifier',
  'uds.rd.memory_address',
  'uds.rd.memory_size',
  'uds.td.block_sequence_counter',
  'uds.dsc.type',
] as const

/** What they are by ISO 13400-2, ISO 14229-1 and what is asked below. tshark takes bit 6 of a SID for itself. */
const EXPECTED: readonly (readonly [field: (typeof FIELDS)[number], values: readonly string[]])[] = [
  ['doip.vin', [VIN, VIN, VIN, VIN]],
  ['doip.logical_address', ['0x0001', '0x0001', '0x0001']],
  ['doip.gid', [identity.gid, identity.gid, identity.gid]],
  ['doip.sync_status', ['0x00', '0x00', '0x00']],
  ['doip.power_mode', ['0x01']],
  ['doip.max_sockets', ['4']],
  ['doip.tester_logical_address', ['0x0e80', '0x0e80']],
  ['doip.response_code', ['0x10', '0x03']],
  ['doip.diag_nack_code', ['0x03']],
  ['doip.nack_code', ['0x01']],
  ['uds.dsc.type', ['0x03', '0x03']],
  ['uds.rdbi.data_identifier', ['0xf190', '0xf190', '0xf18a']],
  ['uds.err.sid', ['0x22', '0x2e', '0x31']],
  ['uds.err.code', ['0x31', '0x33', '0x78']],
  ['uds.rc.identifier', ['0xff00', '0xff00']],
  ['uds.sa.type', ['0x01', '0x01', '0x02', '0x02']],
  ['uds.rd.memory_address', ['0x0000000000000100']],
  ['uds.rd.memory_size', ['0x000000000000012c']],
  ['uds.td.block_sequence_counter', ['1', '1', '2', '2', '3', '3']],
]

/** A tester and an entity of ours talk about everything they can; what each of them sent. */
async function converse(): Promise<readonly Packet[]> {
  const base = { network: nodeNetwork(), clock: systemClock, log: silentLogger }
  const { network, packets } = recording(base.network)
  const runtime = { ...base, network }
  const ecus = [sampleEcu(base, 0x1001), sampleEcu(base, 0x1002)]
  const timing = { announceWaitMs: 0 }
  const settings = { identity, host: HOST, tcpPort: 0, udpPort: 0, announceCount: 0, timing }
  await using entity = await openDoipEntity(
    base,
    settings,
    ecus.map(({ server }) => server),
  )
  const { tcp, udp } = entity.addresses ?? {}
  assert(tcp && udp)
  for (const which of [{}, { eid: identity.eid }, { vin: VIN }]) {
    assert.equal((await identify(runtime, { ...udp, ...which })).length, 1)
  }
  await entityStatus(runtime, HOST, udp)
  await powerMode(runtime, HOST, udp)
  await using links = new DoipLinks(runtime)
  const { tester } = links.link({ host: HOST, port: tcp.port, testerAddress: 0x0e80 })
  const ecu = tester.ecu(0x1001)
  await ecu.request('diagnosticSessionControl', { session: 3 })
  await ecu.request('readDataByIdentifier', { dids: [0xf190] })
  await assert.rejects(ecu.request('readDataByIdentifier', { dids: [0xf18a] }))
  await assert.rejects(ecu.request('writeDataByIdentifier', { did: 0xf190, data: fromHex('41') }))
  await ecu.request('routineControl', { routineControlType: 1, routineId: 0xff00, data: new Uint8Array(0) })
  await unlock(ecu, { level: 1, provider: xorKey('fffe') })
  await download(
    ecu,
    Uint8Array.from({ length: 300 }, (_, at) => at & 0xff),
    { memory: memoryRange(0x100, 300) },
  )
  await ecu.request('readDtcInformation', { reportType: 0x02, statusMask: 0xff })
  await ecu.request('clearDiagnosticInformation', { groupOfDtc: 0xffffff })
  await tester.group(0xe400).request('testerPresent', { zeroSubFunction: 0 })
  await assert.rejects(tester.ecu(0x1009).request('testerPresent', { zeroSubFunction: 0 }))
  await ecu.request('ecuReset', { resetType: 1 })
  // Another tester with the same address: the entity asks the first one whether it is alive, and refuses the other.
  await using others = new DoipLinks(runtime, { busyRepeats: 0 })
  const other = others.link({ ...tcp, testerAddress: 0x0e80, activationType: 0, protocolVersion: 3 }).tester.ecu(0x1001)
  await assert.rejects(other.request('testerPresent', { zeroSubFunction: 0 }), { code: 'DOIP_ACTIVATION_REFUSED' })
  await sayUnknown(network, tcp)
  for (const { server } of ecus) server[Symbol.dispose]()
  return packets
}

/** Sends an alive check request and a payload type that nobody knows; resolves when the entity has answered both. */
async function sayUnknown(network: Network, to: Address): Promise<void> {
  await using stream = await network.connect(to)
  stream.write(fromHex('02fd000700000000'))
  stream.write(fromHex('02fdf00000000000'))
  let answers = ''
  for await (const chunk of stream.incoming) {
    answers += toHex(chunk)
    if (answers.includes('02fd0008') && answers.includes('02fd0000')) return
  }
}

test('tshark understands everything that our tester and our entity say', {
  skip: missingProgram('tshark', '--version'),
}, async () => {
  const packets = await converse()
  const seen = fieldsOf(pcapOf(packets), FIELDS)
  assert.equal(seen.length, packets.length)
  assert.deepEqual(
    seen.filter((packet) => packet['_ws.malformed'].length + packet['doip.illegal_length_field'].length > 0),
    [],
  )
  assert.deepEqual(
    seen.filter((packet) => packet['doip.type'].length === 0),
    [],
  )
  const all = (field: (typeof FIELDS)[number]) => seen.flatMap((packet) => packet[field])
  const types = new Set(all('doip.type'))
  const defined = ['0x0000', '0x0001', '0x0002', '0x0003', '0x0004', '0x0005', '0x0006', '0x0007', '0x0008', '0x4001']
  const more = ['0x4002', '0x4003', '0x4004', '0x8001', '0x8002', '0x8003', '0xf000']
  assert.deepEqual([...types].sort(), [...defined, ...more])
  for (const [field, expected] of EXPECTED) assert.deepEqual(all(field), expected, field)
  const addresses = seen.filter((packet) => packet['doip.target_address'].includes('0xe400'))
  assert.deepEqual(
    addresses.flatMap((packet) => [packet['doip.source_address'][0], packet['uds.sid'][0], packet['uds.reply'][0]]),
    ['0x0e80', '0x3e', '0x00'],
  )
})
