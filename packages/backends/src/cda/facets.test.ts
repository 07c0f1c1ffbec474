import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseJson } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { context, runCda } from './testing/running-backend.ts'

describe('data of an adapter', () => {
  test('are listed with the categories of the standard, and with their id where they have no name', async () => {
    await using cda = await runCda()
    const items = await cda.facet('data').list(context())
    assert.deepEqual(
      items.map(({ id, name, category }) => [id, name, category]),
      [
        ['VINDataIdentifier', 'Vehicle Identification Number', 'storedData'],
        ['Identification', 'Identification', undefined],
        ['FluxCapacitorPowerConsumption', 'Flux Capacitor Power Consumption', 'currentData'],
      ],
    )
  })

  test('an item of several parameters is their object, one of a single parameter is its value', async () => {
    await using cda = await runCda()
    const data = cda.facet('data')
    assert.equal((await data.read('vindataidentifier', context())).value, 'SCEDT26T8BD005261')
    const both = await data.read('fluxcapacitorpowerconsumption', context())
    assert.deepEqual({ ...(both.value as object) }, { Current: 12.5, Voltage: 400 })
  })

  test('an item is written as it is read', async () => {
    await using cda = await runCda()
    const data = cda.facet('data')
    await data.write?.('vindataidentifier', 'X', context())
    assert.equal((await data.read('vindataidentifier', context())).value, 'X')
    await data.write?.('vindataidentifier', { VIN: 'Y' }, context())
    assert.equal((await data.read('vindataidentifier', context())).value, 'Y')
    await data.write?.('fluxcapacitorpowerconsumption', { Current: 1, Voltage: 2 }, context())
    const refused = data.write?.('fluxcapacitorpowerconsumption', 5, context())
    await assert.rejects(refused ?? Promise.resolve(), { code: 'invalid-request', message: /must be an object/ })
  })

  test('ids are the same in capitals and in small letters', async () => {
    await using cda = await runCda()
    assert.equal((await cda.facet('data').read('VINDataIdentifier', context())).value, 'SCEDT26T8BD005261')
  })

  test('what failed of a value stands beside it, and then all its parameters are told', async () => {
    await using cda = await runCda()
    const errors = [
      { path: '/data/Voltage', error: { message: 'Failed to parse parameter', error_code: 'vendor-specific' } },
    ]
    cda.double.intercept = () => ({ status: 200, body: { id: 'x', data: { Current: 1 }, errors } })
    const { value, attributes } = await cda.facet('data').read('x', context())
    assert.equal(JSON.stringify(value), '{"Current":1}')
    assert.equal(JSON.stringify(attributes), JSON.stringify({ errors }))
  })

  test('an answer without a body is a value without content', async () => {
    await using cda = await runCda()
    cda.double.intercept = () => ({ status: 204 })
    assert.equal((await cda.facet('data').read('x', context())).value, null)
  })

  test('an ECU that is silent is a gateway timeout, in the words of the adapter', async () => {
    await using cda = await runCda()
    cda.double.ecu('flxc1000').isOnline = false
    await assert.rejects(cda.facet('data').read('vindataidentifier', context()), {
      code: 'gateway-timeout',
      message: 'ECU FLXC1000 is offline',
      details: [{ code: 'not-responding', message: 'ECU FLXC1000 is offline' }],
    })
  })

  for (const id of ['a/docs', 'vin?x=1', 'vin#x', 'vin%2fdocs', 'a\\b', '..', '']) {
    test(`sends nothing for the id ${JSON.stringify(id)}, which the adapter would read as another path`, async () => {
      await using cda = await runCda()
      await assert.rejects(cda.facet('data').read(id, context()), { code: 'invalid-request' })
      assert.deepEqual(cda.news(), [])
    })
  }
})

test('an ECU without configurations has none, though the adapter does not find them', async () => {
  await using cda = await runCda()
  const message = 'Not found: "Functional class \'varcoding\' for varcoding not found in any diagnostic layer"'
  cda.double.intercept = () => ({
    status: 404,
    body: { message, error_code: 'vendor-specific', vendor_code: 'not-found' },
  })
  assert.deepEqual({ ...(await cda.facet('configurations').readAll(context())) }, {})
})

describe('faults of an adapter', () => {
  test('have the status bits of the standard, by its names and as texts', async () => {
    await using cda = await runCda()
    const [first, second] = await cda.facet('faults').list(context())
    // 0x29 is testFailed, confirmedDTC and testFailedSinceLastClear [14229-1 D.2].
    assert.deepEqual(first?.status, {
      testFailed: '1',
      testFailedThisOperationCycle: '0',
      pendingDTC: '0',
      confirmedDTC: '1',
      testNotCompletedSinceLastClear: '0',
      testFailedSinceLastClear: '1',
      testNotCompletedThisOperationCycle: '0',
      warningIndicatorRequested: '0',
      mask: '29',
    })
    assert.deepEqual([second?.status.pendingDTC, second?.status.confirmedDTC], ['1', '1'])
    assert.deepEqual([first?.code, first?.severity, second?.severity], ['01E240', 2, 3])
  })

  test('that an ECU has nothing to tell of are none, and a severity of 0 is none', async () => {
    await using cda = await runCda()
    const faults = cda.facet('faults')
    assert.deepEqual(
      (await faults.list(context())).map(({ id }) => id),
      ['01E240', '039447', '01E241'],
    )
    cda.double.intercept = () => ({ status: 200, body: { items: [{ code: 'C', fault_name: 'c', severity: 0 }] } })
    assert.deepEqual(
      (await faults.list(context())).map(({ severity }) => severity),
      [3],
    )
  })

  test('are read with their environment', async () => {
    await using cda = await runCda()
    const fault = await cda.facet('faults').read?.('01e240', context())
    assert.equal(fault?.id, '01E240')
    const snapshot = { DTCSnapshotRecordDid: '0xF190', DTCSnapshotRecordDidData: '0x53 0x43' }
    assert.equal(
      JSON.stringify(fault?.environmentData),
      JSON.stringify({
        snapshots: { data: { FE: { DTCSnapshotRecordNumberOfIdentifiers: 1, DTCSnapshotRecord: [snapshot] } } },
        extended_data_records: { data: { FF: { OccurrenceCounter: 3 } } },
      }),
    )
  })

  test('that are unknown, which the adapter takes for a bad request, are not found', async () => {
    await using cda = await runCda()
    await assert.rejects(cda.facet('faults').read?.('FFFFFF', context()) ?? Promise.resolve(), { code: 'not-found' })
    await assert.rejects(cda.facet('faults').clear?.('FFFFFF', context()) ?? Promise.resolve(), { code: 'not-found' })
    assert.ok(cda.news().every((each) => each === 'GET /components/flxc1000/faults'))
  })
})

describe('operations of an adapter', () => {
  test('that are over at once are over with the answer', async () => {
    await using cda = await runCda()
    const { id, state } = await cda.facet('operations').start('selftest', { depth: 1 }, context())
    assert.equal(id, undefined)
    assert.deepEqual({ ...state }, { status: 'completed', result: parseJson('{"depth":1}') })
    assert.deepEqual(cda.double.locks.all, [])
  })

  test('that take their time are followed by their id, whatever the Location says', async () => {
    await using cda = await runCda()
    const operations = cda.facet('operations')
    const { id, state } = await operations.start('measure', { n: 1 }, context())
    assert.deepEqual(state, { status: 'running' })
    const after = await operations.state('measure', id ?? '', context())
    assert.equal(JSON.stringify(after), '{"status":"completed","result":{"n":1}}')
  })

  test('run until the ECU has results to tell', async () => {
    await using cda = await runCda()
    const operations = cda.facet('operations')
    const { id = '' } = await operations.start('calibratesensors', undefined, context())
    assert.deepEqual(await operations.state('calibratesensors', id, context()), { status: 'running' })
    await assert.rejects(operations.start('calibratesensors', undefined, context()), {
      code: 'conflict',
      message: "An execution for operation 'calibratesensors' is already in progress",
      details: [
        {
          code: 'precondition-not-fulfilled',
          message: "An execution for operation 'calibratesensors' is already in progress",
        },
      ],
    })
    await operations.stop?.('calibratesensors', id, context())
    await assert.rejects(operations.state('calibratesensors', id, context()), { code: 'not-found' })
  })

  test('run on when their database has no service to ask for results', async () => {
    await using cda = await runCda()
    const operations = cda.facet('operations')
    const { id = '' } = await operations.start('warmup', undefined, context())
    assert.deepEqual(await operations.state('warmup', id, context()), { status: 'running' })
    await operations.stop?.('warmup', id, context())
    await assert.rejects(operations.state('warmup', id, context()), { code: 'not-found' })
  })

  test('keep the lock of a client without one as long as somebody follows them', async () => {
    const clock = new FakeClock()
    await using cda = await runCda({ automaticLockSeconds: 10, timeoutMs: 1000 }, {}, clock)
    const operations = cda.facet('operations')
    const { id = '' } = await operations.start('calibratesensors', undefined, context())
    for (let seconds = 0; seconds < 40; seconds += 4) {
      await clock.advance(4000)
      await operations.state('calibratesensors', id, context())
      assert.equal(cda.double.locks.all.length, 1)
    }
    await clock.advance(20_000)
    assert.deepEqual(cda.double.locks.all, [])
  })

  test('that an ECU refuses tell its negative response in the terms of the standard', async () => {
    await using cda = await runCda()
    await assert.rejects(cda.facet('operations').start('driveaway', undefined, context()), (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error && 'parameters' in error && 'details' in error)
      assert.equal(error.code, 'bad-gateway')
      assert.equal(error.message, 'A negative Response was received (ConditionsNotCorrect)')
      assert.deepEqual(error.parameters, { service: 0x31, nrc: 0x22, 'x-errorsource': 'ECU' })
      assert.ok(Array.isArray(error.details))
      assert.equal(error.details[0].code, 'error-response')
      return true
    })
  })
})

describe('modes of an adapter', () => {
  test('are listed with the values they can have; security access is told under a lock only', async () => {
    await using cda = await runCda()
    const groups = await cda.facet('modes').list(context())
    assert.deepEqual(
      groups.map(({ id, value }) => [id, value]),
      [
        ['session', 'default'],
        ['security', 'unknown'],
        ['commctrl', 'enableRxAndEnableTx'],
        ['dtcsetting', 'on'],
      ],
    )
    assert.deepEqual(
      groups[0]?.values.map(({ value }) => value),
      ['default', 'extended', 'programming'],
    )
    await cda.facet('locks').acquire(60, context())
    assert.equal((await cda.facet('modes').list(context()))[1]?.value, 'Locked')
  })

  test('refuse values that they do not have, with those that they have where the adapter tells them', async () => {
    await using cda = await runCda()
    const modes = cda.facet('modes')
    await assert.rejects(modes.set('session', 'sleep', context()), { code: 'invalid-request', message: /'sleep'/ })
    await assert.rejects(modes.set('dtcsetting', 'maybe', context()), (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error && 'parameters' in error)
      assert.equal(error.code, 'invalid-request')
      assert.equal(JSON.stringify(error.parameters), '{"details":"value","possiblevalues":["on","off"]}')
      return true
    })
    await assert.rejects(modes.set('autopilot', 'on', context()), { code: 'not-found' })
  })

  test('give a seed and take the key for it', async () => {
    await using cda = await runCda()
    const modes = cda.facet('modes')
    const ask = (value: string, parameters = {}) => modes.exchange?.('security', { value, parameters }, context())
    await modes.set('session', 'extended', context())
    const answer = await ask('Level_7_RequestSeed')
    assert.equal(JSON.stringify(answer), '{"seed":{"Request_Seed":"0x00 0x01 0x02 0x03 0x04 0x05 0x06 0x07"}}')
    await assert.rejects(ask('Level_7', { key: { Send_Key: '0x00' } }) ?? Promise.resolve(), (error: unknown) => {
      assert.ok(error instanceof Error && 'parameters' in error)
      assert.deepEqual(error.parameters, { service: 0x27, nrc: 0x35, 'x-errorsource': 'ECU' })
      return true
    })
    const key = '0x0d 0x0e 0x0f 0x10 0x11 0x12 0x13 0x14'
    assert.deepEqual(await ask('Level_7', { key: { Send_Key: key } }), {})
    assert.equal(cda.double.ecu('flxc1000').modes.security, 'Level_7')
  })
})

describe('the life cycle of an ECU', () => {
  test('is ready while the ECU is online, and begins anew with a reset', async () => {
    await using cda = await runCda()
    const lifecycle = cda.facet('lifecycle')
    assert.equal(await lifecycle.status(context()), 'ready')
    await cda.facet('modes').set('session', 'extended', context())
    await lifecycle.request('force-restart', undefined, context())
    assert.equal(cda.double.ecu('flxc1000').modes.session, 'Default')
    await assert.rejects(lifecycle.request('shutdown', undefined, context()), { code: 'not-implemented' })
    cda.double.ecu('flxc1000').isOnline = false
    assert.equal(await lifecycle.status(context()), 'notReady')
  })
})
