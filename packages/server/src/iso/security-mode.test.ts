import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@opensovd/base'
import { type Entity, MemoryBackend, type ModeFacet } from '@opensovd/core'
import { openCheckedFixture } from './testing/checked-fixture.ts'

/** A component whose modes take what `exchange` says. */
function lockable(exchange?: ModeFacet['exchange']): Entity {
  const modes: ModeFacet = {
    list: async () => [{ id: 'security', value: 'Locked', values: [] }],
    set: async () => {},
    ...(exchange ? { exchange } : {}),
  }
  return { kind: 'component', id: 'ecu', name: 'ECU', connectionState: 'connected', facets: { modes } }
}

const security = '/components/ecu/modes/security'

test('a seed is in the answer to its request, and the key of it reaches the source [17978-3 8.3]', async () => {
  const asked: unknown[] = []
  const exchange = async (groupId: string, request: { value: string; parameters: JsonObject }): Promise<JsonObject> => {
    asked.push([groupId, request.value, JSON.stringify(request.parameters)])
    return request.value.endsWith('_RequestSeed') ? { seed: { Request_Seed: '0x01 0x02' }, secret: 1 } : {}
  }
  await using fixture = await openCheckedFixture({ backends: [new MemoryBackend('memory', [lockable(exchange)])] })
  const seed = await fixture.send('PUT', security, { value: 'Level_5_RequestSeed' })
  assert.deepEqual(seed.json, {
    id: 'security',
    value: 'Level_5_RequestSeed',
    seed: { Request_Seed: '0x01 0x02' },
  })
  const unlocked = await fixture.send('PUT', security, { value: 'Level_5', key: { Send_Key: '0x0e 0x0f' } })
  assert.deepEqual(unlocked.json, { id: 'security', value: 'Level_5' })
  assert.deepEqual(asked, [
    ['security', 'Level_5_RequestSeed', '{}'],
    ['security', 'Level_5', '{"key":{"Send_Key":"0x0e 0x0f"}}'],
  ])
})

test('a key for a source that takes none is a bad request', async () => {
  await using fixture = await openCheckedFixture({ backends: [new MemoryBackend('memory', [lockable()])] })
  const reply = await fixture.send('PUT', security, { value: 'Level_5', key: { Send_Key: '0x00' } })
  assert.equal(reply.status, 400)
  assert.match(reply.json.message, /mode 'security' takes nothing but a value/)
})
