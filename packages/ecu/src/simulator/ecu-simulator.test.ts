import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { describeEcu, shippedDescription, simulate } from '../testing/simulated-ecu.ts'

const engine = () => simulate(shippedDescription(), 'engine')

/** XOR of the seed with the constant of the shipped description, as a tester would do it. */
const xorOf = (seed: string) => toHex(fromHex(seed).map((byte, at) => byte ^ (fromHex('5a17c3e9')[at] ?? 0)))
const sumOf = (seed: string) =>
  ((BigInt(`0x${seed}`) + 0x0123456789abcdefn) & 0xffffffffffffffffn).toString(16).padStart(16, '0')

type Ask = ReturnType<typeof engine>['ask']
async function unlockWorkshop(ask: Ask): Promise<void> {
  assert.match(await ask('1003'), /^5003/)
  const seed = (await ask('2701')).slice(4)
  assert.equal(await ask(`2702${xorOf(seed)}`), '6702')
}
async function unlockFlashing(ask: Ask): Promise<void> {
  assert.match(await ask('1003'), /^5003/)
  assert.match(await ask('1002'), /^5002/)
  const seed = (await ask('2711')).slice(4)
  assert.equal(await ask(`2712${sumOf(seed)}`), '6712')
}

test('sessions promise their timing, and are entered only from where they can be', async () => {
  const { ask } = engine()
  assert.equal(await ask('1002'), '7f107e')
  assert.equal(await ask('1003'), '5003003201f4')
  assert.equal(await ask('1002'), '5002003201f4')
  assert.equal(await ask('1004'), '7f1012')
})

test('data are read by their encoding, several at once, without those it does not have', async () => {
  const { ask } = engine()
  assert.equal(await ask('22f190'), `62f190${toHex(new TextEncoder().encode('W0L000043MB541326'))}`)
  assert.equal(await ask('22f189'), '62f189030c1267')
  assert.equal(await ask('220101ffff0103'), '6201018001' + '0321')
  assert.equal(await ask('22ffff'), '7f2231')
  assert.equal(await ask('22f186'), '62f18601')
  await ask('1003')
  assert.equal(await ask('22f186'), '62f18603')
})

test('a generated value goes on with time', async () => {
  const { ask, clock } = engine()
  assert.equal(await ask('220100'), '6201000cd0')
  await clock.advance(1000)
  assert.equal(await ask('220100'), '6201000d48')
})

test('a variant has what it adds', async () => {
  const { ask } = engine()
  assert.equal(await ask('220130'), '6201300bb8')
})

test('data are written when unlocked, with the right length and an allowed value', async () => {
  const { ask } = engine()
  assert.equal(await ask('2e01100010'), '7f2e31')
  await ask('1003')
  assert.equal(await ask('2e01100010'), '7f2e33')
  await unlockWorkshop(ask)
  assert.equal(await ask('2e011000'), '7f2e13')
  assert.equal(await ask('2e01107fff'), '7f2e31')
  assert.equal(await ask('2e0110ff9c'), '6e0110')
  assert.equal(await ask('220110'), '620110ff9c')
  assert.equal(await ask('2e010000'), '7f2e31')
  assert.equal(await ask('1101', 1500), '5101')
  assert.equal(await ask('220110'), '620110ff9c')
})

test('wrong keys are counted, and lock the level for a while', async () => {
  const { ask, clock } = engine()
  await ask('1003')
  assert.equal(await ask('270200000000'), '7f2724')
  for (const nrc of ['35', '35', '36']) {
    await ask('2701')
    assert.equal(await ask('270200000000'), `7f27${nrc}`)
  }
  assert.equal(await ask('2701'), '7f2737')
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 2000) {
    await clock.advance(2000)
    await ask('3e00')
  }
  await unlockWorkshop(ask)
  assert.equal(await ask('2701'), '670100000000')
})

test('a DTC that fails is pending at once, and confirmed in the second operation cycle that it needs', async () => {
  const { ask, ecu } = engine()
  assert.equal(await ask('190204'), '5902ff03010027')
  ecu.startOperationCycle()
  assert.equal(await ask('190208'), '5902ff0301002f')
  assert.equal(await ask('190108'), '5901ff010001')
})

test('a DTC whose value leaves its limits fails, with a snapshot and counters, and passes when it comes back', async () => {
  const { ask } = engine()
  assert.equal(await ask('1904021700ff'), '590402170000')
  await ask('1003')
  // 120 °C
  assert.equal(await ask('2f010103a0'), '6f010103a0')
  assert.equal(await ask('1902ff'), '5902ff021700af03010027')
  assert.equal(await ask('1903'), '59030217000103010001')
  assert.equal(await ask('1904021700ff'), '5904021700af010301000cd00101a001028a')
  assert.equal(await ask('190402170002'), '7f1931')
  assert.equal(await ask('1906021700ff'), '5906021700af01010200')
  assert.equal(await ask('190602170001'), '5906021700af0101')
  assert.equal(await ask('2f010100'), '6f01010080')
  assert.equal(await ask('190201'), '5902ff03010027')
  assert.equal(await ask('1904021700ff'), '5904021700ae010301000cd00101a001028a')
})

test('DTCs are cleared together or one by one', async () => {
  const { ask } = simulate(shippedDescription(), 'transmission')
  assert.equal(await ask('190208'), '5902ff07300028')
  assert.equal(await ask('14123456'), '7f1431')
  assert.equal(await ask('14073000'), '54')
  assert.equal(await ask('190208'), '5902ff')
  assert.equal(await ask('14ffffff'), '54')
  assert.equal(await ask('190a'), '590aff0711000007300000')
})

test('a stopped fault memory does not see failures until the session ends', async () => {
  const { ask, ecu, clock } = simulate(shippedDescription(), 'transmission')
  await ask('1003')
  assert.equal(await ask('8502'), 'c502')
  ecu.setFailing(0x071100, true)
  assert.equal(await ask('190201'), '5902ff')
  await clock.advance(5000)
  assert.match(await ask('190201'), /^5902ff071100/)
})

test('control of a value goes by mask, and ends with the session', async () => {
  const { ask, clock } = engine()
  await unlockWorkshop(ask)
  assert.equal(await ask('220120'), '6201203201')
  assert.equal(await ask('2f0120036402'), '6f0120036402')
  assert.equal(await ask('2f01200080'), '6f0120003202')
  assert.equal(await ask('2f01200300ff40'), '7f2f31')
  assert.equal(await ask('2f0120030000'), '6f0120030000')
  assert.equal(await ask('2f012003'), '7f2f13')
  assert.equal(await ask('2f012009'), '7f2f31')
  assert.equal(await ask('2f0100036402'), '7f2f31')
  await clock.advance(5000)
  assert.equal(await ask('220120'), '6201203201')
})

test('a routine in the background runs, can be stopped, and has results', async () => {
  const { ask, clock } = engine()
  assert.equal(await ask('3101020101'), '7f3131')
  await ask('1003')
  assert.equal(await ask('3103' + '0201'), '7f3124')
  assert.equal(await ask('3101020105'), '7f3131')
  assert.equal(await ask('31010201'), '7f3113')
  assert.equal(await ask('3101020101'), '7101020100')
  assert.equal(await ask('3101020101'), '7f3122')
  assert.equal(await ask('31030201'), '71030201000000')
  await clock.advance(3000)
  assert.equal(await ask('31030201'), '710302010104d8')
  assert.equal(await ask('31020201'), '7f3124')
  assert.equal(await ask('3101020101'), '7101020100')
  assert.equal(await ask('31020201'), '71020201')
  assert.equal(await ask('31030201'), '7f3124')
})

test('a routine in the foreground says that it is not ready yet', async () => {
  const { ask } = simulate(shippedDescription(), 'battery')
  assert.equal(await ask('31010301', 800), '7f3178 7101030100')
})

test('memory is read and written where it may be', async () => {
  const { ask } = engine()
  assert.equal(await ask('234420000000' + '00000004'), '6300000000')
  assert.equal(await ask('2344000800' + '0000000004'), '7f2333')
  assert.equal(await ask('234420000ffe00000004'), '7f2331')
  await unlockWorkshop(ask)
  assert.equal(await ask('3d4420000ffc00000004c0ffee01'), '7d4420000ffc00000004')
  assert.equal(await ask('234420000ffd00000003'), '63ffee01')
  assert.equal(await ask('3d4420000ffc00000004c0ffee'), '7f3d13')
  assert.equal(await ask('3d440008000000000001ff'), '7f3d31')
  assert.equal(await ask('23440008000000000002'), '63ffff')
})

test('flash is erased, programmed, verified and read back', async () => {
  const { ask, ecu } = engine()
  assert.equal(await ask('34004400080000' + '00000006'), '7f347f')
  await unlockFlashing(ask)
  const range = '4400080000' + '00000006'
  assert.equal(await ask(`2ef15a${'11'.repeat(10)}`), '6ef15a')
  assert.equal(await ask(`3101ff00${range}`, 400), '7f3178 7101ff00')
  assert.equal(await ask('3101ff01'), '7101ff0101')
  assert.equal(await ask(`3400${range}`), '74200402')
  assert.equal(await ask(`3400${range}`), '7f3422')
  assert.equal(await ask('3602aabbcc'), '7f3673')
  assert.equal(await ask('3601aabbcc'), '7601')
  assert.equal(await ask('3601aabbcc'), '7601')
  assert.equal(await ask('3602ddeeff00'), '7f3671')
  assert.equal(await ask('3602ddeeff'), '7602')
  assert.equal(await ask('37'), '77')
  assert.equal(await ask('31010202' + '00000000'), '7101020201')
  const checksum = crc32(fromHex('aabbccddeeff')).toString(16).padStart(8, '0')
  assert.equal(await ask(`31010202${checksum}`), '7101020200')
  assert.equal(await ask('3101ff01'), '7101ff0100')
  assert.equal(await ask(`3400${range}`), '7f3470')
  assert.equal(await ask(`3500${range}`), '75200402')
  assert.equal(await ask('3601'), '7601aabbccddeeff')
  assert.equal(await ask('37'), '77')
  assert.equal(toHex(ecu.memory.read(0x80000, 7)), 'aabbccddeeffff')
})

test('a transfer ends with its session', async () => {
  const { ask } = engine()
  await unlockFlashing(ask)
  assert.equal(await ask('3400440008000000000006'), '74200402')
  await unlockFlashing(ask)
  assert.equal(await ask('3601aabbcc'), '7f3624')
  assert.equal(await ask('37'), '7f3724')
})

test('a restart takes its time, and ends session and control', async () => {
  const { ask, clock } = engine()
  await ask('1003')
  assert.equal(await ask('2801' + '01'), '6801')
  assert.equal(await ask('1101'), '5101')
  assert.equal(await ask('22f186'), 'nack 6')
  await clock.advance(1500)
  assert.equal(await ask('22f186'), '62f18601')
  assert.equal(await ask('1104'), '7f1112')
})

const FAULTY: readonly (readonly [string, object, readonly string[]])[] = [
  ['a negative answer, once', { times: 1, effect: { type: 'nrc', code: 0x22 } }, ['7f2222', '620001']],
  ['a wrong answer', { request: '22', effect: { type: 'answer', bytes: '62ffff' } }, ['62ffff', '62ffff']],
  ['silence after the first', { skip: 1, effect: { type: 'drop' } }, ['620001', '']],
  ['a refusal of the gateway', { request: '2200', effect: { type: 'nack', code: 8 } }, ['nack 8', 'nack 8']],
  ['nothing where the request is another', { request: '2e', effect: { type: 'drop' } }, ['620001', '620001']],
  ['nothing that has no chance', { probability: 0, effect: { type: 'drop' } }, ['620001', '620001']],
]
for (const [name, fault, expected] of FAULTY) {
  test(`a fault makes ${name}`, async () => {
    const { ask } = simulate(
      describeEcu({
        data: [{ id: 'a', did: 1, encoding: { type: 'bytes', length: 0 } }],
        simulation: { faults: [{ id: 'f', ...fault }] },
      }),
    )
    for (const answer of expected) assert.equal(await ask('220001'), answer)
  })
}

test('a fault delays an answer, and can be armed and disarmed while it runs', async () => {
  const { ask, ecu } = simulate(describeEcu({ data: [{ id: 'a', did: 1, encoding: { type: 'bytes', length: 0 } }] }))
  ecu.faults.arm({ id: 'late', request: '', skip: 0, probability: 1, effect: { type: 'delay', ms: 300 } })
  assert.equal(await ask('220001', 299), '')
  assert.equal(await ask('', 1), '620001')
  assert.deepEqual(
    ecu.faults.armed.map(({ id, struck }) => [id, struck]),
    [['late', 2]],
  )
  assert.equal(ecu.faults.disarm('late'), true)
  assert.equal(await ask('220001'), '620001')
})

test('an ECU that holds requests back is busy for those that are too many', async () => {
  const { ecu, ask, clock } = engine()
  ecu.faults.arm({ id: 'late', request: '', skip: 0, probability: 1, effect: { type: 'delay', ms: 60_000 } })
  for (let held = 0; held < 256; held++) assert.equal(await ask('22f190'), '')
  assert.equal(await ask('22f190'), '7f2221')
  assert.equal(clock.pending, 256)
})

test('a fault restarts the ECU, and the gateway with it', async () => {
  const { ask, ecu, drops, clock } = engine()
  ecu.faults.arm({
    id: 'crash',
    request: '3601',
    skip: 0,
    probability: 1,
    effect: { type: 'reboot', downMs: 700, dropConnections: true },
  })
  await unlockFlashing(ask)
  assert.equal(await ask('3400440008000000000006'), '74200402')
  assert.equal(await ask('3601aabbcc'), '')
  assert.equal(drops.length, 1)
  assert.equal(await ask('3e00'), 'nack 6')
  await clock.advance(700)
  assert.equal(await ask('22f186'), '62f18601')
})
