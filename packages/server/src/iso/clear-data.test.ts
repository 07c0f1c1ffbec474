import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryBackend } from '@opensovd/core'
import { openCheckedFixture } from './testing/checked-fixture.ts'

const PATH = '/components/engine/clear-data'

function openEngine(clear: (type: string) => Promise<void>) {
  const engine = {
    kind: 'component',
    id: 'engine',
    name: 'Engine',
    connectionState: 'connected',
    facets: {
      data: { list: async () => [], read: async (id: string) => ({ id, value: 1 }) },
      clearData: { types: ['learned-data'], clear },
    },
  } as const
  return openCheckedFixture({ backends: [new MemoryBackend('memory', [engine])] })
}

async function settled(fixture: Awaited<ReturnType<typeof openEngine>>) {
  for (;;) {
    const { json } = await fixture.get(`${PATH}/status?include-schema=true`)
    if (json.status !== 'running') return json
  }
}

test('an entity forgets what it can, and tells how far it is', async () => {
  const begun = Promise.withResolvers<void>()
  await using fixture = await openEngine(() => begun.promise)
  const { json } = await fixture.get(PATH)
  assert.deepEqual(Object.keys(json), ['status', 'learned-data', 'client-defined-resources'])
  assert.equal((await fixture.get(`${PATH}/status`)).json.status, 'notRequested')
  const started = await fixture.send('PUT', `${PATH}/learned-data`)
  assert.deepEqual([started.status, started.headers.get('location')], [202, `/vehicle/v1${PATH}/status`])
  assert.equal((await fixture.get(`${PATH}/status`)).json.status, 'running')
  const again = await fixture.send('PUT', `${PATH}/client-defined-resources`)
  assert.deepEqual([again.status, again.json.message], [409, "component 'engine' is clearing learned-data already"])
  begun.resolve()
  const { status, type, progress } = await settled(fixture)
  assert.deepEqual([status, type, progress], ['completed', 'learned-data', 100])
})

test('says why it could not, and what it cannot at all', async () => {
  await using fixture = await openEngine(async () => {
    throw new Error('the engine runs')
  })
  await fixture.send('PUT', `${PATH}/learned-data`)
  const { status, error } = await settled(fixture)
  assert.deepEqual([status, error.message], ['failed', 'the engine runs'])
  assert.equal((await fixture.send('PUT', `${PATH}/cached-data`)).status, 501)
  assert.equal((await fixture.send('PUT', '/components/none/clear-data/cached-data')).status, 404)
})

test('forgets what clients made', async () => {
  await using fixture = await openCheckedFixture()
  const entity = '/components/bms'
  await fixture.send('POST', `${entity}/data-lists`, { ids: ['vin'] })
  const subscription = {
    resource: '/vehicle/v1/components/bms/data/vin',
    protocol: 'sse',
    interval: 'slow',
    duration: 60,
  }
  assert.equal((await fixture.send('POST', `${entity}/cyclic-subscriptions`, subscription)).status, 201)
  await fixture.send('PUT', `${entity}/clear-data/client-defined-resources`)
  while ((await fixture.get(`${entity}/clear-data/status`)).json.status === 'running');
  for (const list of ['data-lists', 'cyclic-subscriptions', 'triggers']) {
    assert.deepEqual((await fixture.get(`${entity}/${list}`)).json, { items: [] })
  }
})
