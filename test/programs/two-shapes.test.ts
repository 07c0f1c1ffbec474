import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, call, items } from './api.ts'
import { addressIn, configFile, eventually, start } from './program.ts'

test('a server in the shape of ISO 17978-3 is a backend like any other', async (t) => {
  const ecu = start(t, ['demo-ecu', '--port', '0', '--static'])
  const origin = new URL(addressIn(await ecu.ready())).origin
  const config = configFile(t, `[server]\nport = 0\n[[backends]]\nbase_url = "${origin}"\napi_prefix = "/vehicle/v1"\n`)
  const gateway = start(t, ['serve', '--config', config])
  const url = addressIn(await gateway.ready())

  const components = await eventually(10_000, async () => {
    const found = items((await call(`${url}/components`)).body)
    return found.length === 2 ? found : undefined
  })
  assert.deepEqual(
    components.map((component) => [at(component, 'id'), at(component, 'connectionState')]),
    [
      ['bms', 'connected'],
      ['climate', 'connected'],
    ],
  )
  assert.match(gateway.stderr, /dialect=iso/)
  assert.equal(at((await call(`${url}/components/bms/data/soc`)).body, 'value'), 78.5)

  const target = `${url}/components/climate/data/target-temp`
  assert.equal((await call(target, 'PUT', { value: 23.5 })).status, 204)
  assert.equal(at((await call(target)).body, 'value'), 23.5)
  assert.equal((await call(target, 'PUT', { value: 99 })).status, 400)
  assert.equal((await call(`${url}/components/bms/data/soc`, 'PUT', { value: 1 })).status, 403)

  assert.equal(at((await call(`${url}/components/bms/faults`)).body, 'value', 0, 'code'), 'P0A80')
  assert.equal((await call(`${url}/components/bms/faults`, 'DELETE')).status, 204)
  assert.deepEqual(items((await call(`${url}/components/bms/faults`)).body), [])

  const started = await call(`${url}/components/climate/operations/recirculate`, 'POST')
  assert.equal(started.status, 202)
  const execution = new URL(started.headers.get('location') ?? '', url).href
  assert.equal((await call(execution, 'DELETE')).status, 204)
  assert.equal(at((await call(execution)).body, 'status'), 'cancelled')
})
