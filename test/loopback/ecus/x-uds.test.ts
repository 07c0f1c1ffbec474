import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../programs/program.ts'
import { openVehicle, type Vehicle } from './vehicle.ts'

const MEMORY = [{ ecu: 'engine', address: 0x2000_0000, size: 0x100, isWritable: true }]
/** Constant of the level `workshop` in the description: the key is the seed, exclusive-or that. */
const WORKSHOP = 0x5a17c3e9

function keyOf(seed: string): string {
  return ((Number.parseInt(seed, 16) ^ WORKSHOP) >>> 0).toString(16).padStart(8, '0')
}

/** Locks the engine, enters the extended session and unlocks it, as a client with the keys does. */
async function unlockEngine({ ask, native }: Vehicle): Promise<string> {
  const engine = `${native}/x-uds/components/engine`
  assert.equal((await ask(`${native}/components/engine/lock`, 'POST', {})).status, 201)
  assert.equal((await ask(`${native}/components/engine/modes`, 'POST', { mode: 'extended' })).status, 200)
  const { body } = await ask(`${engine}/security-access`, 'POST', { level: 1, phase: 'requestSeed' })
  const key = keyOf(body.seed)
  const granted = await ask(`${engine}/security-access`, 'POST', { level: 1, phase: 'sendKey', key })
  assert.deepEqual(granted.body, { level: 1, phase: 'sendKey', granted: true, remainingAttempts: 3 })
  return engine
}

test('what a client does to an ECU under its lock is undone when the lock ends', async () => {
  await using vehicle = await openVehicle()
  const { ask, native, simulator } = vehicle
  const engine = await unlockEngine(vehicle)
  const ecu = simulator.ecu('engine')
  for (const [path, body, status] of [
    ['comm-control', { control_type: 'enable_rx_disable_tx', communication_type: '0x01' }, 204],
    ['dtc-setting', { setting: 'off' }, 204],
    ['io/fan', { control: 'short_term_adjustment', value: 'a002' }, 200],
  ] as const) {
    assert.equal((await ask(`${engine}/${path}`, 'POST', body)).status, status, path)
  }
  assert.deepEqual(
    [ecu.communication, ecu.dtcs.isRecording, ecu.data.value('fan')],
    [1, false, { duty: 80, mode: 'forced' }],
  )
  const kept = (await ask(`${native}/x-uds/diag/keepalive`)).body
  assert.equal(kept.count, 1)
  assert.deepEqual(
    [kept.active[0].componentId, kept.active[0].session, kept.active[0].owner, kept.active[0].securityLevel],
    ['engine', 'extended', 'me', 1],
  )

  await ask(`${native}/components/engine/lock`, 'DELETE')
  await eventually(5000, () => ecu.server.state.current.session === 1 || undefined)
  await eventually(5000, () => ecu.dtcs.isRecording || undefined)
  assert.deepEqual([ecu.communication, ecu.data.value('fan')], [0, { duty: 25, mode: 'automatic' }])
  assert.equal((await ask(`${native}/x-uds/diag/keepalive`)).body.count, 0)
})

test('who has no lock is kept out by who has, from everything that changes an ECU', async () => {
  await using vehicle = await openVehicle({ memory: MEMORY, isRawAllowed: true })
  const { ask, native } = vehicle
  const engine = await unlockEngine(vehicle)
  const changes = [
    ['POST', 'connect', undefined],
    ['POST', 'disconnect', undefined],
    ['POST', 'io/fan', { control: 'freeze' }],
    ['POST', 'comm-control', { control_type: 'enable_rx_and_tx', communication_type: '01' }],
    ['POST', 'dtc-setting', { setting: 'on' }],
    ['PUT', 'memory', { address: '0x20000000', value: '00' }],
    ['POST', 'flash', { firmware_data: 'AAAA', memory_address: 0x80000 }],
    ['POST', 'security-access', { level: 1, phase: 'requestSeed' }],
    ['POST', 'raw', { message: '3e00' }],
  ] as const
  for (const [method, path, body] of changes) {
    const refused = await ask(`${engine}/${path}`, method, body, 'other')
    assert.equal(refused.status, 409, path)
    assert.equal(refused.body.error.message, "Component 'engine' is locked by 'me'")
  }
  assert.equal((await ask(`${native}/components/engine/data/vin`, 'GET', undefined, 'other')).status, 200)
})

test('memory is read and written within the window of the configuration', async () => {
  await using vehicle = await openVehicle({ memory: MEMORY })
  const engine = await unlockEngine(vehicle)
  const { ask } = vehicle
  assert.equal((await ask(`${engine}/memory`, 'PUT', { address: '0x20000010', value: '0xCAFE' })).status, 204)
  const { body } = await ask(`${engine}/memory?address=0x20000010&size=4`)
  assert.deepEqual(body, { componentId: 'engine', address: '0x20000010', size: 4, value: 'cafe0000' })
  assert.equal((await ask(`${engine}/memory?address=${0x2000_0010}&size=0x2`)).body.value, 'cafe')
  assert.equal((await ask(`${engine}/memory?address=0x200000ff&size=2`)).status, 403)
})

test('an ECU is programmed in the background, and its execution tells how that goes', async () => {
  await using vehicle = await openVehicle()
  const { ask, native, simulator } = vehicle
  const software = Buffer.from(Uint8Array.from({ length: 20_000 }, (_, at) => (at * 31) & 0xff))
  const body = { firmware_data: software.toString('base64'), memory_address: 0x80000 }
  const started = await ask(`${native}/x-uds/components/engine/flash`, 'POST', body)
  assert.deepEqual([started.status, started.body.status], [202, 'running'])
  const location = new URL(started.headers.get('location') ?? '', native).href
  const last = await eventually(20_000, async () => {
    const { body: execution } = await ask(location)
    return execution.status === 'running' ? undefined : execution
  })
  assert.deepEqual([last.status, last.progress, last.result.transferredBytes], ['completed', 100, 20_000])
  assert.ok(software.equals(simulator.ecu('engine').memory.read(0x80000, 20_000)))
})

test('an ECU that vanishes while it is programmed leaves no success, and says what to do', async () => {
  await using vehicle = await openVehicle()
  const { ask, native, simulator } = vehicle
  const effect = { type: 'reboot', downMs: 200, dropConnections: true } as const
  simulator.ecu('engine').faults.arm({ id: 'crash', request: '3603', skip: 0, times: 1, probability: 1, effect })
  const body = { firmware_data: Buffer.alloc(8000, 1).toString('base64'), memory_address: 0x80000 }
  const started = await ask(`${native}/x-uds/components/engine/flash`, 'POST', body)
  const location = new URL(started.headers.get('location') ?? '', native).href
  const last = await eventually(20_000, async () => {
    const { body: execution } = await ask(location)
    return execution.status === 'running' ? undefined : execution
  })
  assert.equal(last.status, 'failed')
  assert.equal(last.result.step, 'transfer')
  assert.match(last.result.next, /must be programmed again from the beginning/)
})

test('what is wrong with a programming is told in the words of its request', async () => {
  await using vehicle = await openVehicle()
  const path = `${vehicle.native}/x-uds/components/engine/flash`
  const wrong = [
    [{ firmware_data: 'AAAA', memory_address: 16 }, 'memory_address', /^memory_address: 3 byte\(s\) at 0x00000010 are/],
    [{ firmware_data: 'not Base64', memory_address: 0x80000 }, 'firmware_data', /^firmware_data: expected Base64$/],
  ] as const
  for (const [body, target, message] of wrong) {
    const { error } = (await vehicle.ask(path, 'POST', body)).body
    assert.equal(error.target, target)
    assert.match(error.message, message)
  }
})

test('a message that is passed through is recorded, with its service and without its data', async () => {
  await using vehicle = await openVehicle({ isRawAllowed: true })
  const { ask, native } = vehicle
  const passed = await ask(`${native}/x-uds/components/engine/raw`, 'POST', { message: '22f18c' })
  assert.deepEqual([passed.status, passed.body], [200, { message: '62f18c534e2d3030303831352d45' }])
  const refused = await ask(`${native}/x-uds/components/engine/raw`, 'POST', { message: '2ef1901234' })
  assert.equal(refused.status, 502)
  const { body } = await ask(`${native}/audit`)
  const records = body.value.filter(({ resource }: { resource: string }) => resource === 'raw')
  assert.deepEqual(
    records.map(({ caller, target, outcome }: Record<string, string>) => [caller, target, outcome]),
    [
      ['me', 'component/engine', 'success'],
      ['me', 'component/engine', 'error'],
    ],
  )
  assert.equal(records[0].detail, 'service 0x22, 3 byte(s)')
  assert.match(records[1].detail, /^service 0x2e, 5 byte\(s\): bad-gateway: ECU 0x1001 refused WriteDataByIdentifier/)
})

test('a refusal names the service and the code of the ECU in both contracts', async () => {
  await using vehicle = await openVehicle()
  const { ask, native, iso, simulator } = vehicle
  const effect = { type: 'nrc', code: 0x10 } as const
  simulator.ecu('engine').faults.arm({ id: 'no', request: '22f190', skip: 0, probability: 1, effect })
  const refused = await ask(`${native}/components/engine/data/vin`)
  assert.equal(refused.status, 502)
  assert.equal(refused.body.error.details[0].code, 'error-response')
  const byIso = await ask(`${iso}/components/engine/data/vin`)
  assert.deepEqual([byIso.status, byIso.body.error_code], [502, 'error-response'])
  assert.deepEqual(byIso.body.parameters, { service: 0x22, nrc: 0x10 })
})

const WRONG: readonly (readonly [status: number, method: string, path: string, body?: unknown])[] = [
  [404, 'POST', 'components/none/connect'],
  [404, 'POST', 'components/engine/io/none', { control: 'freeze' }],
  [501, 'POST', 'components/engine/io/vin', { control: 'freeze' }],
  [501, 'POST', 'components/battery/dtc-setting', { setting: 'on' }],
  [501, 'POST', 'components/battery/flash', { firmware_data: 'AAAA' }],
  [501, 'GET', 'components/battery/security-levels'],
  [403, 'POST', 'components/engine/raw', { message: '22f190' }],
  [403, 'GET', 'components/engine/memory?address=0&size=1'],
  [400, 'GET', 'components/engine/memory?address=0'],
  [400, 'GET', 'components/engine/memory?address=0x1ffffffff&size=1'],
  [400, 'GET', 'components/engine/memory?address=-1&size=1'],
  [400, 'POST', 'components/engine/io/fan', { control: 'short_term_adjustment' }],
  [400, 'POST', 'components/engine/io/fan', { control: 'short_term_adjustment', value: 'xyz' }],
  [400, 'POST', 'components/engine/comm-control', { control_type: 'enable_rx_and_tx', communication_type: '0101' }],
  [400, 'POST', 'components/engine/flash', { firmware_data: '' }],
  [400, 'POST', 'components/engine/flash', { firmware_data: 'not Base64', memory_address: 0x80000 }],
  [400, 'POST', 'components/engine/flash', { firmware_data: 'AAAA', memory_address: 0 }],
  [400, 'POST', 'components/engine/security-access', { level: 2, phase: 'requestSeed' }],
  [400, 'POST', 'components/engine/security-access', { level: 1, phase: 'sendKey' }],
  [400, 'POST', 'components/engine/security-access', { level: 1, phase: 'sendKey', key: '' }],
  [404, 'POST', 'components/engine/security-access', { level: 9, phase: 'requestSeed' }],
  [409, 'POST', 'components/engine/security-access', { level: 1, phase: 'requestSeed' }],
  [422, 'POST', 'components/engine/security-access', { level: 1, phase: 'guess' }],
  [422, 'POST', 'components/engine/io/fan', { control: 'melt' }],
  [422, 'POST', 'components/engine/comm-control', { control_type: 'enable' }],
  [422, 'POST', 'components/engine/dtc-setting', { setting: 'maybe' }],
  [422, 'POST', 'components/engine/flash', { firmware_data: 'AAAA', memory_address: -1 }],
]

test('what cannot be done is refused with what is wrong, and changes nothing', async () => {
  await using vehicle = await openVehicle()
  const { ask, native, simulator } = vehicle
  for (const [status, method, path, body] of WRONG) {
    const refused = await ask(`${native}/x-uds/${path}`, method, body)
    assert.equal(refused.status, status, `${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(refused.body)}`)
    assert.ok(refused.body.error.message.length > 0)
  }
  const ecu = simulator.ecu('engine')
  assert.deepEqual([ecu.communication, ecu.dtcs.isRecording, ecu.server.state.current.session], [0, true, 1])
})
