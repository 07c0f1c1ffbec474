import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FLXC1000, SAMPLE_ECU } from './testing/ecu-model.ts'
import { context, type RunningCda, runCda } from './testing/running-backend.ts'

const FSNR2000 = { ...FLXC1000, qualifier: 'FSNR2000', name: 'FSNR2000' }

function runGroups(): Promise<RunningCda> {
  return runCda({}, { ecus: [FLXC1000, FSNR2000, SAMPLE_ECU], groups: { FGL_UDS: ['flxc1000', 'fsnr2000'] } })
}

test('functional groups are functions, with their ECUs as members', async () => {
  await using cda = await runGroups()
  const { name, members, facets } = cda.entity('function', 'fgl_uds')
  assert.deepEqual([name, members], ['FGL_UDS', ['flxc1000', 'fsnr2000']])
  assert.deepEqual(Object.keys(facets).sort(), ['data', 'locks', 'modes', 'operations'])
})

test('an adapter without a database of groups has no functions', async () => {
  await using cda = await runCda()
  assert.equal(
    cda.backend.snapshot.entities.some(({ kind }) => kind === 'function'),
    false,
  )
})

test('data of a function are those of each of its ECUs', async () => {
  await using cda = await runGroups()
  cda.double.ecu('fsnr2000').isOnline = false
  const { value, attributes } = await cda.facet('data', 'function', 'fgl_uds').read('vindataidentifier', context())
  assert.equal(JSON.stringify(value), '{"flxc1000":{"VIN":"SCEDT26T8BD005261"}}')
  assert.match(JSON.stringify(attributes), /"path":"\/data\/fsnr2000"/)
})

test('a value is written to all ECUs of a function, or it is told which did not take it', async () => {
  await using cda = await runGroups()
  const data = cda.facet('data', 'function', 'fgl_uds')
  await data.write?.('vindataidentifier', { VIN: 'X' }, context())
  assert.equal((await cda.facet('data', 'component', 'fsnr2000').read('vindataidentifier', context())).value, 'X')
  cda.double.ecu('fsnr2000').isOnline = false
  await assert.rejects(data.write?.('vindataidentifier', { VIN: 'Y' }, context()) ?? Promise.resolve(), {
    code: 'bad-gateway',
    message: 'not all ECUs followed: fsnr2000: ECU FSNR2000 is offline',
  })
  await assert.rejects(data.write?.('vindataidentifier', 'Y', context()) ?? Promise.resolve(), {
    code: 'invalid-request',
  })
})

test('a mode of a function is that of all its ECUs, under a lock on the group', async () => {
  await using cda = await runGroups()
  const modes = cda.facet('modes', 'function', 'fgl_uds')
  await modes.set('session', 'extended', context())
  assert.deepEqual(cda.double.locks.all, ['group/fgl_uds gateway'])
  assert.equal(cda.double.ecu('fsnr2000').modes.session, 'Extended')
  assert.equal((await modes.list(context())).find(({ id }) => id === 'session')?.value, 'extended')
  await cda.facet('locks', 'function', 'fgl_uds').release(context())
  assert.equal(cda.double.ecu('fsnr2000').modes.session, 'Default')
})

test('a mode that its ECUs are not all at is unknown', async () => {
  await using cda = await runGroups()
  await cda.facet('modes', 'component', 'flxc1000').set('session', 'extended', context())
  const groups = await cda.facet('modes', 'function', 'fgl_uds').list(context())
  assert.equal(groups.find(({ id }) => id === 'session')?.value, 'unknown')
})

test('a mode that not all ECUs take is a failure that names them', async () => {
  await using cda = await runGroups()
  cda.double.ecu('flxc1000').isOnline = false
  await assert.rejects(cda.facet('modes', 'function', 'fgl_uds').set('dtcsetting', 'off', context()), {
    code: 'bad-gateway',
    message: 'not all ECUs followed: flxc1000: ECU FLXC1000 is offline',
  })
})

test('an operation of a function results in what each ECU says', async () => {
  await using cda = await runGroups()
  const operations = cda.facet('operations', 'function', 'fgl_uds')
  const { id = '', state } = await operations.start('wakeup', undefined, context())
  assert.deepEqual(state, { status: 'running' })
  const after = await operations.state('wakeup', id, context())
  assert.equal(JSON.stringify(after), '{"status":"completed","result":{"flxc1000":{},"fsnr2000":{}}}')
})
