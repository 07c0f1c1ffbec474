import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DataCatalog, type Entity, type Facets, MemoryBackend, readMapping, readVss } from '@opensovd/core'
import { NATIVE_API, SovdError } from '@opensovd/sovd'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { openFixture } from '../testing/fixture.ts'

const base = '/sovd/v1'

const { tree } = readVss({
  Vehicle: { type: 'branch' },
  'Vehicle.Charge': { type: 'sensor', datatype: 'float', unit: 'percent', min: 0, max: 100 },
  'Vehicle.VersionVSS': { type: 'branch' },
  'Vehicle.VersionVSS.Major': { type: 'attribute', datatype: 'uint32', default: 5 },
  'Vehicle.VersionVSS.Minor': { type: 'attribute', datatype: 'uint32', default: 1 },
  'Vehicle.VersionVSS.Patch': { type: 'attribute', datatype: 'uint32', default: 0 },
})

const { catalog } = readMapping(
  {
    schemaVersion: '2.3.0',
    components: {
      bms: {
        data: { soc: { vss: 'Vehicle.Charge', samplingHint: 1, classificationTags: ['energy'] } },
        faults: { P0A80: { affectedSubsystem: 'pack', correlatedSignals: ['soc'], classificationTags: ['safety'] } },
      },
    },
  },
  tree,
)

function component(id: string, facets: Facets): Entity {
  return { kind: 'component', id, name: `the ${id}`, connectionState: 'connected', facets }
}

function open(charge: number | string, known?: DataCatalog) {
  const facets: Facets = {
    data: {
      list: async () => [
        { id: 'soc', name: 'SoC', access: 'readOnly', dataType: 'float' },
        { id: 'note', name: 'Note', access: 'readWrite', dataType: 'string' },
      ],
      read: async (id) => ({ id, value: charge }),
    },
    faults: {
      list: async () => [{ id: 'f1', code: 'P0A80', name: 'Imbalance', severity: 2, status: {} }],
    },
  }
  const list = () => Promise.reject(new SovdError('gateway-timeout', 'no answer'))
  const backends = [
    new MemoryBackend('m', [component('bms', facets), component('bare', {})]),
    new MemoryBackend('dead', [component('lost', { data: { list, read: list } })]),
  ]
  return openFixture({ backends, ...(known ? { domain: { catalog: known } } : {}) })
}

test('the data catalog tells what the data of components mean, and whose it is incomplete without', async () => {
  await using fixture = await open(50, catalog)
  const { status, json } = await fixture.get(`${base}/schema/data-catalog`)
  assert.equal(status, 200)
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  assert.ok(ajv.validate(NATIVE_API.getDataCatalog.reply.schema, json), ajv.errorsText())
  const { generatedAt, ...rest } = json
  assert.ok(Date.parse(generatedAt) > 0)
  assert.deepEqual(rest, {
    '@odata.context': '$metadata#schema/data-catalog',
    schemaVersion: '2.3.0',
    ontologyRef: 'COVESA VSS 5.1.0',
    serverVersion: '1.2.3',
    components: [
      {
        componentId: 'bms',
        componentName: 'the bms',
        dataItems: [
          {
            id: 'soc',
            name: 'SoC',
            dataType: 'float',
            access: 'readOnly',
            unit: 'percent',
            semanticRef: 'Vehicle.Charge',
            normalRange: { min: 0, max: 100 },
            samplingHint: 1,
            classificationTags: ['energy'],
          },
          { id: 'note', name: 'Note', dataType: 'string', access: 'readWrite' },
        ],
      },
    ],
    '@sovd.partial': [{ backend: 'dead', code: 'SOVD-ERR-504', message: 'no answer' }],
  })
})

test('the data catalog is there without a mapping', async () => {
  await using fixture = await open(50)
  const { json } = await fixture.get(`${base}/schema/data-catalog`)
  assert.deepEqual([json.schemaVersion, json.ontologyRef], ['1.0.0', 'COVESA VSS'])
  assert.deepEqual(json.components[0].dataItems[0], { id: 'soc', name: 'SoC', dataType: 'float', access: 'readOnly' })
})

test('the meaning of data is in their list too, and that of faults with each fault', async () => {
  await using fixture = await open(50, catalog)
  const [item] = (await fixture.get(`${base}/components/bms/data`)).json.value
  assert.deepEqual([item.semanticRef, item.unit], ['Vehicle.Charge', 'percent'])
  const [fault] = (await fixture.get(`${base}/components/bms/faults`)).json.value
  assert.deepEqual(fault.correlatedSignals, ['soc'])
  assert.equal((await fixture.get(`${base}/components/bms/faults/f1`)).json.affectedSubsystem, 'pack')
  const iso = (await fixture.get('/vehicle/v1/components/bms/faults')).json.items
  assert.deepEqual(iso[0].tags, ['safety'])
})

for (const [value, isOutside] of [
  [50, undefined],
  [100, undefined],
  [100.5, true],
  [-1, true],
  ['full', undefined],
] as const) {
  test(`a snapshot ${isOutside ? 'flags' : 'does not flag'} the value ${value}`, async () => {
    await using fixture = await open(value, catalog)
    const { text } = await fixture.get(`${base}/components/bms/snapshot`)
    const [, soc, note] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.equal(soc['@sovd.outsideNormalRange'], isOutside)
    assert.deepEqual(soc.normalRange, { min: 0, max: 100 })
    assert.equal(note['@sovd.outsideNormalRange'], undefined)
  })
}
