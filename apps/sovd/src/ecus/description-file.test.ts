import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ConfigError, formatProblem } from '../config/problem.ts'
import { readDescriptionFile } from './description-file.ts'

const GATEWAY = 'version: 1\ngateway: { address: 1, vin: W0L000043MB541326, eid: 0a0000000001, gid: 0a0000000002 }\n'

/** What a text makes: the ids of its ECUs, or the lines of problems it has. */
function read(text: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ecu-'))
  const file = join(folder, 'ecu.yaml')
  try {
    writeFileSync(file, text)
    return readDescriptionFile(file).ecus.map(({ id }) => id)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ''))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('reads the shipped description', () => {
  const file = fileURLToPath(new URL('../../../../docs/examples/ecus/powertrain.yaml', import.meta.url))
  assert.deepEqual(
    readDescriptionFile(file).ecus.map(({ id }) => id),
    ['engine', 'transmission', 'battery'],
  )
})

test('reads JSON, and mappings that are merged', () => {
  const gateway = { address: 1, vin: 'W0L000043MB541326', eid: '0a0000000001', gid: '0a0000000002' }
  assert.deepEqual(read(JSON.stringify({ version: 1, gateway, ecus: [{ id: 'a', address: 2 }] })), ['a'])
  assert.deepEqual(read(`${GATEWAY}ecus:\n  - &first { id: a, address: 2 }\n  - { <<: *first, id: b, address: 3 }\n`), [
    'a',
    'b',
  ])
})

test('an ECU, its address and what can be asked of it are enough', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../../docs/ecus.md', import.meta.url)), 'utf8')
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
  assert.deepEqual(read(example.replaceAll(/^ {3}/gm, '')), ['engine'])
})

test('says line and column of every problem', () => {
  assert.deepEqual(read(`${GATEWAY}ecus:\n  - id: a b\n    address: 0\n    colour: red\n`).map(withoutList), [
    'ecus[0].colour: unknown (ecu.yaml:6:13)',
    'ecus[0].id: must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$, got "a b" (ecu.yaml:4:9)',
    'ecus[0].address: must be at least 1, got 0 (ecu.yaml:5:14)',
  ])
})

const withoutList = (problem: string) => problem.replace(/unknown; there are [^()]*/, 'unknown ')

test('says where a text is no YAML', () => {
  assert.deepEqual(read('a: [1\nb: 2'), [
    'not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] (ecu.yaml:2:1)',
  ])
  assert.deepEqual(read('a: 1\na: 2'), ['not YAML: Map keys must be unique (ecu.yaml:2:1)'])
})

test('a text that blows itself up by aliases is refused', () => {
  const levels = [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...'bcdefg'.split('').map((name, at) => {
      const before = `*${'abcdefg'[at]}`
      return `${name}: &${name} [${Array.from({ length: 10 }, () => before).join(',')}]`
    }),
  ]
  assert.match(read(levels.join('\n'))[0] ?? '', /^not YAML: .*alias/)
})

test('a file that is not there is a problem', () => {
  assert.throws(
    () => readDescriptionFile('/nowhere/ecu.yaml'),
    /^ConfigError: cannot be read: no such file \(\/nowhere\/ecu.yaml\)$/,
  )
})
