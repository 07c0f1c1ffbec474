import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entityPath, segment } from './path.ts'

for (const [id, sent] of [
  ['soc', 'soc'],
  ['a/b', 'a%2Fb'],
  ['a?b#c', 'a%3Fb%23c'],
  ['100%', '100%25'],
  ['ü ', '%C3%BC%20'],
  ['...', '...'],
] as const) {
  test(`sends ${JSON.stringify(id)} as ${sent}`, () => {
    assert.equal(segment(id), sent)
  })
}

for (const id of ['', '.', '..', '\ud800']) {
  test(`never sends ${JSON.stringify(id)}`, () => {
    assert.throws(() => entityPath('/components', id), { code: 'invalid-request' })
  })
}
