import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Entity, MemoryBackend, type OperationFacet } from '@opensovd/core'
import { openFixture } from '../testing/fixture.ts'

test('an operation that runs at its source is running, whatever became of our last execution', async () => {
  let running = false
  const operations: OperationFacet = {
    list: async () => [{ id: 'test', name: 'Test', running }],
    start: async () => ({ state: { status: 'completed' } }),
    state: async () => ({ status: 'completed' }),
  }
  const bms: Entity = {
    kind: 'component',
    id: 'bms',
    name: 'BMS',
    connectionState: 'connected',
    facets: { operations },
  }
  await using fixture = await openFixture({ backends: [new MemoryBackend('memory', [bms])] })
  const path = '/sovd/v1/components/bms/operations'
  const status = async () => (await fixture.get(path)).json.value[0].status
  assert.equal(await status(), 'idle')
  assert.equal((await fixture.send('POST', `${path}/test`)).status, 202)
  assert.equal(await status(), 'completed')
  running = true
  assert.equal(await status(), 'running')
})
