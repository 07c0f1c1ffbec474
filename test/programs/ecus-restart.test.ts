import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { at, call, connectionState } from './api.ts'
import { addressIn, configFile, freePort, start } from './program.ts'

const DESCRIPTION = fileURLToPath(new URL('../../docs/examples/ecus/powertrain.yaml', import.meta.url))

test('ECUs may come late, vanish and come back: the gateway tells, and goes on', async (t) => {
  const port = String(await freePort())
  const toml = `[server]\nport = 0\n[[backends]]\ntype = "doip"\nhost = "127.0.0.1"\nport = ${port}
description = "${DESCRIPTION}"\npresence_secs = 1\n`
  const url = addressIn(await start(t, ['serve', '--config', configFile(t, toml)]).ready())
  const vin = () => call(`${url}/components/engine/data/vin`)
  const listed = await call(`${url}/components/engine`)
  assert.deepEqual([listed.status, at(listed.body, 'connectionState')], [200, 'disconnected'])
  assert.equal((await vin()).status, 502)

  const first = start(t, ['ecu-sim', DESCRIPTION, '--port', port])
  await connectionState(url, 'engine', 'connected', 15_000)
  assert.equal(at((await vin()).body, 'value'), 'W0L000043MB541326')
  await call(`${url}/components/engine/modes`, 'POST', { mode: 'extended' })

  first.kill('SIGKILL')
  await connectionState(url, 'engine', 'disconnected', 15_000)
  const refused = await vin()
  assert.equal(refused.status, 502)
  assert.match(String(at(refused.body, 'error', 'message')), /127\.0\.0\.1:\d+/)
  assert.equal(at((await call(`${url}/x-uds/diag/keepalive`)).body, 'count'), 0)

  start(t, ['ecu-sim', DESCRIPTION, '--port', port])
  await connectionState(url, 'engine', 'connected', 15_000)
  assert.equal(at((await vin()).body, 'value'), 'W0L000043MB541326')
  assert.equal(at((await call(`${url}/components/engine/modes`)).body, 'currentMode'), 'default')
})
