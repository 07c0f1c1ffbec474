import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowedMethods, KnownPaths } from './known-paths.ts'

function paths(): KnownPaths {
  const known = new KnownPaths()
  known.add('served', 'GET', '/c/{c}/data/{d}')
  known.add('served', 'PUT', '/c/{c}/data/{d}')
  known.add('served', 'POST', '/c/{c}/data/bulk-read')
  known.add('planned', 'GET', '/c/{c}/data/subscribe')
  known.add('planned', 'GET', '/c/{c}/lock')
  return known
}

test('finds the template of a path, a word before a parameter', () => {
  const known = paths()
  const templateOf = (url: string) => known.find(url)?.template
  assert.equal(templateOf('/c/bms/data/soc?$top=1'), '/c/{c}/data/{d}')
  assert.equal(templateOf('/c/bms/data/bulk-read'), '/c/{c}/data/bulk-read')
  assert.equal(templateOf('/c/data/lock'), '/c/{c}/lock')
  for (const url of ['/c/bms/data', '/c/bms/data/soc/', '/d/bms/lock', '', '/'])
    assert.equal(templateOf(url), undefined)
})

test('says what may be asked of a path, GET with HEAD', () => {
  const known = paths()
  const allowed = (url: string) => {
    const path = known.find(url)
    return path && allowedMethods(path)
  }
  assert.deepEqual(allowed('/c/bms/data/soc'), ['GET', 'PUT', 'HEAD', 'OPTIONS'])
  assert.deepEqual(allowed('/c/bms/data/bulk-read'), ['POST', 'OPTIONS'])
})

test('knows which words a parameter would swallow', () => {
  const shadowed = [...paths().shadowed()].map(({ path, method }) => `${method} ${path.template}`)
  assert.deepEqual(shadowed.sort(), [
    'GET /c/{c}/data/bulk-read',
    'GET /c/{c}/data/subscribe',
    'PUT /c/{c}/data/bulk-read',
    'PUT /c/{c}/data/subscribe',
  ])
})
