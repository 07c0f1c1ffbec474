import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type CdaDouble, openCdaDouble } from '@opensovd/backends/cda/testing'
import { at, connectionState, items } from './api.ts'
import { addressIn, configFile, eventually, start } from './program.ts'

const ECU = 'ecu/flxc1000 opensovd-gateway'

interface Tester {
  readonly double: CdaDouble
  /** Of the ECU in the native contract. */
  readonly ecu: string
  ask(method: string, path: string, body?: unknown, client?: string): Promise<{ status: number; body: unknown }>
}

/** A gateway in front of an adapter, and clients of it. */
async function testerOf(t: TestContext): Promise<Tester> {
  const double = await openCdaDouble({ secret: 'hush' })
  t.after(() => double[Symbol.asyncDispose]())
  const file = configFile(t, `[[backends]]\ntype = "cda"\nbase_url = "${double.url}"\nautomatic_lock_secs = 0`)
  const env = { SOVD__SERVER__PORT: '0', SOVD__BACKENDS__0__CLIENT_SECRET: 'hush' }
  const url = addressIn(await start(t, ['serve', '--config', file], { env }).ready())
  await connectionState(url, 'flxc1000', 'connected')
  const ask: Tester['ask'] = async (method, path, body, client = 'ann') => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { 'x-sovd-client-id': client, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  return { double, ecu: '/sovd/v1/components/flxc1000', ask }
}

test('a client locks an ECU behind an adapter, works with it, and leaves it as it was', async (t) => {
  const { double, ecu, ask } = await testerOf(t)

  const refused = await ask('POST', `${ecu}/modes`, { mode: 'extended' })
  assert.equal(refused.status, 409)
  assert.match(String(at(refused.body, 'error', 'message')), /lock the entity first/)

  assert.equal((await ask('POST', `${ecu}/lock`, { durationSecs: 60 })).status, 201)
  assert.deepEqual(double.locks.all, [ECU])
  assert.equal((await ask('POST', `${ecu}/lock`, { durationSecs: 60 }, 'bob')).status, 409)

  const mode = await ask('POST', `${ecu}/modes`, { mode: 'extended' })
  assert.deepEqual([mode.status, at(mode.body, 'currentMode')], [200, 'extended'])
  assert.equal(double.ecu('flxc1000').modes.session, 'Extended')

  const written = await ask('PUT', `${ecu}/data/vindataidentifier`, { value: 'WP0ZZZ99ZTS392124' })
  assert.ok(written.status < 300, JSON.stringify(written))
  const read = await ask('GET', `${ecu}/data/vindataidentifier`)
  assert.equal(at(read.body, 'value'), 'WP0ZZZ99ZTS392124')

  const started = await ask('POST', `${ecu}/operations/Measure`, {})
  assert.equal(started.status, 202, JSON.stringify(started))
  const execution = `${ecu}/operations/Measure/executions/${at(started.body, 'executionId')}`
  await eventually(5000, async () =>
    at((await ask('GET', execution)).body, 'status') === 'completed' ? true : undefined,
  )

  const faults = items((await ask('GET', `${ecu}/faults`)).body)
  assert.deepEqual(
    faults.map((fault) => [at(fault, 'code'), at(fault, 'severity'), at(fault, 'status')]),
    [
      ['01E240', 'high', 'active'],
      ['039447', 'medium', 'passive'],
      ['01E241', 'critical', 'active'],
    ],
  )
  const fault = await ask('GET', `${ecu}/faults/01E240`)
  assert.equal(at(fault.body, 'environmentData', 'extended_data_records', 'data', 'FF', 'OccurrenceCounter'), 3)
  assert.equal((await ask('DELETE', `${ecu}/faults/01E240`)).status, 204)
  assert.equal(items((await ask('GET', `${ecu}/faults`)).body).length, 2)

  assert.equal((await ask('DELETE', `${ecu}/lock`)).status, 204)
  await eventually(5000, () => (double.locks.all.length === 0 ? true : undefined))
  assert.equal(double.ecu('flxc1000').modes.session, 'Default')
})

test('security access is opened through the contract of the standard', async (t) => {
  const { double, ask } = await testerOf(t)
  const ecu = '/vehicle/v1/components/flxc1000'
  const lock = await ask('POST', `${ecu}/locks`, { lock_expiration: 60 })
  assert.equal(lock.status, 201)
  assert.equal((await ask('PUT', `${ecu}/modes/session`, { value: 'extended' })).status, 200)
  const seed = await ask('PUT', `${ecu}/modes/security`, { value: 'Level_7_RequestSeed' })
  const bytes = String(at(seed.body, 'seed', 'Request_Seed'))
    .split(' ')
    .map(Number)
  const wrong = await ask('PUT', `${ecu}/modes/security`, { value: 'Level_7', key: { Send_Key: '0x00' } })
  assert.deepEqual(
    [
      wrong.status,
      at(wrong.body, 'error_code'),
      at(wrong.body, 'parameters', 'service'),
      at(wrong.body, 'parameters', 'nrc'),
    ],
    [502, 'error-response', 0x27, 0x35],
  )
  const key = bytes.map((byte) => `0x${((byte + 13) % 256).toString(16).padStart(2, '0')}`).join(' ')
  const unlocked = await ask('PUT', `${ecu}/modes/security`, { value: 'Level_7', key: { Send_Key: key } })
  assert.deepEqual(unlocked, { status: 200, body: { id: 'security', value: 'Level_7' } })
  assert.equal(double.ecu('flxc1000').modes.security, 'Level_7')
  assert.equal((await ask('DELETE', `${ecu}/locks/${at(lock.body, 'id')}`)).status, 204)
  await eventually(5000, () => (double.ecu('flxc1000').modes.security === 'Locked' ? true : undefined))
})

test('a lock that the adapter gave to another tester is a conflict, and nothing is locked', async (t) => {
  const { double, ecu, ask } = await testerOf(t)
  double.locks.take('ecu/flxc1000', 'workshop')
  const refused = await ask('POST', `${ecu}/lock`, { durationSecs: 60 })
  assert.equal(refused.status, 409)
  assert.match(String(at(refused.body, 'error', 'message')), /could not be locked at its source/)
  assert.equal((await ask('GET', `${ecu}/lock`)).status, 404)
})
