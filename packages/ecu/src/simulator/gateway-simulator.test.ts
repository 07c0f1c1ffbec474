import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { silentLogger } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import {
  DoipError,
  DoipLinks,
  download,
  type EcuClient,
  memoryRange,
  NegativeResponseError,
  splitSnapshotRecords,
  UdsError,
  unlock,
  upload,
} from '@opensovd/uds'
import { MemoryNetwork } from '@opensovd/uds/testing'
import { decodeValue, sizeOf } from '../encoding/value.ts'
import { shippedDescription } from '../testing/simulated-ecu.ts'
import { openGatewaySimulator } from './gateway-simulator.ts'
import { keyProvider } from './key-provider.ts'

const HOST = '10.0.0.1'
const description = shippedDescription()
const [engineDescription] = description.ecus

async function setUp(fragment?: { bytes: number; pauseMs: number }) {
  const network = new MemoryNetwork()
  const clock = new FakeClock()
  const described = fragment
    ? { ...description, gateway: { ...description.gateway, simulation: { fragment } } }
    : description
  const runtime = { network: network.host(HOST), clock, log: silentLogger }
  const gateway = await openGatewaySimulator(runtime, described, { announceCount: 0 })
  const links = new DoipLinks({ network: network.host('10.0.0.9'), clock, log: silentLogger })
  const link = links.link({ host: HOST, testerAddress: 0x0e80 })
  return { network, clock, gateway, link, engine: link.tester.ecu(0x1001) }
}

function itemOf(id: string) {
  const item = engineDescription?.data.find((each) => each.id === id)
  assert.ok(item)
  return item
}

async function unlockBy(ecu: EcuClient, id: string): Promise<void> {
  const level = engineDescription?.security.levels.find((each) => each.id === id)
  assert.ok(level)
  await unlock(ecu, { level: level.level, provider: keyProvider(level.key) })
}

/** Lets time go on until the promise settles. */
async function throughTime<T>(clock: FakeClock, promise: Promise<T>, stepMs = 100): Promise<T> {
  let isSettled = false
  const settled = () => {
    isSettled = true
  }
  promise.then(settled, settled)
  for (let steps = 0; !isSettled && steps < 1000; steps++) await clock.advance(stepMs)
  return await promise
}

test('every ECU of the description is behind one gateway', async () => {
  const { link } = await setUp()
  const vins = await Promise.all(
    [0x1001, 0x1002].map((ecu) => link.tester.ecu(ecu).request('readDataByIdentifier', { dids: [0xf190] })),
  )
  for (const { data } of vins) assert.equal(new TextDecoder().decode(data), 'W0L000043MB541326')
  const { data } = await link.tester.ecu(0x1003).request('readDataByIdentifier', { dids: [0x0300] })
  assert.equal(toHex(data), '429d0000')
})

test('the same description reads what the simulator sends', async () => {
  const { engine } = await setUp()
  for (const [id, expected] of [
    ['engine-speed', 820],
    ['battery-voltage', 13.8],
    ['engine-state', { running: true, startStopActive: false, phase: 'idle' }],
    ['software-version', { major: 3, minor: 12, build: 4711 }],
    ['manufacturing-date', '250917'],
    ['hardware-number', 'ENG-D-01'],
  ] as const) {
    const { did, encoding } = itemOf(id)
    const decoded = decodeValue(encoding, (await engine.request('readDataByIdentifier', { dids: [did] })).data)
    assert.equal(decoded.fit, 'exact')
    assert.deepEqual('value' in decoded && decoded.value, expected)
  }
})

test('a group answers, those without the service keep quiet', async () => {
  const { link, clock } = await setUp()
  const outcomes = await throughTime(
    clock,
    link.tester.group(0xe400).request('controlDtcSetting', {
      settingType: 2,
      controlOption: new Uint8Array(0),
    }),
  )
  assert.deepEqual(outcomes, [])
  const sessions = await throughTime(
    clock,
    link.tester.group(0xe400).request('diagnosticSessionControl', { session: 3 }),
  )
  assert.deepEqual(
    sessions.map(({ ecu }) => ecu),
    [0x1001, 0x1002, 0x1003],
  )
  const stopped = await throughTime(
    clock,
    link.tester.group(0xe400).request('controlDtcSetting', {
      settingType: 2,
      controlOption: new Uint8Array(0),
    }),
  )
  assert.deepEqual(
    stopped.map(({ ecu }) => ecu),
    [0x1001, 0x1002],
  )
})

test('a fault, its snapshot and its end are seen from outside', async () => {
  const { link } = await setUp()
  const battery = link.tester.ecu(0x1003)
  const answer = await battery.request('readDtcInformation', { reportType: 4, dtc: 0x0a8000, recordNumber: 0xff })
  assert.ok(answer.reportType === 4)
  assert.equal(answer.status, 0x2f)
  const lengths = new Map(description.ecus[2]?.data.map(({ did, encoding }) => [did, sizeOf(encoding)]))
  const [snapshot] = splitSnapshotRecords(answer.records, (did) => lengths.get(did))
  assert.deepEqual(
    snapshot?.data.map(({ did, data }) => [did, data.length]),
    [
      [0x0300, 4],
      [0x0301, 16],
    ],
  )
})

test('flash is programmed as the recipe says, in blocks of the length that the ECU wants', async () => {
  const { engine, gateway, clock } = await setUp()
  const image = Uint8Array.from({ length: 3000 }, (_, at) => at % 251)
  const memory = memoryRange(0x80000, image.length)
  await engine.request('diagnosticSessionControl', { session: 3 })
  await engine.request('diagnosticSessionControl', { session: 2 })
  await unlockBy(engine, 'flashing')
  const routine = (routineId: number, data: Uint8Array) =>
    throughTime(clock, engine.request('routineControl', { routineControlType: 1, routineId, data }))
  await routine(0xff00, new Uint8Array(0))
  const progress: number[] = []
  await download(engine, image, { memory, onProgress: (bytes) => progress.push(bytes) })
  assert.deepEqual(progress, [1024, 2048, 3000])
  const checksum = new Uint8Array(4)
  new DataView(checksum.buffer).setUint32(0, crc32(image))
  assert.equal(toHex((await routine(0x0202, checksum)).data), '00')
  assert.equal(toHex((await routine(0xff01, new Uint8Array(0))).data), '00')
  assert.deepEqual(gateway.ecu('engine').memory.read(0x80000, image.length), image)
  const read: Uint8Array[] = []
  for await (const block of upload(engine, { memory })) read.push(block)
  assert.deepEqual(new Uint8Array(Buffer.concat(read)), image)
})

test('a gateway that goes down with an ECU in the middle of a transfer is found again', async () => {
  const { engine, gateway, clock, link } = await setUp()
  const simulated = gateway.ecu('engine')
  simulated.faults.arm({
    id: 'crash',
    request: '3602',
    skip: 0,
    times: 1,
    probability: 1,
    effect: { type: 'reboot', downMs: 3000, dropConnections: true },
  })
  const program = async () => {
    await engine.request('diagnosticSessionControl', { session: 3 })
    await engine.request('diagnosticSessionControl', { session: 2 })
    await unlockBy(engine, 'flashing')
    await engine.request('routineControl', { routineControlType: 1, routineId: 0xff00, data: new Uint8Array(0) })
    await download(engine, new Uint8Array(2000), { memory: memoryRange(0x80000, 2000) })
  }
  await assert.rejects(
    throughTime(clock, program()),
    (error) => error instanceof DoipError && error.code === 'DOIP_CONNECTION_LOST',
  )
  await link.gateway.connect()
  const tooEarly = throughTime(clock, engine.request('testerPresent', { zeroSubFunction: 0 }))
  await assert.rejects(tooEarly, (error) => error instanceof DoipError && error.code === 'DOIP_REFUSED')
  await clock.advance(3000)
  await throughTime(clock, program())
  assert.equal(simulated.memory.isErased(0x80000, 1), false)
})

test('faults show as what they are to a client', async () => {
  const { engine, gateway, clock } = await setUp()
  const { faults } = gateway.ecu('engine')
  const read = () => throughTime(clock, engine.request('readDataByIdentifier', { dids: [0xf190] }))
  const always = { request: '22', skip: 0, probability: 1 }
  faults.arm({ id: 'f', ...always, effect: { type: 'nrc', code: 0x22 } })
  await assert.rejects(read(), (error) => error instanceof NegativeResponseError && error.nrc === 0x22)
  faults.arm({ id: 'f', ...always, effect: { type: 'drop' } })
  await assert.rejects(read(), (error) => error instanceof UdsError && error.code === 'UDS_TIMEOUT')
  faults.arm({ id: 'f', ...always, effect: { type: 'delay', ms: 200 } })
  assert.equal((await read()).did, 0xf190)
  faults.arm({ id: 'f', ...always, effect: { type: 'delay', ms: 2000 } })
  await assert.rejects(read(), (error) => error instanceof UdsError && error.code === 'UDS_TIMEOUT')
  faults.arm({ id: 'f', ...always, effect: { type: 'nack', code: 0x03 } })
  await assert.rejects(read(), (error) => error instanceof DoipError && error.responseCode === 0x03)
  faults.disarmAll()
  await clock.advance(5000)
  assert.equal((await read()).did, 0xf190)
})

test('answers that come in single bytes, with pauses, are put together', async () => {
  const { engine, clock } = await setUp({ bytes: 1, pauseMs: 1 })
  const answer = await throughTime(clock, engine.request('readDataByIdentifier', { dids: [0xf190] }), 5)
  assert.equal(answer.data.length, 17)
})

test('closing twice is the same as closing once', async () => {
  const { gateway } = await setUp()
  await gateway[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
  assert.throws(() => gateway.ecu('none'), RangeError)
})
