import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, type JsonObject, type LogFields, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import type { Entity } from '../entities/entity.ts'
import type { DataFacet, DataItem } from '../facets/data.ts'
import type { Fault, FaultFacet } from '../facets/faults.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { openDiagnostics } from '../open-diagnostics.ts'
import { Disagreements } from './disagreements.ts'
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

type Warned = readonly [message: string, fields: LogFields | undefined]

function open(mapping: Json, facets: { data?: DataFacet; faults?: FaultFacet }, warned: Warned[] = [], known = tree) {
  const { catalog, problems } = readMapping(mapping, known)
  assert.deepEqual(problems, [])
  const log = { ...silentLogger, warn: (message: string, fields?: LogFields) => void warned.push([message, fields]) }
  const bms: Entity = { kind: 'component', id: 'bms', name: 'bms', connectionState: 'connected', facets }
  return withCatalog(bms, catalog, new Disagreements(log)).facets
}

/** With one item, that is mapped to one signal. */
function openSignal(signal: JsonObject, only: DataItem, warned: Warned[]) {
  const { tree: known, problems } = readVss({ Vehicle: { type: 'branch' }, 'Vehicle.A': { type: 'sensor', ...signal } })
  assert.deepEqual(problems, [])
  const mapping = { components: { bms: { data: { [only.id]: 'Vehicle.A' } } } }
  return open(mapping, { data: new Data([only]) }, warned, known)
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

test('what the source says goes before what VSS says, whose range is made into the unit of the source', async () => {
  const facets = open(
    { components: { bms: { data: { soc: 'Vehicle.Charge', energy: 'Vehicle.Energy' } } } },
    { data: new Data([item('soc', { unit: '%', description: 'SoC' }), item('energy', { unit: 'Wh' })]) },
  )
  assert.deepEqual(await facets.data?.list(context), [
    item('soc', { semanticRef: 'Vehicle.Charge', unit: '%', normalRange: { min: 0, max: 100 }, description: 'SoC' }),
    item('energy', { semanticRef: 'Vehicle.Energy', unit: 'Wh', normalRange: { min: 0, max: 90_000 } }),
  ])
})

/** Units as they were defined: the inch and the pound by the yard and pound agreement of 1959. */
for (const [from, to, max, expected] of [
  ['km/h', 'm/s', 250, 250 / 3.6],
  ['inch', 'mm', 20, 508],
  ['lbs', 'kg', 1000, 453.59237],
  ['weeks', 'day', 2, 14],
  ['kWh/100km', 'Wh/km', 15, 150],
  ['kPa', 'bar', 250, 2.5],
  ['mbar', 'hPa', 1013, 1013],
  ['V', 'mV', 4.2, 4200],
  ['ratio', '%', 1, 100],
  ['celsius', '°C', 85, 85],
  ['Celsius', 'celsius', 85, 85],
] as const) {
  test(`the range of a signal in ${from} is converted for an item in ${to}`, async () => {
    const warned: Warned[] = []
    const facets = openSignal({ datatype: 'float', unit: from, max }, item('a', { unit: to }), warned)
    const [a] = (await facets.data?.list(context)) ?? []
    assert.deepEqual(a?.normalRange, { max: expected })
    assert.deepEqual(warned, [])
  })
}

for (const [from, to] of [
  ['Celsius', 'Fahrenheit'],
  ['degrees/s', 'rad/s'],
  ['V', 'A'],
  ['Nm', 'furlong'],
  ['ms', 'Ms'],
  [undefined, 'V'],
] as const) {
  test(`the range of a signal in ${from} is left out for an item in ${to}, which is told once`, async () => {
    const warned: Warned[] = []
    const signal = { datatype: 'float', ...(from === undefined ? {} : { unit: from }), max: 100 }
    const facets = openSignal(signal, item('a', { unit: to }), warned)
    for (let time = 0; time < 3; time++) {
      const [a] = (await facets.data?.list(context)) ?? []
      assert.deepEqual([a?.unit, a?.normalRange], [to, undefined])
    }
    const message = 'the range of a signal is left out: its unit cannot be made into that of the data item'
    const place = { component: 'bms', item: 'a', signal: 'Vehicle.A' }
    assert.deepEqual(warned, [[message, { ...place, unit: to, signalUnit: from ?? 'none' }]])
  })
}

test('a range of another unit is no matter where there is another range, or none', async () => {
  const warned: Warned[] = []
  const own = item('a', { unit: 'A', normalRange: { max: 5 } })
  const [a] = (await openSignal({ datatype: 'float', unit: 'V', max: 9 }, own, warned).data?.list(context)) ?? []
  assert.deepEqual(a?.normalRange, { max: 5 })
  await openSignal({ datatype: 'float', unit: 'V' }, item('a', { unit: 'A' }), warned).data?.list(context)
  assert.deepEqual(warned, [])
})

test('a range too large for the unit of the item is left out', async () => {
  const warned: Warned[] = []
  const facets = openSignal({ datatype: 'double', unit: 'km', max: 1e308 }, item('a', { unit: 'mm' }), warned)
  assert.deepEqual((await facets.data?.list(context))?.[0]?.normalRange, undefined)
  assert.equal(warned.length, 1)
})

for (const [dataType, datatype, fits] of [
  ['string', 'float', false],
  ['bytes', 'double', false],
  ['boolean', 'uint8', false],
  ['float', 'boolean', false],
  ['integer', 'string', false],
  ['integer', 'Types.Pose', false],
  ['boolean', 'float[]', false],
  ['integer', 'float', true],
  ['float', 'uint16', true],
  ['enum', 'uint8', true],
  ['integer', 'boolean', true],
  ['bytes', 'uint8[]', true],
  ['float', 'float[3]', true],
  ['struct', 'float', true],
  ['struct', 'Types.Pose', true],
] as const) {
  test(`an item of ${dataType} ${fits ? 'fits' : 'is told not to fit'} a signal of ${datatype}`, async () => {
    const warned: Warned[] = []
    const facets = openSignal({ datatype }, item('a', { dataType }), warned)
    for (let time = 0; time < 3; time++) assert.equal((await facets.data?.list(context))?.length, 1)
    const message = 'a data item is mapped to a signal whose values it cannot have'
    const place = { component: 'bms', item: 'a', signal: 'Vehicle.A' }
    assert.deepEqual(warned, fits ? [] : [[message, { ...place, dataType, signalDatatype: datatype }]])
  })
}

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

test('a gateway says once what a source and VSS do not agree on, however often it is asked', async () => {
  const { tree: known } = readVss({ A: { type: 'sensor', datatype: 'float', unit: 'V', max: 9 } })
  const { catalog } = readMapping({ components: { bms: { data: { a: 'A' } } } }, known)
  const data = new Data([item('a', { unit: 'A', dataType: 'string' })])
  const bms: Entity = { kind: 'component', id: 'bms', name: 'bms', connectionState: 'connected', facets: { data } }
  const warned: string[] = []
  await using diagnostics = openDiagnostics({
    clock: new FakeClock(),
    log: { ...silentLogger, warn: (message) => void warned.push(message) },
    createId: () => 'id',
    backends: [new MemoryBackend('b', [bms])],
    catalog,
  })
  for (let time = 0; time < 2; time++) await diagnostics.tree.find('component', 'bms')?.facets.data?.list(context)
  assert.equal(warned.length, 2)
})
