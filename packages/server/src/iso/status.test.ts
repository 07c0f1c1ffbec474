import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '@opensovd/base'
import { type Entity, MemoryBackend } from '@opensovd/core'
import { openCheckedFixture } from './testing/checked-fixture.ts'

function component(id: string, more: Partial<Entity> = {}): Entity {
  return { kind: 'component', id, name: id, connectionState: 'connected', facets: {}, ...more }
}

test('tells whether an entity is ready, and does what is asked of it', async () => {
  const asked: Json[] = []
  const engine = component('engine', {
    facets: {
      lifecycle: {
        requests: ['restart', 'shutdown'],
        status: async () => (asked.length === 0 ? 'ready' : 'notReady'),
        request: async (request, parameters) => {
          asked.push([request, parameters ?? null])
        },
      },
    },
  })
  await using fixture = await openCheckedFixture({ backends: [new MemoryBackend('memory', [engine])] })
  const at = `${fixture.url}/vehicle/v1/components/engine/status`
  const { json } = await fixture.get('/components/engine/status')
  assert.deepEqual(json, { status: 'ready', restart: `${at}/restart`, shutdown: `${at}/shutdown` })
  const restart = await fixture.send('PUT', '/components/engine/status/restart', { parameters: { kind: 'soft' } })
  assert.deepEqual([restart.status, restart.headers.get('location')], [202, '/vehicle/v1/components/engine/status'])
  assert.equal((await fixture.send('PUT', '/components/engine/status/shutdown')).status, 202)
  assert.deepEqual(asked, [
    ['restart', { kind: 'soft' }],
    ['shutdown', null],
  ])
  assert.equal((await fixture.get('/components/engine/status')).json.status, 'notReady')
  assert.equal((await fixture.send('PUT', '/components/engine/status/force-restart', {})).status, 501)
})

test('what cannot tell is ready if it can be reached', async () => {
  const backend = new MemoryBackend('memory', [component('a'), component('b', { connectionState: 'disconnected' })])
  await using fixture = await openCheckedFixture({ backends: [backend] })
  assert.deepEqual((await fixture.get('/components/a/status')).json, { status: 'ready' })
  assert.deepEqual((await fixture.get('/components/b/status')).json, { status: 'notReady' })
  assert.equal((await fixture.get('/components/c/status')).status, 404)
})
