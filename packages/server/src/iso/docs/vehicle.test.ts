import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type Backend, type Entity, MemoryBackend, openDiagnostics } from '@opensovd/core'
import { memoryFacets } from '@opensovd/core/testing'
import { lint, SovdError } from '@opensovd/sovd'
import { Validator } from '@seriousme/openapi-schema-validator'
import { SAMPLE, vehicleBackend } from '../testing/vehicle.ts'
import { describeVehicle } from './vehicle.ts'

const identity = { serverName: 'vehicle', serverVersion: '1', base: '/vehicle/v1' }

async function descriptionOf(...backends: Backend[]) {
  await using diagnostics = openDiagnostics({
    clock: systemClock,
    log: silentLogger,
    createId: () => 'id',
    backends,
  })
  return describeVehicle({ ...identity, diagnostics }, new AbortController().signal)
}

test('a vehicle is described as a whole, with nothing that the standard has not [17978-3 6.2]', async () => {
  const { document, failures } = await descriptionOf(vehicleBackend())
  assert.deepEqual(failures, [])
  assert.deepEqual(lint(document), [])
  assert.deepEqual(await new Validator().validate(structuredClone(document)), { valid: true })
  for (const collection of ['areas', 'components', 'apps', 'functions']) {
    assert.ok(document.paths[`/${collection}/bms/data/charge-limit`]?.put, collection)
  }
})

test('an entity with a variant is described as just that [17978-3 6.2.2]', async () => {
  const { paths } = (await descriptionOf(vehicleBackend())).document
  assert.deepEqual(paths['/components/bms']?.['x-sovd-applicability'], {
    versions: [{ source: '/components/bms#/variant/software_version', match: 'equals', values: ['4.2'] }],
    variants: [{ source: '/components/bms#/variant/installation_variant', match: 'equals', values: ['EU'] }],
  })
  assert.equal(paths['/apps/bms']?.['x-sovd-applicability'], undefined)
})

test('what cannot be had is named, and the rest described', async () => {
  const facets = memoryFacets(SAMPLE)
  const list = async () => {
    throw new SovdError('gateway-timeout', 'no answer')
  }
  const deaf: Entity = {
    kind: 'component',
    id: 'deaf',
    name: 'Deaf',
    connectionState: 'error',
    facets: { ...facets, data: { ...facets.data, list } },
  }
  const down: Backend = {
    name: 'zone',
    snapshot: { status: { phase: 'down', code: 'bad-gateway', message: 'refused' }, entities: [] },
    onChange: () => () => {},
    run: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
  const { document, failures } = await descriptionOf(new MemoryBackend('deaf', [deaf]), down)
  assert.deepEqual(failures, [
    { backend: 'zone', code: 'bad-gateway', message: 'refused' },
    { path: '/components/deaf/data', message: 'no answer' },
  ])
  assert.ok(document.paths['/components/deaf/data'])
  assert.ok(document.paths['/components/deaf/modes/session'])
  assert.deepEqual(lint(document), [])
})

test('an aborted description is none', async () => {
  await using diagnostics = openDiagnostics({
    clock: systemClock,
    log: silentLogger,
    createId: () => 'id',
    backends: [vehicleBackend()],
  })
  await assert.rejects(
    describeVehicle({ ...identity, diagnostics }, AbortSignal.abort(new Error('too late'))),
    /too late/,
  )
})
