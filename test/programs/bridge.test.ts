import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { at, call, connectionState, items } from './api.ts'
import { addressIn, configFile, eventually, freePort, type Program, start } from './program.ts'
import { openSource } from './source.ts'

const TOKEN = 'a-token-of-at-least-thirty-two-characters'
const certificate = (name: string) =>
  fileURLToPath(new URL(`../../apps/sovd/src/testing/certs/${name}`, import.meta.url))

const ANY_PORT = '[server]\nport = 0\n'
const CAR = `[[bridge.vehicles]]\nvehicle_id = "car"\ntenant_id = "fleet"\ntoken = "${TOKEN}"\n`

function startRelay(t: TestContext, port: number, vehicles = CAR, more = ''): Program {
  const bridge = `[bridge]\nenabled = true\nlisten_addr = "127.0.0.1:${port}"\n${more}\n`
  return start(t, ['serve', '--config', configFile(t, ANY_PORT + bridge + vehicles)])
}

interface VehicleSettings {
  readonly source?: string
  readonly bridge?: string
  readonly more?: string
}

function startVehicle(t: TestContext, url: string, { source, bridge, more = '' }: VehicleSettings = {}): Program {
  const settings = bridge ?? `token = "${TOKEN}"`
  const section = `[bridge]\nenabled = true\nreconnect_backoff_secs = 1\nconnect_url = "${url}"\nvehicle_id = "car"\n${settings}\n`
  const backend = source === undefined ? '' : `[[backends]]\nbase_url = "${new URL(source).origin}"\n`
  return start(t, ['serve', '--config', configFile(t, ANY_PORT + section + backend + more)])
}

/** The id of the only session, once there is one that is not the given one. */
function sessionAt(relay: string, other?: unknown): Promise<string> {
  return eventually(15_000, async () => {
    const [session, ...more] = items((await call(`${relay}/x-bridge/sessions`)).body)
    assert.equal(more.length, 0)
    const id = at(session, 'id')
    return typeof id === 'string' && id !== other ? id : undefined
  })
}

function noSessionAt(relay: string): Promise<true> {
  return eventually(5000, async () => {
    return items((await call(`${relay}/x-bridge/sessions`)).body).length === 0 ? true : undefined
  })
}

function forward(relay: string, session: string, method: string, path: string, more: object = {}) {
  return call(`${relay}/x-bridge/sessions/${session}/forward`, 'POST', { method, path, ...more })
}

test('a caller in the cloud reads and writes in a vehicle, which may go and come back', async (t) => {
  const port = await freePort()
  const ecu = start(t, ['demo-ecu', '--port', '0', '--static'])
  const source = addressIn(await ecu.ready())
  const relay = addressIn(await startRelay(t, port).ready())
  assert.deepEqual(items((await call(`${relay}/x-bridge/sessions`)).body), [])
  const vehicle = startVehicle(t, `ws://127.0.0.1:${port}`, { source })
  const direct = addressIn(await vehicle.ready())
  await connectionState(direct, 'bms', 'connected')
  const session = await sessionAt(relay)

  const shown = await call(`${relay}/x-bridge/sessions/${session}`)
  assert.deepEqual([at(shown.body, 'vehicle_id'), at(shown.body, 'tenant_id')], ['car', 'fleet'])
  const read = await forward(relay, session, 'GET', '/sovd/v1/components/bms/data/soc')
  assert.deepEqual([read.status, at(read.body, 'status'), at(read.body, 'body', 'value')], [200, 200, 78.5])
  const iso = await forward(relay, session, 'GET', '/vehicle/v1/components/bms/data/soc')
  assert.deepEqual([at(iso.body, 'status'), at(iso.body, 'body', 'data')], [200, 78.5])
  const limit = '/sovd/v1/components/bms/data/charge-limit'
  const written = await forward(relay, session, 'PUT', limit, { body: { value: 71 } })
  assert.deepEqual([written.status, at(written.body, 'status')], [200, 204])
  assert.equal(at((await call(`${direct}/components/bms/data/charge-limit`)).body, 'value'), 71)
  const none = await forward(relay, session, 'GET', '/sovd/v1/components/none')
  assert.deepEqual([none.status, at(none.body, 'status')], [200, 404])
  assert.equal(at(none.body, 'body', 'error', 'code'), 'SOVD-ERR-404')
  const locked = await forward(relay, session, 'POST', '/sovd/v1/components/bms/lock', {
    body: {},
    headers: { 'X-SOVD-Client-Id': 'ann' },
  })
  assert.equal(at(locked.body, 'body', 'lockedBy'), 'bridge:ann')
  assert.equal((await call(`${direct}/components/bms/data/charge-limit`, 'PUT', { value: 1 })).status, 409)
  const events = await forward(relay, session, 'GET', '/sovd/v1/components/bms/faults/subscribe')
  assert.deepEqual([events.status, at(events.body, 'status')], [200, 501])
  assert.equal((await call(`${relay}/x-bridge/sessions/${session}/heartbeat`, 'POST')).status, 204)
  const audited = items((await call(`${relay}/audit`)).body).map((entry) => at(entry, 'detail'))
  assert.ok(audited.includes(`PUT ${limit} of vehicle car answered 204`), JSON.stringify(audited))

  vehicle.kill('SIGKILL')
  await noSessionAt(relay)
  assert.equal((await forward(relay, session, 'GET', '/sovd/v1/components')).status, 404)
  startVehicle(t, `ws://127.0.0.1:${port}`, { source })
  const again = await sessionAt(relay, session)
  await eventually(10_000, async () => {
    const { body } = await forward(relay, again, 'GET', '/sovd/v1/components/bms/data/soc')
    return at(body, 'body', 'value') === 78.5 ? true : undefined
  })
})

test('a vehicle that is killed while it answers is a bad gateway', async (t) => {
  const port = await freePort()
  const source = await openSource(t)
  const relay = addressIn(await startRelay(t, port).ready())
  const vehicle = startVehicle(t, `ws://127.0.0.1:${port}`, { source: source.url })
  await connectionState(addressIn(await vehicle.ready()), 'slow', 'connected')
  const reading = forward(relay, await sessionAt(relay), 'GET', '/sovd/v1/components/slow/data/item')
  await source.waiting(1)
  vehicle.kill('SIGKILL')
  const { status, body } = await reading
  assert.equal(status, 502)
  assert.match(String(at(body, 'error', 'message')), /^bridge connection lost: vehicle 'car'/)
})

test('a vehicle that answers too late is a bad gateway', async (t) => {
  const port = await freePort()
  const source = await openSource(t)
  const relay = addressIn(await startRelay(t, port, CAR, 'timeout_secs = 1').ready())
  const vehicle = startVehicle(t, `ws://127.0.0.1:${port}`, { source: source.url })
  await connectionState(addressIn(await vehicle.ready()), 'slow', 'connected')
  const session = await sessionAt(relay)
  const { status, body } = await forward(relay, session, 'GET', '/sovd/v1/components/slow/data/item')
  assert.equal(status, 502)
  assert.equal(at(body, 'error', 'message'), "bridge timeout: vehicle 'car' did not answer within 1 s")
  source.answer()
  assert.equal(await sessionAt(relay), session)
})

test('a vehicle that stops finishes what it is asked', async (t) => {
  const port = await freePort()
  const source = await openSource(t)
  const relay = addressIn(await startRelay(t, port).ready())
  const vehicle = startVehicle(t, `ws://127.0.0.1:${port}`, { source: source.url })
  await connectionState(addressIn(await vehicle.ready()), 'slow', 'connected')
  const last = forward(relay, await sessionAt(relay), 'GET', '/sovd/v1/components/slow/data/item')
  await source.waiting(1)
  vehicle.kill('SIGTERM')
  await eventually(5000, () => (/stopping/.test(vehicle.stderr) ? true : undefined))
  source.answer()
  const { body } = await last
  assert.equal(at(body, 'body', 'value'), 42, JSON.stringify(body))
  assert.deepEqual(await vehicle.exited, { code: 0, signal: null })
  await noSessionAt(relay)
})

test('a relay that is killed and comes back finds its vehicle again', async (t) => {
  const port = await freePort()
  const first = startRelay(t, port)
  const vehicle = startVehicle(t, `ws://127.0.0.1:${port}`)
  const session = await sessionAt(addressIn(await first.ready()))
  const direct = addressIn(await vehicle.ready())
  const connected = (is: boolean) =>
    eventually(15_000, async () => {
      const { body } = await call(`${direct}/x-bridge/status`)
      assert.equal(at(body, 'mode'), 'vehicle-client')
      return at(body, '@sovd.connected') === is ? true : undefined
    })
  await connected(true)
  first.kill('SIGKILL')
  await connected(false)
  const relay = addressIn(await startRelay(t, port).ready())
  await sessionAt(relay, session)
  await connected(true)
  assert.match(vehicle.stderr, /not connected to the relay .*retryInSeconds=1/)
})

test('a wrong token and the id of another vehicle get nobody in, and the log of the vehicle says so', async (t) => {
  const port = await freePort()
  const van = CAR.replace('"car"', '"van"').replace(TOKEN, `${TOKEN}-of-the-van`)
  const relay = addressIn(await startRelay(t, port, CAR + van).ready())
  const url = `ws://127.0.0.1:${port}`
  const wrong = startVehicle(t, url, { bridge: `token = "${TOKEN.replace('a', 'b')}"` })
  const other = startVehicle(t, url, { bridge: `token = "${TOKEN}-of-the-van"` })
  await eventually(10_000, () => (/why=".*401.*"/.test(wrong.stderr) ? true : undefined))
  await eventually(10_000, () =>
    /why="closed with 1008 bridge auth failed: the credentials are of another vehicle"/.test(other.stderr)
      ? true
      : undefined,
  )
  assert.deepEqual(items((await call(`${relay}/x-bridge/sessions`)).body), [])
})

test('vehicles get in by their certificates, and not without one', async (t) => {
  const port = await freePort()
  const tls = `cert_path = "${certificate('server.pem')}"
key_path = "${certificate('server.key')}"
client_ca_path = "${certificate('ca.pem')}"`
  const car = '[[bridge.vehicles]]\nvehicle_id = "car"\ncertificate = "client"\n'
  const relay = addressIn(await startRelay(t, port, car, tls).ready())
  const ca = `ca_path = "${certificate('ca.pem')}"`
  const stranger = startVehicle(t, `wss://127.0.0.1:${port}`, { bridge: `token = "${TOKEN}"\n${ca}` })
  await eventually(10_000, () => (/not connected to the relay/.test(stranger.stderr) ? true : undefined))
  assert.deepEqual(items((await call(`${relay}/x-bridge/sessions`)).body), [])
  const shown = `cert_path = "${certificate('client.pem')}"\nkey_path = "${certificate('client.key')}"`
  const wary = startVehicle(t, `wss://127.0.0.1:${port}`, { bridge: shown })
  await eventually(10_000, () => (/not connected to the relay .*certificate/.test(wary.stderr) ? true : undefined))
  startVehicle(t, `wss://127.0.0.1:${port}`, { bridge: `${shown}\n${ca}` })
  const read = await forward(relay, await sessionAt(relay), 'GET', '/sovd/v1/components')
  assert.deepEqual([at(read.body, 'status'), at(read.body, 'body', '@odata.count')], [200, 0])
})

test('a vehicle that asks for credentials asks those who come through the bridge, too', async (t) => {
  const port = await freePort()
  const relay = addressIn(await startRelay(t, port).ready())
  const key = 'an-api-key-of-length-24-'
  startVehicle(t, `ws://127.0.0.1:${port}`, { more: `[auth]\nenabled = true\napi_key = "${key}"\n` })
  const session = await sessionAt(relay)
  const ask = (headers: object) => forward(relay, session, 'GET', '/sovd/v1/components', { headers })
  assert.equal(at((await ask({ 'X-SOVD-Client-Id': 'ann' })).body, 'status'), 401)
  assert.equal(at((await ask({ 'X-API-Key': 'wrong' })).body, 'status'), 401)
  assert.equal(at((await ask({ 'X-API-Key': key })).body, 'status'), 200)
})
