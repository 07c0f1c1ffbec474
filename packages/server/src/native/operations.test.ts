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

for (const [kind, collection] of [
  ['component', 'components'],
  ['app', 'apps'],
  ['function', 'funcs'],
] as const) {
  test(`parameters of an operation of a ${kind} that look like hex text and are none are refused`, async () => {
    const started: unknown[] = []
    const operations: OperationFacet = {
      list: async () => [{ id: 'test', name: 'Test' }],
      start: async (_id, parameters) => {
        started.push(parameters)
        return { state: { status: 'completed' } }
      },
      state: async () => ({ status: 'completed' }),
    }
    const entity: Entity = { kind, id: 'bms', name: 'BMS', connectionState: 'connected', facets: { operations } }
    await using fixture = await openFixture({ backends: [new MemoryBackend('memory', [entity])] })
    const start = (params: string) => fixture.send('POST', `/sovd/v1/${collection}/bms/operations/test`, { params })
    for (const params of ['0xzz', '0x', '0X123', '0x12 34']) {
      const { status, json } = await start(params)
      assert.equal(status, 400, params)
      assert.equal(json.error.target, 'params')
      assert.equal(json.error.message, "params: expected hex digits after '0x', two for each byte")
    }
    assert.deepEqual(started, [])
    const taken = ['0x12aB', '0Xff', 'zz', '']
    for (const params of taken) assert.equal((await start(params)).status, 202, params)
    assert.deepEqual(started, taken)
  })
}
