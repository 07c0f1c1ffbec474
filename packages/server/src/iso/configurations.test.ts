import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { MemoryBackend } from '@opensovd/core'
import type { Fixture } from '../testing/fixture.ts'
import { openCheckedFixture } from './testing/checked-fixture.ts'

const configurations = '/components/bms/configurations'

describe('configurations [17978-3 7.12]', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openCheckedFixture()
  })
  after(() => fixture[Symbol.asyncDispose]())

  test('are listed as parameters', async () => {
    for (const query of ['', '?include-schema=true']) {
      assert.deepEqual((await fixture.get(configurations + query)).json.items, [
        { id: 'max-cell-voltage', name: 'max-cell-voltage', type: 'parameter' },
        { id: 'label', name: 'label', type: 'parameter' },
      ])
    }
    assert.deepEqual((await fixture.get(`${configurations}?tags=x`)).json.items, [])
  })

  test('are read and written', async () => {
    const path = `${configurations}/max-cell-voltage`
    assert.deepEqual((await fixture.get(path)).json, { id: 'max-cell-voltage', data: 4.2 })
    assert.equal((await fixture.get(`${path}?include-schema=true`)).status, 200)
    assert.equal((await fixture.send('PUT', path, '{"data":{"soft":12345678901234567890}}')).status, 204)
    assert.equal((await fixture.get(path)).text, '{"id":"max-cell-voltage","data":{"soft":12345678901234567890}}')
    assert.equal((await fixture.get('/apps/bms/configurations/max-cell-voltage')).json.data, 4.2)
  })

  test('that are not there are not found, whatever objects have by themselves', async () => {
    for (const id of ['none', 'constructor', '__proto__', 'toString']) {
      assert.equal((await fixture.get(`${configurations}/${id}`)).json.vendor_code, 'resource-not-found', id)
    }
  })

  test('have a DataError for a body of the wrong shape', async () => {
    const places: [body: string, path: string][] = [
      ['{}', '/data'],
      ['[]', ''],
      ['', ''],
      ['{"data":1,"signature":{}}', '/signature'],
    ]
    for (const [body, path] of places) {
      const headers = { 'content-type': 'application/json' }
      const { status, json } = await fixture.send('PUT', `${configurations}/label`, body, headers)
      assert.equal(status, 400, body)
      assert.equal(json.path, path)
      assert.equal(json.error.error_code, 'incomplete-request')
    }
    assert.equal((await fixture.get(`${configurations}/label`)).json.data, 'pack A')
  })

  test('of another type than JSON are refused', async () => {
    const reply = await fixture.send('PUT', `${configurations}/label`, 'x', {
      'content-type': 'application/octet-stream',
    })
    assert.equal(reply.status, 415)
    assert.equal(reply.json.vendor_code, 'unsupported-media-type')
  })

  test('that cannot be written say so', async () => {
    const facets = { configurations: { readAll: async () => ({ a: 1 }) } }
    const entity = { kind: 'area', id: 'fixed', name: 'Fixed', connectionState: 'connected', facets } as const
    await using fixed = await openCheckedFixture({ backends: [new MemoryBackend('fixed', [entity])] })
    assert.equal((await fixed.send('PUT', '/areas/fixed/configurations/a', { data: 1 })).status, 501)
  })
})
