import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parseJson } from '@opensovd/base'
import { readVss } from '@opensovd/core'
import { parse } from 'yaml'
import { missingPythonPeer, python } from './peer.ts'

const QUANTITIES = 'temperature:\n  definition: how hot it is\nrelation:\n  definition: a part of a whole\n'
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
`

function exported(t: TestContext, format: 'json' | 'yaml'): string {
  const folder = mkdtempSync(join(tmpdir(), 'vss-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries({ 'q.yaml': QUANTITIES, 'u.yaml': UNITS, 'v.vspec': TREE })) {
    writeFileSync(join(folder, name), text)
  }
  const script = 'from vss_tools.cli import cli; cli()'
  const options = ['export', format, '-q', 'q.yaml', '-u', 'u.yaml', '-s', 'v.vspec', '-o', 'out']
  execFileSync(python, ['-c', script, ...options], { cwd: folder, stdio: 'pipe' })
  return readFileSync(join(folder, 'out'), 'utf8')
}

for (const format of ['json', 'yaml'] as const) {
  test(`reads a tree as vss-tools export it to ${format}`, { skip: missingPythonPeer('vss_tools') }, (t) => {
    const text = exported(t, format)
    const { tree, problems } = readVss(format === 'json' ? parseJson(text) : parse(text))
    assert.deepEqual(problems, [])
    assert.deepEqual([...tree.signals.keys()].toSorted(), [
      'Vehicle.Cabin.Door.Left.IsOpen',
      'Vehicle.Cabin.Door.Right.IsOpen',
      'Vehicle.Cabin.Fan',
      'Vehicle.Cabin.Mode',
      'Vehicle.Cabin.Temperature',
    ])
    const temperature = tree.signals.get('Vehicle.Cabin.Temperature')
    assert.deepEqual([temperature?.unit, temperature?.min, temperature?.max], ['celsius', -40, 85])
  })
}
