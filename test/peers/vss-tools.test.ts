import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parseJson } from '@opensovd/base'
import { readUnits, readVss } from '@opensovd/core'
import { parse } from 'yaml'
import { missingPythonPeer, python } from './peer.ts'

const QUANTITIES = `temperature:
  definition: how hot it is
relation:
  definition: a part of a whole
usage:
  definition: how much it was used
`
const UNITS = `celsius:
  definition: degrees
  unit: degree celsius
  quantity: temperature
  allowed-datatypes: ['numeric']
percent:
  definition: of a hundred
  unit: percent
  quantity: relation
  allowed-datatypes: ['numeric']
Door-Turns:
  definition: times that a door was opened
  unit: turns of a door
  quantity: usage
  allowed-datatypes: ['uint16', 'uint32']
`
const TREE = `Vehicle:
  type: branch
  description: A vehicle.
Vehicle.Cabin:
  type: branch
  description: Inside.
Vehicle.Cabin.Temperature:
  datatype: float
  type: sensor
  unit: celsius
  min: -40
  max: 85
  description: Of the air.
Vehicle.Cabin.Fan:
  datatype: uint8
  type: actuator
  unit: percent
  max: 100
  description: How fast the fan is.
Vehicle.Cabin.Mode:
  datatype: string
  type: actuator
  allowed: ['AUTO', 'MANUAL']
  description: Who decides.
Vehicle.Cabin.Door:
  type: branch
  instances: ['Left', 'Right']
  description: Doors.
Vehicle.Cabin.Door.IsOpen:
  datatype: boolean
  type: sensor
  description: Whether it is open.
Vehicle.Cabin.Door.Turns:
  datatype: uint32
  type: sensor
  unit: door-turns
  description: How often it was opened.
`

function exported(t: TestContext, format: 'json' | 'yaml', tree = TREE): string {
  const folder = mkdtempSync(join(tmpdir(), 'vss-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries({ 'q.yaml': QUANTITIES, 'u.yaml': UNITS, 'v.vspec': tree })) {
    writeFileSync(join(folder, name), text)
  }
  const script = 'from vss_tools.cli import cli; cli()'
  const options = ['export', format, '-q', 'q.yaml', '-u', 'u.yaml', '-s', 'v.vspec', '-o', 'out']
  execFileSync(python, ['-c', script, ...options], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '400' },
    stdio: 'pipe',
  })
  return readFileSync(join(folder, 'out'), 'utf8')
}

const { units, problems: problemsOfUnits } = readUnits(parse(UNITS))

for (const format of ['json', 'yaml'] as const) {
  test(`reads a tree as vss-tools export it to ${format}`, { skip: missingPythonPeer('vss_tools') }, (t) => {
    const text = exported(t, format)
    const { tree, problems } = readVss(format === 'json' ? parseJson(text) : parse(text), units)
    assert.deepEqual([problemsOfUnits, problems], [[], []])
    assert.deepEqual([...tree.signals.keys()].toSorted(), [
      'Vehicle.Cabin.Door.Left.IsOpen',
      'Vehicle.Cabin.Door.Left.Turns',
      'Vehicle.Cabin.Door.Right.IsOpen',
      'Vehicle.Cabin.Door.Right.Turns',
      'Vehicle.Cabin.Fan',
      'Vehicle.Cabin.Mode',
      'Vehicle.Cabin.Temperature',
    ])
    const temperature = tree.signals.get('Vehicle.Cabin.Temperature')
    assert.deepEqual([temperature?.unit, temperature?.min, temperature?.max], ['celsius', -40, 85])
    assert.equal(tree.signals.get('Vehicle.Cabin.Door.Left.Turns')?.unit, 'Door-Turns')
  })
}

test('a tree needs the units file that vss-tools took for it', { skip: missingPythonPeer('vss_tools') }, (t) => {
  const { problems } = readVss(parseJson(exported(t, 'json')))
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['Vehicle.Cabin.Door.Left.Turns.unit', 'Vehicle.Cabin.Door.Right.Turns.unit'],
  )
})

/** The unit and the data type of a signal, and whether the tools take them. */
for (const [unit, datatype, isTaken] of [
  ['celsius', 'float', true],
  ['CELSIUS', 'int8', true],
  ['celsius', 'string', false],
  ['celsius', 'boolean', false],
  ['celsius', 'float[]', true],
  ['celsius', 'string[]', false],
  ['turns of a door', 'uint16', true],
  ['door-turns', 'uint32[]', true],
  ['door-turns', 'uint8', true],
  ['door-turns', 'uint64', false],
  ['door-turns', 'int16', false],
  ['door-turns', 'float', false],
  ['celcius', 'float', false],
  ['furlong', 'float', false],
] as const) {
  const title = `${isTaken ? 'takes' : 'refuses'} ${datatype} in ${unit}, as vss-tools do`
  test(title, { skip: missingPythonPeer('vss_tools') }, (t) => {
    const leaf = `  type: sensor\n  datatype: ${datatype}\n  unit: ${unit}\n  description: a\n`
    const tree = `Vehicle:\n  type: branch\n  description: v\nVehicle.A:\n${leaf}`
    assert.equal(readVss(parse(tree), units).problems.length === 0, isTaken)
    if (isTaken) exported(t, 'json', tree)
    else assert.throws(() => exported(t, 'json', tree), { stdout: /is not a valid unit|is not allowed for unit/ })
  })
}
