import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Facets, MemoryBackend } from '@opensovd/core'
import type { Fixture } from '../testing/fixture.ts'
import { BASE, openCheckedFixture } from './testing/checked-fixture.ts'

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

describe('bulk configurations [17978-3 7.12]', () => {
  const open = (writable = true) => {
    const files = new Map<string, Uint8Array>([['map', new Uint8Array([1, 2, 3, 255])]])
    const facets: Facets = {
      configurations: {
        readAll: async () => ({ limit: 5 }),
        list: async () => [
          { id: 'limit', name: 'Limit', type: 'parameter' },
          { id: 'map', name: 'Map', type: 'bulk', contentType: 'application/x-map', version: '7', tags: ['nav'] },
        ],
        read: async (id) => (id === 'limit' ? 5 : null),
        write: async () => {},
        readBulk: async (id) => files.get(id) ?? new Uint8Array(),
        ...(writable
          ? {
              writeBulk: async (id: string, bytes: Uint8Array) => {
                files.set(id, bytes)
              },
            }
          : {}),
      },
    }
    const entity = { kind: 'component', id: 'hu', name: 'HU', connectionState: 'connected', facets } as const
    return openCheckedFixture({ backends: [new MemoryBackend('hu', [entity])] })
  }
  const at = '/components/hu/configurations'

  test('are listed with their type, version and tags', async () => {
    await using fixture = await open()
    assert.deepEqual((await fixture.get(at)).json.items, [
      { id: 'limit', name: 'Limit', type: 'parameter' },
      { id: 'map', name: 'Map', type: 'bulk', version: '7', content_type: 'application/x-map', tags: ['nav'] },
    ])
    assert.deepEqual(
      (await fixture.get(`${at}?tags=nav`)).json.items.map(({ id }: { id: string }) => id),
      ['map'],
    )
  })

  test('are read and written as the bytes they are', async () => {
    await using fixture = await open()
    const url = `${fixture.url}${BASE}${at}/map`
    const read = async () => {
      const response = await fetch(url, { headers: { accept: 'text/html, application/x-map;q=0.5' } })
      assert.equal(response.status, 200)
      assert.equal(response.headers.get('content-type'), 'application/x-map')
      return [...new Uint8Array(await response.arrayBuffer())]
    }
    assert.deepEqual(await read(), [1, 2, 3, 255])
    for (const type of ['application/x-map', 'application/octet-stream']) {
      const written = await fetch(url, {
        method: 'PUT',
        headers: { 'content-type': type },
        body: new Uint8Array([0, 9]),
      })
      assert.equal(written.status, 204)
      assert.deepEqual(await read(), [0, 9])
    }
  })

  test('are written by who names what is there, and by nobody who names something else [RFC 9110 13.1.1]', async () => {
    await using fixture = await open()
    const url = `${fixture.url}${BASE}${at}/map`
    const write = async (ifMatch: string, ...content: number[]) => {
      const headers = { 'content-type': 'application/x-map', accept: 'application/json', 'if-match': ifMatch }
      return (await fetch(url, { method: 'PUT', headers, body: new Uint8Array(content) })).status
    }
    const read = async () => {
      const response = await fetch(url)
      return { tag: response.headers.get('etag') ?? '', bytes: [...new Uint8Array(await response.arrayBuffer())] }
    }
    const before = await read()
    assert.match(before.tag, /^"[0-9a-f]+"$/)
    assert.equal(await write('"other"', 1), 412)
    assert.equal(await write(`W/${before.tag}`, 1), 412)
    assert.equal(await write(before.tag, 4, 5), 204)
    assert.deepEqual((await read()).bytes, [4, 5])
    assert.equal(await write(before.tag, 6), 412)
    assert.equal(await write('*', 7), 204)
    const known = await read()
    assert.deepEqual(known.bytes, [7])
    assert.equal((await fetch(url, { headers: { 'if-none-match': known.tag } })).status, 304)
  })

  test('and parameters are not had by who accepts something else', async () => {
    await using fixture = await open()
    for (const [id, accept] of [
      ['map', 'application/json'],
      ['limit', 'application/x-map'],
    ] as const) {
      const reply = await fixture.get(`${at}/${id}`, { accept })
      assert.equal(reply.status, 406, id)
      assert.equal(reply.json.vendor_code, 'not-acceptable')
    }
    assert.deepEqual((await fixture.get(`${at}/limit?include-schema=true`, { accept: 'application/*' })).json.data, 5)
  })

  test('are not written with content of another type, and parameters not with bytes', async () => {
    await using fixture = await open()
    const put = (id: string, type: string, body: unknown) =>
      fixture.send('PUT', `${at}/${id}`, body, { 'content-type': type })
    assert.equal((await put('map', 'text/plain', 'x')).status, 415)
    assert.equal((await put('map', 'application/json', { data: 1 })).status, 415)
    assert.equal((await put('limit', 'application/x-map', 'x')).status, 415)
    assert.equal((await put('none', 'application/x-map', 'x')).status, 404)
    assert.equal((await put('map', 'application/x-map', 'x'.repeat(17 * 1024 * 1024))).status, 413)
    assert.equal((await fixture.get(`${at}/limit`)).json.data, 5)
  })

  test('that cannot be written say so', async () => {
    await using fixture = await open(false)
    const reply = await fixture.send('PUT', `${at}/map`, 'x', { 'content-type': 'application/x-map' })
    assert.equal(reply.status, 501)
  })
})
