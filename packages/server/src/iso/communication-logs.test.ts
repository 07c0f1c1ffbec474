import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CommunicationRecord, type Entity, MemoryBackend } from '@opensovd/core'
import { openCheckedFixture } from './testing/checked-fixture.ts'

const PATH = '/components/bms/communication-logs'

function linesOf(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

test('what clients say to an entity is recorded, and can be downloaded', async () => {
  await using fixture = await openCheckedFixture()
  const made = await fixture.send('POST', PATH, { level: 'all' })
  assert.deepEqual([made.status, made.json.status, made.json.stream], [201, 'active', false])
  assert.equal(made.headers.get('x-sovd-retention-timeout'), '3600')
  assert.deepEqual(made.json.config, { level: 'all' })
  await fixture.get('/components/bms/data/vin', { 'x-sovd-client-id': 'ann' })
  await fixture.get('/apps/bms/data/vin')
  await fixture.get('/components/bms/data/none')
  const path = made.json.log.slice(`${fixture.url}/vehicle/v1`.length)
  const lines = linesOf((await fixture.get(path)).text)
  assert.deepEqual(
    lines.map(({ protocol, client, request, response }) => [
      protocol,
      client,
      Object(request).method,
      Object(request).url,
      Object(response).status,
    ]),
    [
      ['http', undefined, 'POST', `/vehicle/v1${PATH}`, 201],
      ['http', 'ann', 'GET', '/vehicle/v1/components/bms/data/vin', 200],
      ['http', undefined, 'GET', '/vehicle/v1/components/bms/data/none', 404],
    ],
  )
  assert.equal(Object(Object(lines[1]?.response).body).id, 'vin')
  const read = await fixture.get(`${PATH}/${made.json.id}`)
  assert.equal(read.headers.get('x-sovd-retention-timeout'), '3600')
})

test('what is about no entity, or from nobody, is not recorded and does no harm', async () => {
  await using fixture = await openCheckedFixture()
  const { json } = await fixture.send('POST', PATH)
  assert.equal((await fixture.get('/planets/bms/data')).status, 404)
  assert.equal((await fixture.get('/components/bms/data', { 'x-sovd-client-id': 'x'.repeat(200) })).status, 200)
  const { text } = await fixture.get(`${PATH}/${json.id}/log`)
  assert.doesNotMatch(text, /planets/)
})

test('bodies with secrets are left out', async () => {
  await using fixture = await openCheckedFixture()
  const { json } = await fixture.send('POST', PATH)
  await fixture.send('PUT', '/components/bms/modes/security', { value: 'level_1', key: { Send_Key: 'c0ffee' } })
  const { text } = await fixture.get(`${PATH}/${json.id}/log`)
  assert.match(text, /modes\/security/)
  assert.doesNotMatch(text, /c0ffee/)
})

test('a recording pauses and goes on', async () => {
  await using fixture = await openCheckedFixture()
  const { json } = await fixture.send('POST', PATH)
  const log = `${PATH}/${json.id}`
  const control = async (action: string) => (await fixture.send('PUT', log, { action })).status
  assert.equal(await control('deactivate'), 204)
  assert.equal(await control('deactivate'), 409)
  await fixture.get('/components/bms/data')
  const paused = (await fixture.get(log)).json
  assert.deepEqual([paused.status, typeof paused.deactivated], ['inactive', 'string'])
  assert.doesNotMatch((await fixture.get(`${log}/log`)).text, /bms\/data/)
  assert.equal(await control('activate'), 204)
  assert.equal(await control('activate'), 409)
  await fixture.get('/components/bms/data')
  assert.match((await fixture.get(`${log}/log`)).text, /bms\/data/)
  assert.equal(await control('explode'), 400)
})

test('what was recorded outlives its log, unless it is to go, too', async () => {
  await using fixture = await openCheckedFixture()
  const [kept, gone] = [await fixture.send('POST', PATH), await fixture.send('POST', PATH)]
  assert.equal((await fixture.get(PATH)).json.length, 2)
  assert.equal((await fixture.send('DELETE', `${PATH}/${kept.json.id}`)).status, 204)
  assert.equal((await fixture.send('DELETE', `${PATH}/${gone.json.id}?delete_log=true`)).status, 204)
  assert.deepEqual((await fixture.get(PATH)).json, [])
  assert.equal((await fixture.get(`${PATH}/${kept.json.id}`)).status, 404)
  assert.equal((await fixture.get(`${PATH}/${kept.json.id}/log`)).status, 200)
  assert.equal((await fixture.get(`${PATH}/${gone.json.id}/log`)).status, 404)
})

test('exchanges with the source are recorded as well, and told as they happen', async () => {
  let listen: ((record: CommunicationRecord) => void) | undefined
  const ecu: Entity = {
    kind: 'component',
    id: 'bms',
    name: 'BMS',
    connectionState: 'connected',
    facets: {
      communication: {
        onExchange: (listener) => {
          listen = listener
          return () => {
            listen = undefined
          }
        },
      },
    },
  }
  await using fixture = await openCheckedFixture({ backends: [new MemoryBackend('memory', [ecu])] })
  const { json } = await fixture.send('POST', `${PATH}?stream=true`)
  assert.equal(json.stream, true)
  const response = await fetch(json.log)
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  assert.ok(response.body)
  listen?.({ protocol: 'uds', content: { request: '22f190', answer: '62f190' } })
  let text = ''
  for await (const chunk of response.body) {
    text += Buffer.from(chunk).toString()
    if (text.includes('62f190')) break
  }
  assert.match(text, /data: \{"timestamp":"[^"]+","payload":\{"timestamp":"[^"]+","protocol":"uds","request":"22f190"/)
  await fixture.send('DELETE', `${PATH}/${json.id}`)
  assert.equal(listen, undefined)
})

test('there are as many logs as may be', async () => {
  await using fixture = await openCheckedFixture()
  for (let count = 0; count < 100; count++) assert.equal((await fixture.send('POST', PATH)).status, 201)
  assert.equal((await fixture.send('POST', PATH)).status, 503)
})
