import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '@opensovd/base'
import type { Entity } from '../entities/entity.ts'
import type { DataFacet, DataItem } from '../facets/data.ts'
import type { Fault, FaultFacet } from '../facets/faults.ts'
import { readMapping } from './mapping.ts'
import { withCatalog } from './meant-entity.ts'
import { readVss } from './vss.ts'

const context = { signal: new AbortController().signal }

const { tree } = readVss({
  Vehicle: { type: 'branch' },
  'Vehicle.Charge': { type: 'sensor', datatype: 'float', unit: 'percent', min: 0, max: 100, description: 'How full.' },
  'Vehicle.Energy': { type: 'sensor', datatype: 'float', unit: 'kWh', min: 0, max: 90 },
})

const item = (id: string, more: Partial<DataItem> = {}): DataItem => ({
  id,
  name: id,
  access: 'readOnly',
  dataType: 'float',
  ...more,
})

/** A facet that is more than its own members. */
class Data implements DataFacet {
  readonly #items: readonly DataItem[]
  constructor(items: readonly DataItem[]) {
    this.#items = items
  }
  async list() {
    return this.#items
  }
  async read(id: string) {
    return { id, value: this.#items.length }
  }
}

function open(mapping: Json, facets: { data?: DataFacet; faults?: FaultFacet }) {
  const { catalog, problems } = readMapping(mapping, tree)
  assert.deepEqual(problems, [])
  const bms: Entity = { kind: 'component', id: 'bms', name: 'bms', connectionState: 'connected', facets }
  return withCatalog(bms, catalog).facets
}

test('an item says what VSS says of its signal, and what was mapped', async () => {
  const facets = open(
    {
      components: {
        bms: {
          data: {
            soc: 'Vehicle.Charge',
            energy: {
              vss: 'Vehicle.Energy',
              normalRange: { max: 80 },
              samplingHint: 0.5,
              classificationTags: ['live'],
            },
            own: { semanticRef: 'x-acme.Own', unit: 'kg' },
          },
        },
      },
    },
    { data: new Data([item('soc'), item('energy'), item('own'), item('other')]) },
  )
  assert.deepEqual(await facets.data?.list(context), [
    item('soc', {
      semanticRef: 'Vehicle.Charge',
      unit: 'percent',
      normalRange: { min: 0, max: 100 },
      description: 'How full.',
    }),
    item('energy', {
      semanticRef: 'Vehicle.Energy',
      unit: 'kWh',
      normalRange: { max: 80 },
      samplingHint: 0.5,
      classificationTags: ['live'],
    }),
    item('own', { semanticRef: 'x-acme.Own', unit: 'kg' }),
    item('other'),
  ])
  assert.deepEqual(await facets.data?.read('soc', context), { id: 'soc', value: 4 })
})

test('what the source says goes before what VSS says, whose range is only of its own unit', async () => {
  const facets = open(
    { components: { bms: { data: { soc: 'Vehicle.Charge', energy: 'Vehicle.Energy' } } } },
    { data: new Data([item('soc', { unit: '%', description: 'SoC' }), item('energy', { unit: 'Wh' })]) },
  )
  assert.deepEqual(await facets.data?.list(context), [
    item('soc', { semanticRef: 'Vehicle.Charge', unit: '%', normalRange: { min: 0, max: 100 }, description: 'SoC' }),
    item('energy', { semanticRef: 'Vehicle.Energy', unit: 'Wh' }),
  ])
})

test('a fault says what was mapped, by its id or its code, however it is read', async () => {
  const fault = (id: string): Fault => ({ id, code: 'P0A80', name: id, severity: 2, status: {} })
  const faults: FaultFacet = {
    list: async () => [fault('f1'), fault('f2')],
    read: async (id) => fault(id),
    clearAll: async () => {},
  }
  const f1 = { affectedSubsystem: 'pack', correlatedSignals: ['soc'], classificationTags: ['safety'] }
  const code = { affectedSubsystem: 'battery' }
  const facets = open({ components: { bms: { faults: { f1, P0A80: code } } } }, { faults })
  const expected = [
    { ...fault('f1'), ...f1 },
    { ...fault('f2'), ...code },
  ]
  assert.deepEqual(await facets.faults?.list(context), expected)
  assert.deepEqual(await facets.faults?.listPartly?.(context), { faults: expected })
  assert.deepEqual(await facets.faults?.read?.('f2', context), expected[1])
  assert.ok(facets.faults?.clearAll)
  assert.equal(facets.faults?.clear, undefined)
})

test('says all that is wrong with a mapping, and where', () => {
  const { problems } = readMapping(
    {
      version: 1,
      schemaVersion: 2,
      components: {
        bms: {
          data: {
            a: 'Vehicle.Nothing',
            b: 'Vehicle',
            c: {
              vss: 'Vehicle.Charge',
              semanticRef: 'x',
              samplingHint: 0,
              normalRange: { min: 2, max: 1, typical: 1 },
            },
            d: 5,
          },
          faults: { f: { correlatedSignals: 'soc', affectedSubsystem: '' } },
          operations: {},
        },
        climate: [],
      },
    },
    tree,
  )
  assert.deepEqual(
    problems.map(({ path, message }) => `${path}: ${message}`),
    [
      'version: unknown; there are schemaVersion, components, apps, functions, areas',
      'components.bms.operations: unknown; there are data, faults',
      'components.bms.data.a: there is no signal Vehicle.Nothing in the tree of VSS',
      'components.bms.data.b: Vehicle is a branch and no signal',
      'components.bms.data.c.semanticRef: vss says that already',
      'components.bms.data.c.samplingHint: expected seconds above 0',
      'components.bms.data.c.normalRange.typical: unknown; there are min, max',
      'components.bms.data.c.normalRange: min, 2, is above max, 1',
      'components.bms.data.d: expected an object, got 5',
      'components.bms.faults.f.affectedSubsystem: expected a text, got ""',
      'components.bms.faults.f.correlatedSignals: expected a list of texts, got "soc"',
      'components.climate: expected an object, got []',
      'schemaVersion: expected a text, got 2',
    ],
  )
  const untreed = readMapping({ components: { bms: { data: { a: 'Vehicle.Charge' } } } }, undefined)
  assert.match(untreed.problems[0]?.message ?? '', /no tree/)
})
