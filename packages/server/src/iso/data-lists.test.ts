import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DataFacet, type Entity, MemoryBackend } from '@opensovd/core'
import { openCheckedFixture } from './testing/checked-fixture.ts'

const PATH = '/components/engine/data-lists'

function engine(more: Partial<DataFacet> = {}): MemoryBackend {
  const ids = ['rpm', 'vin', 'oil']
  const data: DataFacet = {
    list: async () => ids.map((id) => ({ id, name: id.toUpperCase(), access: 'readOnly', dataType: 'integer' })),
    read: async (id) => ({ id, value: id.length }),
    ...more,
  }
  const entity: Entity = { kind: 'component', id: 'engine', name: 'E', connectionState: 'connected', facets: { data } }
  return new MemoryBackend('memory', [entity])
}

test('a list is made, read, listed, and forgotten', async () => {
  await using fixture = await openCheckedFixture({ backends: [engine()] })
  const made = await fixture.send('POST', PATH, { ids: ['vin', 'rpm', 'vin'] })
  assert.equal(made.status, 201)
  assert.equal(made.headers.get('location'), `/vehicle/v1${PATH}/${made.json.id}`)
  assert.equal(made.headers.get('x-sovd-retention-timeout'), '3600')
  const { json } = await fixture.get(`${PATH}/${made.json.id}?include-schema=true`)
  assert.deepEqual(json.items, [
    { id: 'vin', data: 3 },
    { id: 'rpm', data: 3 },
  ])
  const [listed] = (await fixture.get(PATH)).json.items
  assert.deepEqual([listed.id, listed.items.map(({ name }: { name: string }) => name)], [made.json.id, ['VIN', 'RPM']])
  assert.equal((await fixture.send('DELETE', `${PATH}/${made.json.id}`)).status, 204)
  assert.equal((await fixture.get(`${PATH}/${made.json.id}`)).status, 404)
})

test('one request to the source reads a list; an item that cannot be read says why', async () => {
  const asked: (readonly string[])[] = []
  const readMany: DataFacet['readMany'] = async (ids) => {
    asked.push(ids)
    return ids.map((id) => (id === 'oil' ? { id, error: 'no sensor' } : { id, value: 7 }))
  }
  await using fixture = await openCheckedFixture({ backends: [engine({ readMany })] })
  const { json: made } = await fixture.send('POST', PATH, { ids: ['rpm', 'oil'] })
  const { json } = await fixture.get(`${PATH}/${made.id}`)
  assert.deepEqual(asked, [['rpm', 'oil']])
  assert.deepEqual(json.items[0], { id: 'rpm', data: 7 })
  assert.deepEqual([json.items[1].id, json.items[1].errors[0].error.message], ['oil', 'no sensor'])
})

test('a list has items that there are', async () => {
  await using fixture = await openCheckedFixture({ backends: [engine()] })
  const unknown = await fixture.send('POST', PATH, { ids: ['rpm', 'x', 'y'] })
  assert.deepEqual([unknown.status, unknown.json.message], [400, 'there is no data x, y'])
  assert.equal((await fixture.send('POST', PATH, { ids: [] })).status, 400)
  assert.equal((await fixture.send('POST', PATH, {})).status, 400)
  assert.equal((await fixture.send('POST', '/components/none/data-lists', { ids: ['rpm'] })).status, 404)
})

test('there are as many lists as may be, and no more', async () => {
  await using fixture = await openCheckedFixture({ backends: [engine()], domain: { dataLists: { maxLists: 2 } } })
  for (const status of [201, 201, 503]) {
    assert.equal((await fixture.send('POST', PATH, { ids: ['rpm'] })).status, status)
  }
})
