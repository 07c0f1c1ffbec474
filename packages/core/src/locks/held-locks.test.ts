import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '@opensovd/base/testing'
import { addChange } from './held-locks.ts'
import type { Change } from './undoing.ts'

function change(name: string, effect: Promise<boolean>): Change {
  return { entity: { kind: 'component', id: 'bms' }, collection: 'operations', name, effect, undo: async () => {} }
}

test('a lock remembers what had an effect, and forgets what was refused', async () => {
  const changes = new Map<string, Change>()
  const pending = Promise.withResolvers<boolean>()
  addChange({ changes }, change('fan', Promise.resolve(true)))
  addChange({ changes }, change('fan', Promise.resolve(false)))
  addChange({ changes }, change('slow', pending.promise))
  for (let nth = 0; nth < 100; nth++) addChange({ changes }, change(`no-such-${nth}`, Promise.resolve(false)))
  await settle()
  assert.deepEqual(
    Array.from(changes.values(), ({ name }) => name),
    ['fan', 'slow'],
  )
  addChange({ changes }, change('slow', Promise.resolve(true)))
  pending.resolve(false)
  await settle()
  assert.equal(changes.size, 2)
})
