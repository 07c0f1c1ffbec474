import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError, isJsonObject, type Json, type JsonObject, parseJson, silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import manifest from '../package.json' with { type: 'json' }
import { openDemoEcu } from './demo-ecu.ts'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
}

/** A demo ECU on a free port of the loopback, and a client of it. */
async function opened(options: { static?: boolean; seed?: number } = {}) {
  const clock = new FakeClock()
  const ecu = await openDemoEcu({ clock, log: silentLogger, port: 0, ...options })
  const call = async (method: string, path: string, body?: Json): Promise<Answer> => {
    const response = await fetch(new URL(path.startsWith('/sovd') ? path : `/sovd/v1${path}`, ecu.url), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    const json = text === '' ? {} : parseJson(text)
    assert.ok(isJsonObject(json))
    return { status: response.status, headers: response.headers, body: json }
  }
  return {
    clock,
    ecu,
    get: (path: string) => call('GET', path),
    post: (path: string, body?: Json) => call('POST', path, body),
    put: (path: string, body?: Json) => call('PUT', path, body),
    patch: (path: string, body: Json) => call('PATCH', path, body),
    delete: (path: string) => call('DELETE', path),
    [Symbol.asyncDispose]: () => ecu.close(),
  }
}

/** Starts an operation and returns where to follow it. */
async function start(client: Awaited<ReturnType<typeof opened>>, path: string): Promise<string> {
  const { status, headers, body } = await client.post(path, {})
  assert.equal(status, 202)
  assert.equal(body.status, 'running')
  const location = headers.get('location')
  assert.ok(location)
  assert.ok(location.startsWith(`/sovd/v1${path}/executions/`), location)
  return location
}

const ids = ({ body }: Answer) => {
  assert.ok(Array.isArray(body.value))
  return body.value.map((item: JsonObject) => item.id)
}
const messageOf = ({ body }: Answer) => {
  assert.ok(isJsonObject(body.error))
  return String(body.error.message)
}

test('the server says what it is', async () => {
  await using client = await opened()
  const { body } = await client.get('/')
  assert.deepEqual([body.serverName, body.serverVersion], ['demo-ecu', manifest.version])
  assert.match(client.ecu.url, /^http:\/\/127\.0\.0\.1:\d+$/)
})

test('components, groups, data, faults and operations are listed', async () => {
  await using client = await opened()
  assert.deepEqual(ids(await client.get('/components')), ['bms', 'climate'])
  assert.deepEqual(ids(await client.get('/groups')), ['powertrain', 'body'])
  assert.deepEqual(ids(await client.get('/groups/body/components')), ['climate'])
  assert.deepEqual(ids(await client.get('/components/bms/data')), ['soc', 'voltage', 'cell-temp-max', 'charge-limit'])
  assert.deepEqual(ids(await client.get('/components/climate/data')), ['cabin-temp', 'target-temp', 'fan-speed'])
  assert.deepEqual(ids(await client.get('/components/bms/faults')), ['bms-f001'])
  assert.deepEqual(ids(await client.get('/components/climate/faults')), [])
  assert.deepEqual(ids(await client.get('/components/bms/operations')), ['self-test', 'cell-balance'])
  assert.deepEqual(ids(await client.get('/components/climate/operations')), ['recirculate'])
})

test('a value comes with its name, unit and access', async () => {
  await using client = await opened()
  const { status, body } = await client.get('/components/bms/data/soc')
  assert.equal(status, 200)
  assert.deepEqual(body, { id: 'soc', name: 'State of Charge', value: 78.5, unit: '%', access: 'readOnly' })
  const fan = await client.get('/components/climate/data/fan-speed')
  assert.deepEqual(fan.body, { id: 'fan-speed', name: 'Fan Speed', value: 3, access: 'readWrite' })
})

test('the fault is the documented one', async () => {
  await using client = await opened()
  const { environmentData, ...body } = (await client.get('/components/bms/faults/bms-f001')).body
  assert.deepEqual(environmentData, { soc: 78.5, voltage: 396.2, 'cell-temp-max': 34.1, 'charge-limit': 80 })
  assert.deepEqual(body, {
    id: 'bms-f001',
    componentId: 'bms',
    code: 'P0A80',
    displayCode: 'P0A80',
    severity: 'high',
    status: 'active',
    name: 'Cell Voltage Imbalance',
    description: 'Cell voltage imbalance detected in module 3',
  })
})

test('a cleared fault is gone, and in a live ECU it comes back while its condition holds', async () => {
  await using client = await opened()
  assert.equal((await client.delete('/components/bms/faults')).status, 204)
  assert.deepEqual(ids(await client.get('/components/bms/faults')), [])
  assert.equal((await client.delete('/components/bms/faults/bms-f001')).status, 404)
  await client.clock.advance(60_000)
  assert.deepEqual(ids(await client.get('/components/bms/faults')), ['bms-f001'])
  assert.equal((await client.delete('/components/bms/faults/bms-f001')).status, 204)
  assert.equal((await client.get('/components/bms/faults/bms-f001')).status, 404)
})

test('a self-test is accepted, reports progress and completes', async () => {
  await using client = await opened()
  const location = await start(client, '/components/bms/operations/self-test')
  await client.clock.advance(2500)
  const halfway = await client.get(location)
  assert.equal(halfway.body.status, 'running')
  // The server asks the ECU every now and then, and tells what it heard last.
  assert.ok(Number(halfway.body.progress) > 30 && Number(halfway.body.progress) <= 50)
  const again = await client.post('/components/bms/operations/self-test')
  assert.equal(again.status, 409)
  assert.equal(again.headers.get('retry-after'), '3')
  await client.clock.advance(3000)
  const { body } = await client.get(location)
  assert.deepEqual([body.status, body.progress], ['completed', 100])
  assert.ok(isJsonObject(body.result))
  assert.equal(body.result.success, true)
  assert.equal(body.result.message, "Operation 'self-test' completed on 'bms'")
})

test('a recirculation is cancelled', async () => {
  await using client = await opened()
  const location = await start(client, '/components/climate/operations/recirculate')
  await client.clock.advance(1000)
  assert.equal((await client.delete(location)).status, 204)
  await client.clock.advance(10_000)
  assert.equal((await client.get(location)).body.status, 'cancelled')
  assert.equal((await client.delete(location)).status, 409)
})

test('the target temperature is written as the number it is', async () => {
  await using client = await opened()
  assert.equal((await client.put('/components/climate/data/target-temp', { value: 23.0 })).status, 204)
  assert.equal((await client.get('/components/climate/data/target-temp')).body.value, 23)
  assert.equal((await client.patch('/components/climate/data/target-temp', 24.5)).status, 204)
  assert.equal((await client.get('/components/climate/data/target-temp')).body.value, 24.5)
})

test('writes that make no sense are refused with the reason', async () => {
  await using client = await opened()
  const refused: [path: string, value: Json, status: number, message: RegExp][] = [
    ['/components/bms/data/soc', 50, 403, /^Data item is read-only$/],
    ['/components/bms/data/charge-limit', 120, 400, /takes an integer from 50 to 100 %, not 120/],
    ['/components/climate/data/target-temp', '23', 400, /takes a number from 16 to 28 °C, not "23"/],
    ['/components/climate/data/rear-window', 1, 404, /Data 'rear-window' not found/],
  ]
  for (const [path, value, status, message] of refused) {
    const answer = await client.put(path, { value })
    assert.equal(answer.status, status)
    assert.match(messageOf(answer), message)
  }
})

test('several values are read and written at once', async () => {
  await using client = await opened({ static: true })
  const read = await client.post('/components/bms/data/bulk-read', { dataIds: ['soc', 'odometer'] })
  assert.deepEqual(read.body.value, [
    { id: 'soc', value: 78.5 },
    { id: 'odometer', error: "Data 'odometer' not found" },
  ])
  const written = await client.post('/components/climate/data/bulk-write', [
    { id: 'target-temp', value: 18 },
    { id: 'fan-speed', value: 9 },
  ])
  assert.deepEqual(written.body.value, [
    { id: 'target-temp' },
    { id: 'fan-speed', error: "'fan-speed' takes an integer from 0 to 7, not 9" },
  ])
  assert.equal((await client.get('/components/climate/data/target-temp')).body.value, 18)
})

test('balancing and configuring need the extended mode', async () => {
  await using client = await opened()
  const balance = '/components/bms/operations/cell-balance'
  const threshold = { name: 'cell-balance-threshold-mv', value: 30 }
  const refused = await client.post(balance)
  assert.equal(refused.status, 409)
  assert.match(messageOf(refused), /needs mode 'extended'/)
  assert.equal((await client.put('/components/bms/configurations', threshold)).status, 409)
  const changed = await client.post('/components/bms/modes', { mode: 'extended' })
  assert.deepEqual([changed.status, changed.body.currentMode], [200, 'extended'])
  assert.equal((await client.put('/components/bms/configurations', threshold)).status, 204)
  assert.deepEqual((await client.get('/components/bms/configurations')).body.parameters, {
    'cell-balance-threshold-mv': 30,
  })
  const location = await start(client, balance)
  await client.clock.advance(11_000)
  assert.equal((await client.get(location)).body.status, 'completed')
  assert.equal((await client.get('/components/bms/faults/bms-f001')).body.status, 'passive')
})

test('a mode that is left ends what needs it', async () => {
  await using client = await opened()
  await client.put('/components/bms/modes/extended')
  const location = await start(client, '/components/bms/operations/cell-balance')
  await client.put('/components/bms/modes/programming')
  await client.clock.advance(1000)
  const { body } = await client.get(location)
  assert.equal(body.status, 'failed')
  assert.deepEqual(body.result, { error: "'bms' went to mode 'programming' while 'cell-balance' was running" })
  const refused = await client.post('/components/bms/operations/self-test')
  assert.equal(refused.status, 409)
  assert.match(messageOf(refused), /needs mode 'default' or 'extended'/)
})

test('with dtc-off a cleared fault is not stored again', async () => {
  await using client = await opened()
  assert.equal((await client.put('/components/bms/modes/dtc-off')).status, 200)
  await client.delete('/components/bms/faults')
  await client.clock.advance(120_000)
  assert.deepEqual(ids(await client.get('/components/bms/faults')), [])
})

test('an unknown mode is refused with those there are', async () => {
  await using client = await opened()
  const { status, body } = await client.put('/components/bms/modes/turbo')
  assert.equal(status, 400)
  assert.match(messageOf({ status, body, headers: new Headers() }), /'turbo'.*'default', 'extended', 'programming'/)
})

test('the state of charge drains while nobody looks', async () => {
  await using client = await opened({ seed: 1 })
  await client.clock.advance(10 * 60_000)
  const { body } = await client.get('/components/bms/data/soc')
  assert.ok(Number(body.value) < 77.5, String(body.value))
})

test('closing twice is fine, ends the operations and frees the port', async () => {
  const client = await opened()
  await start(client, '/components/bms/operations/self-test')
  await Promise.all([client.ecu.close(), client.ecu.close()])
  await client.ecu.close()
  assert.equal(client.clock.pending, 0)
  await assert.rejects(fetch(client.ecu.url))
})

test('a port in use is reported and leaves nothing running', async () => {
  await using first = await opened()
  const clock = new FakeClock()
  const port = Number(new URL(first.ecu.url).port)
  await assert.rejects(
    openDemoEcu({ clock, log: silentLogger, port }),
    (error) => error instanceof AppError && error.code === 'address-in-use',
  )
  assert.equal(clock.pending, 0)
})
