import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, parseJson } from '@opensovd/base'
import type { VssUnits } from './units.ts'
import { readUnits } from './units-file.ts'
import { isOutside, readVss } from './vss.ts'

/** In the shape in which vss-tools write JSON. */
const NESTED = {
  Vehicle: {
    type: 'branch',
    description: 'All of it.',
    children: {
      VersionVSS: {
        type: 'branch',
        description: 'v',
        children: {
          Major: { type: 'attribute', datatype: 'uint32', default: 5, description: 'v' },
          Minor: { type: 'attribute', datatype: 'uint32', default: 1, description: 'v' },
          Patch: { type: 'attribute', datatype: 'uint32', default: 0, description: 'v' },
        },
      },
      Battery: {
        type: 'branch',
        description: 'b',
        children: {
          Charge: { type: 'sensor', datatype: 'float', unit: 'percent', min: 0, max: 100, description: 'How full.' },
          Cells: { type: 'actuator', datatype: 'uint8[]', description: 'c', allowed: [1, 2], 'x-own': true },
        },
      },
    },
  },
}

/** In the shape in which vss-tools write YAML. */
const FLAT = {
  Vehicle: { type: 'branch', description: 'All of it.' },
  'Vehicle.VersionVSS': { type: 'branch', description: 'v' },
  'Vehicle.VersionVSS.Major': { type: 'attribute', datatype: 'uint32', default: 5, description: 'v' },
  'Vehicle.VersionVSS.Minor': { type: 'attribute', datatype: 'uint32', default: 1, description: 'v' },
  'Vehicle.VersionVSS.Patch': { type: 'attribute', datatype: 'uint32', default: 0, description: 'v' },
  'Vehicle.Battery': { type: 'branch', description: 'b' },
  'Vehicle.Battery.Charge': {
    type: 'sensor',
    datatype: 'float',
    unit: 'percent',
    min: 0,
    max: 100,
    description: 'How full.',
  },
  'Vehicle.Battery.Cells': { type: 'actuator', datatype: 'uint8[]', description: 'c', allowed: [1, 2], 'x-own': true },
}

for (const [shape, json] of [
  ['nested', NESTED],
  ['flat', FLAT],
] as const) {
  test(`reads a ${shape} tree`, () => {
    const { tree, problems } = readVss(json)
    assert.deepEqual(problems, [])
    assert.equal(tree.version, '5.1.0')
    assert.deepEqual([...tree.branches], ['Vehicle', 'Vehicle.VersionVSS', 'Vehicle.Battery'])
    assert.deepEqual([...tree.signals.values()].slice(3), [
      {
        path: 'Vehicle.Battery.Charge',
        type: 'sensor',
        datatype: 'float',
        unit: 'percent',
        min: 0,
        max: 100,
        description: 'How full.',
      },
      { path: 'Vehicle.Battery.Cells', type: 'actuator', datatype: 'uint8[]', description: 'c' },
    ])
  })
}

test('says all that is wrong with a tree, and where', () => {
  const { problems } = readVss({
    Vehicle: {
      type: 'branch',
      children: {
        A: { type: 'sensor' },
        B: { type: 'sensor', datatype: 'float32', min: 5, max: 1, unit: 7, allowed: 'x', children: {} },
        C: { type: 'signal' },
        D: {},
        'E.F G': { type: 'branch' },
        H: [],
        I: { type: 'branch', children: 5 },
        J: { type: 'sensor', datatype: 'uint8', min: 'low' },
        K: { type: 'sensor', datatype: 'string', max: 5 },
        L: { type: 'sensor', datatype: 'uint8[4]', min: -1, max: 256 },
        M: { type: 'sensor', datatype: 'int16', min: -32768, max: 32767 },
        N: { type: 'sensor', datatype: 'double', min: -1e300 },
      },
    },
    'Other.Branch.Leaf': { type: 'sensor', datatype: 'float' },
  })
  assert.deepEqual(
    problems.map(({ path, message }) => `${path}: ${message}`),
    [
      'Vehicle.A.datatype: is missing',
      'Vehicle.B.children: sensors have none',
      'Vehicle.B.datatype: expected a data type of VSS, got "float32"',
      'Vehicle.B.unit: expected a text, got 7',
      'Vehicle.B.min: 5 is above max, 1',
      'Vehicle.B.allowed: expected a list of values, got "x"',
      'Vehicle.C.type: expected branch, sensor, actuator or attribute, got "signal"',
      'Vehicle.D.type: expected branch, sensor, actuator or attribute, got none',
      'Vehicle.E.F G: expected names of letters, digits and _',
      'Vehicle.H: expected a node, got []',
      'Vehicle.I.children: expected an object, got 5',
      'Vehicle.J.min: expected a number, got "low"',
      'Vehicle.K.max: 5 is no value of string',
      'Vehicle.L.min: -1 is no value of uint8[4]',
      'Vehicle.L.max: 256 is no value of uint8[4]',
      'Other.Branch.Leaf: is below something that is no branch of the tree',
    ],
  )
  for (const json of [null, 5, 'x', [], {}]) assert.equal(readVss(json).problems.length > 0, true)
})

test('a tree that is too deep is refused and not followed', () => {
  let node: object = { type: 'sensor', datatype: 'float' }
  for (let depth = 0; depth < 100; depth++) node = { type: 'branch', children: { X: node } }
  const { problems } = readVss({ Vehicle: node } as never)
  assert.match(problems[0]?.message ?? '', /deeper than 64/)
})

function problemsOf(leaf: { readonly [name: string]: Json }, units?: VssUnits): readonly string[] {
  const { problems } = readVss({ Vehicle: { type: 'branch', children: { A: { type: 'sensor', ...leaf } } } }, units)
  return problems.map(({ path, message }) => `${path}: ${message}`)
}

for (const [unit, near] of [
  ['kmh', 'km/h'],
  ['km\\h', 'km/h'],
  ['degree', 'degrees'],
  ['celcius', 'Celsius'],
  ['%', 'percent'],
  ['°C', 'Celsius'],
  ['Ω', 'Ohm'],
] as const) {
  test(`a signal in ${unit} is told of ${near}`, () => {
    const shown = JSON.stringify(unit)
    assert.deepEqual(problemsOf({ datatype: 'float', unit }), [
      `Vehicle.A.unit: there is no unit ${shown}; did you mean ${near}?`,
    ])
  })
}

test('a unit that is like none is told of a file of units', () => {
  for (const unit of ['furlong', '€', 'constructor', 'x'.repeat(100_000)]) {
    const [problem = ''] = problemsOf({ datatype: 'float', unit })
    assert.match(problem, /^Vehicle\.A\.unit: there is no unit ".*; units beside those of VSS need a file of units$/)
  }
})

test('units may be written in any case, and are called what VSS calls them', () => {
  const { tree, problems } = readVss({ A: { type: 'sensor', datatype: 'float', unit: 'KM/H' } })
  assert.deepEqual(problems, [])
  assert.equal(tree.signals.get('A')?.unit, 'km/h')
})

test('a unit is for some data types', () => {
  assert.deepEqual(problemsOf({ datatype: 'string', unit: 'V' }), [
    'Vehicle.A.unit: V is no unit of string, but of numeric',
  ])
  assert.deepEqual(problemsOf({ datatype: 'double', unit: 'unix-time' }), [
    'Vehicle.A.unit: unix-time is no unit of double, but of uint32, uint64, int64',
  ])
  assert.deepEqual(problemsOf({ datatype: 'Types.Pose', unit: 'm' }), [
    'Vehicle.A.unit: m is no unit of Types.Pose, but of numeric',
  ])
  assert.deepEqual(problemsOf({ datatype: 'uint8[3]', unit: 'V' }), [])
  assert.deepEqual(problemsOf({ datatype: 'uint32', unit: 'unix-time' }), [])
  assert.deepEqual(problemsOf({ datatype: 'string', unit: 'iso8601' }), [])
})

test('a file of units adds to those of VSS, by short and by long names', () => {
  const { units, problems } = readUnits({
    furlong: { definition: 'a', unit: 'Furlong of 220 yards', quantity: 'length', 'allowed-datatypes': ['int'] },
    score: { definition: 'a', qudt: { unit: 'u', 'quantity-kind': 'q' } },
  })
  assert.deepEqual(problems, [])
  assert.deepEqual(problemsOf({ datatype: 'uint8', unit: 'furlong' }, units), [])
  assert.deepEqual(problemsOf({ datatype: 'uint8', unit: 'furlong of 220 yards' }, units), [])
  assert.deepEqual(problemsOf({ datatype: 'string', unit: 'score' }, units), [])
  assert.deepEqual(problemsOf({ datatype: 'float', unit: 'furlong' }, units), [
    'Vehicle.A.unit: furlong is no unit of float, but of int',
  ])
  assert.deepEqual(problemsOf({ datatype: 'float', unit: 'km' }, units), [])
  assert.deepEqual(problemsOf({ datatype: 'float', unit: 'furlongs' }, units), [
    'Vehicle.A.unit: there is no unit "furlongs"; did you mean furlong?',
  ])
})

test('says all that is wrong with a file of units, and where', () => {
  const told = (json: Json) => readUnits(json).problems.map(({ path, message }) => `${path}: ${message}`)
  assert.deepEqual(
    told({ a: null, b: {}, c: { quantity: 5 }, d: { quantity: 'q', 'allowed-datatypes': ['int', 'number'], unit: 1 } }),
    [
      'a: expected an object, got null',
      'a.quantity: is missing',
      'b.quantity: is missing',
      'c.quantity: expected a text, got 5',
      'd.unit: expected a text, got 1',
      'd.allowed-datatypes: there is no data type number',
    ],
  )
  for (const json of [null, 5, 'x', [], {}]) assert.equal(readUnits(json).problems.length > 0, true)
})

test('only numbers can be outside a range, whose ends belong to it', () => {
  const range = { min: 0, max: 100 }
  for (const value of [-0.1, 100.1, parseJson('18446744073709551615')]) assert.equal(isOutside(value, range), true)
  for (const value of [0, 100, '101', null, { value: 101 }, true]) assert.equal(isOutside(value, range), false)
  assert.equal(isOutside(-1, { max: 0 }), false)
  assert.equal(isOutside(1, { max: 0 }), true)
  assert.equal(isOutside(1, undefined), false)
})
