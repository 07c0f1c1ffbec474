import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '@opensovd/base/testing'
import { configured, configuredWell } from '../testing/config.ts'

const folder = temporaryFolder({ after })

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const section = (vss: string, mapping: string) => `[catalog]\nvss_file = '${vss}'\nmapping_file = '${mapping}'`

test('there is no catalog unless it is configured', () => {
  assert.equal(configuredWell('').config.catalog, undefined)
})

test('a tree and a mapping make a catalog, each in JSON or in YAML', () => {
  const example = (name: string) => fileURLToPath(new URL(`../../../../docs/examples/catalog/${name}`, import.meta.url))
  for (const vss of ['vss.json', 'vss.yaml']) {
    const units = `units_file = '${example('units.yaml')}'`
    const { config } = configuredWell(`${section(example(vss), example('mapping.yaml'))}\n${units}`)
    const bms = config.catalog?.entities.get('component')?.get('bms')
    assert.equal(bms?.data.get('soc')?.signal?.unit, 'percent')
    assert.equal(config.catalog?.schemaVersion, '1.2.0')
  }
})

test('says all that is wrong with both files, and where', () => {
  const vss = file('vss.json', '{"Vehicle":{"type":"branch","children":{"A":{"type":"sensor"},"B":{"type":"x"}}}}')
  const mapping = file('mapping.yaml', 'component:\n  bms: {}\n')
  assert.deepEqual(configured(section(vss, mapping)), [
    `catalog.vss_file: ${vss}: Vehicle.A.datatype: is missing`,
    `catalog.vss_file: ${vss}: Vehicle.B.type: expected branch, sensor, actuator or attribute, got "x"`,
  ])
  assert.deepEqual(configured(`[catalog]\nmapping_file = '${mapping}'`), [
    `catalog.mapping_file: ${mapping}: component: unknown; there are schemaVersion, components, apps, functions, areas`,
  ])
})

test('a tree may have units that a file names, and no others', () => {
  const vss = file(
    'units.json',
    JSON.stringify({
      Vehicle: { type: 'branch' },
      'Vehicle.Range': { type: 'sensor', datatype: 'float', unit: 'furlong' },
      'Vehicle.Speed': { type: 'sensor', datatype: 'float', unit: 'kmh' },
    }),
  )
  const mapping = file('ranges.json', '{"components":{"bms":{"data":{"range":"Vehicle.Range"}}}}')
  const told = [
    `catalog.vss_file: ${vss}: Vehicle.Range.unit: there is no unit "furlong"; units beside those of VSS need a file of units`,
    `catalog.vss_file: ${vss}: Vehicle.Speed.unit: there is no unit "kmh"; did you mean km/h?`,
  ]
  assert.deepEqual(configured(section(vss, mapping)), told)
  const furlong = 'furlong:\n  definition: 220 yards\n  quantity: length\n'
  const units = file('units.yaml', furlong)
  assert.deepEqual(configured(`${section(vss, mapping)}\nunits_file = '${units}'`), [told[1]])
  const all = file('all.yaml', `${furlong}kmh:\n  definition: as others write it\n  quantity: velocity\n`)
  const { config } = configuredWell(`${section(vss, mapping)}\nunits_file = '${all}'`)
  assert.equal(config.catalog?.entities.get('component')?.get('bms')?.data.get('range')?.signal?.unit, 'furlong')
})

test('says what is wrong with a file of units, and nothing of a tree that may need it', () => {
  const vss = file('unit.json', '{"A":{"type":"sensor","datatype":"float","unit":"furlong"}}')
  const mapping = file('empty.json', '{}')
  const units = file('wrong.yaml', 'furlong:\n  definition: 220 yards\n')
  assert.deepEqual(configured(`${section(vss, mapping)}\nunits_file = '${units}'`), [
    `catalog.units_file: ${units}: furlong.quantity: is missing`,
  ])
  assert.deepEqual(configured(`[catalog]\nmapping_file = '${mapping}'\nunits_file = '${file('u.yaml', '5')}'`), [
    'catalog.units_file: needs catalog.vss_file as well',
    `catalog.units_file: ${join(folder, 'u.yaml')}: expected an object, got 5`,
    `catalog.units_file: ${join(folder, 'u.yaml')}: expected units, got none`,
  ])
})

test('says when a file is not there, or not what its name says', () => {
  const broken = file('broken.yaml', 'a: [1')
  const problems = configured(section(join(folder, 'none.json'), broken))
  assert.ok(Array.isArray(problems))
  assert.equal(problems[0], `catalog.vss_file: ${join(folder, 'none.json')} cannot be read: no such file`)
  assert.match(problems[1], /^catalog\.mapping_file: .*broken\.yaml is no YAML: /)
  assert.deepEqual(configured(`[catalog]\nvss_file = '${file('v.json', '{}')}'`), [
    'catalog.vss_file: needs catalog.mapping_file as well',
    `catalog.vss_file: ${join(folder, 'v.json')}: expected the nodes of a tree, got none`,
  ])
})

test('counts the problems that are too many to tell', () => {
  const data = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`d${n}`, 5]))
  const mapping = file('many.json', JSON.stringify({ components: { bms: { data } } }))
  const problems = configured(`[catalog]\nmapping_file = '${mapping}'`)
  assert.ok(Array.isArray(problems))
  assert.equal(problems.length, 51)
  assert.match(problems[50], /and 10 more problems$/)
})
