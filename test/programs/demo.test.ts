import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { DoipLinks, STANDARD_DIDS } from '@opensovd/uds'
import { nodeNetwork } from '@opensovd/uds/node'
import { at, call, items } from './api.ts'
import { addressIn, eventually, start } from './program.ts'

/** That of docs/examples/ecus/powertrain.yaml. */
const VIN = 'W0L000043MB541326'

test('the demo does all that its announcement says', async (t) => {
  const demo = start(t, ['demo', '--port', '0', '--ecu-port', '0', '--doip-port', '0'])
  const ready = await demo.ready()
  const gateway = addressIn(ready)
  const ecu = addressIn(ready.slice(ready.indexOf(gateway) + gateway.length))
  assert.match(
    ready,
    /^ready: gateway at http:\/\/127\.0\.0\.1:\d+\/sovd\/v1, demo ECU at http:\/\/127\.0\.0\.1:\d+\/sovd\/v1$/,
  )

  const announced = await eventually(15_000, () => /^DoIP entity .* at (\S+)$/m.exec(demo.stdout)?.[1])
  const components = items((await call(`${gateway}/components`)).body)
  assert.deepEqual(
    components.map((component) => [at(component, 'id'), at(component, 'connectionState')]),
    [
      ['bms', 'connected'],
      ['climate', 'connected'],
      ['engine', 'connected'],
      ['transmission', 'connected'],
      ['battery', 'connected'],
    ],
  )

  const data = items((await call(`${gateway}/components/bms/data`)).body)
  assert.deepEqual(
    data.map((item) => at(item, 'id')),
    ['soc', 'voltage', 'cell-temp-max', 'charge-limit'],
  )

  const faults = items((await call(`${gateway}/components/bms/faults`)).body)
  assert.deepEqual([at(faults, 0, 'id'), at(faults, 0, 'code')], ['bms-f001', 'P0A80'])

  const started = await call(`${gateway}/components/bms/operations/self-test`, 'POST')
  assert.equal(started.status, 202)
  const location = started.headers.get('location')
  assert.ok(location)
  const execution = new URL(location, gateway)
  const progress = new Set<unknown>()
  const finished = await eventually(60_000, async () => {
    const { body } = await call(execution.href)
    progress.add(at(body, 'progress'))
    return at(body, 'status') === 'running' ? undefined : body
  })
  assert.equal(at(finished, 'status'), 'completed')
  assert.ok(progress.size > 2, `progress was only ${[...progress]}`)

  const written = await call(`${gateway}/components/climate/data/target-temp`, 'PUT', { value: 23.0 })
  assert.equal(written.status, 204)
  assert.equal(at((await call(`${gateway}/components/climate/data/target-temp`)).body, 'value'), 23)
  assert.equal(at((await call(`${ecu}/components/climate/data/target-temp`)).body, 'value'), 23)

  const vin = await call(`${gateway}/components/engine/data/vin`)
  assert.deepEqual([at(vin.body, 'value'), at(vin.body, 'raw')], [VIN, Buffer.from(VIN).toString('hex')])
  await using links = new DoipLinks({ network: nodeNetwork(), clock: systemClock, log: silentLogger })
  const [host = '', port] = announced.split(':')
  const tester = links.link({ host, port: Number(port), testerAddress: 0x0e81 }).tester
  const read = await tester.ecu(0x1001).request('readDataByIdentifier', { dids: [STANDARD_DIDS.vin] })
  assert.equal(Buffer.from(read.data).toString(), VIN)

  const extended = await call(`${gateway}/components/engine/modes`, 'POST', { mode: 'extended' })
  assert.equal(at(extended.body, 'currentMode'), 'extended')
  const kept = await call(`${gateway}/x-uds/diag/keepalive`)
  assert.deepEqual([at(kept.body, 'count'), at(kept.body, 'active', 0, 'session')], [1, 'extended'])

  for (const line of demo.stdout.split('\n').filter((each) => each.includes('curl'))) {
    const path = /http:\S+/.exec(line)?.[0] ?? ''
    assert.ok(path.startsWith(gateway), line)
  }
  demo.kill('SIGINT')
  assert.deepEqual(await demo.exited, { code: 0, signal: null })
  await assert.rejects(fetch(ecu))
  await assert.rejects(fetch(gateway))
})

test('the environment sets the port of the gateway, and an option beats it', async (t) => {
  const env = { SOVD__SERVER__PORT: '1' }
  const demo = start(t, ['demo', '--port', '0', '--ecu-port', '0', '--doip-port', '0'], { env })
  assert.notEqual(new URL(addressIn(await demo.ready())).port, '1')
})

test('the demo ECU alone is a SOVD server', async (t) => {
  const ecu = start(t, ['demo-ecu', '--port', '0', '--static', '--seed', '1'])
  const url = addressIn(await ecu.ready())
  assert.equal(at((await call(`${url}/components/bms/data/soc`)).body, 'value'), 78.5)
  ecu.kill('SIGTERM')
  assert.deepEqual(await ecu.exited, { code: 0, signal: null })
  assert.equal(ecu.stdout, `ready: demo ECU at ${url}\n`)
})
