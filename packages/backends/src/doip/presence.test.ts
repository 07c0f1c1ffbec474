import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RunningBackend, runBackend } from './testing/running-backend.ts'
import { context, HOST, until } from './testing/simulated-backend.ts'

const PART = { id: 'part', did: 0xf191, encoding: { type: 'text', length: 4 } }
const VERSION = {
  id: 'version',
  did: 0xf189,
  encoding: { type: 'struct', members: ['major', 'minor'].map((name) => ({ name, type: 'uint', bits: 8 })) },
}
const RAIL = { id: 'rail', did: 0x0130, encoding: { type: 'uint', bits: 8 } }
const ECU = {
  sessions: [{ id: 'extended', session: 3 }],
  services: { reset: { types: ['hard'] } },
  data: [PART, VERSION],
  variants: [
    { id: 'petrol', matches: { part: 'E-P1' } },
    { id: 'diesel', matches: { part: 'E-D1' }, data: [RAIL] },
  ],
  simulation: { bootMs: 1500, variant: 'diesel', values: { part: 'E-D1', version: { major: 3, minor: 12 }, rail: 7 } },
}

function becomes({ backend, wait }: RunningBackend, state: string): Promise<void> {
  return wait(until(backend, ({ snapshot }) => snapshot.entities[0]?.connectionState === state))
}

test('an ECU is of the variant that its identification says, and has what that has', async () => {
  await using running = await runBackend(ECU)
  assert.equal(running.component.hardwareVariant, 'diesel')
  assert.equal(running.component.softwareVersion, '3.12')
  assert.equal((await running.wait(running.facet('data').read('rail', context()))).value, 7)
})

test('an ECU of no described variant is served without what variants add', async () => {
  const { variant: _, ...simulation } = { ...ECU.simulation, values: { part: 'X-X1' } }
  await using running = await runBackend({ ...ECU, simulation })
  assert.equal(running.component.hardwareVariant, undefined)
  await assert.rejects(running.wait(running.facet('data').read('rail', context())), { code: 'not-found' })
})

test('an ECU that vanishes is disconnected, and connected again when it is back', async () => {
  await using running = await runBackend(ECU)
  running.network.reset(HOST, { unreachable: true })
  await becomes(running, 'disconnected')
  assert.equal(running.backend.snapshot.status.phase, 'down')
  running.network.revive(HOST)
  await becomes(running, 'connected')
  assert.equal(running.backend.snapshot.status.phase, 'up')
})

test('an ECU that is silent while its entity is there is disconnected', async () => {
  await using running = await runBackend(ECU)
  running.ecu.faults.arm({ id: 'silent', request: '', skip: 0, probability: 1, effect: { type: 'drop' } })
  await becomes(running, 'disconnected')
  running.ecu.faults.disarm('silent')
  await becomes(running, 'connected')
})

test('a request that was on its way when the connection broke fails, and is not sent again', async () => {
  const asked: string[] = []
  await using running = await runBackend(ECU, { observe: ({ method, outcome }) => asked.push(`${method} ${outcome}`) })
  running.ecu.faults.arm({ id: 'slow', request: '22f191', skip: 0, probability: 1, effect: { type: 'delay', ms: 200 } })
  asked.length = 0
  const reading = running.facet('data').read('part', context())
  reading.catch(() => {})
  await running.clock.advance(10)
  running.network.reset(HOST)
  await assert.rejects(running.wait(reading), { code: 'bad-gateway', message: /connection was lost/ })
  await becomes(running, 'connected')
  const reads = asked.filter((each) => each.startsWith('ReadDataByIdentifier (0x22) bad-gateway'))
  assert.equal(reads.length, 1)
})

test('a restart ends the session and the connection until the ECU answers again', async () => {
  await using running = await runBackend(ECU)
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  const lifecycle = running.facet('lifecycle')
  assert.deepEqual(lifecycle.requests, ['restart', 'force-restart'])
  await running.wait(lifecycle.request('restart', undefined, context()))
  assert.notEqual(running.component.connectionState, 'connected')
  assert.equal(await lifecycle.status(context()), 'notReady')
  assert.equal(running.facet('uds').keptSession(), undefined)
  await becomes(running, 'connected')
  assert.equal(await lifecycle.status(context()), 'ready')
  assert.equal((await running.facet('modes').list(context()))[0]?.value, 'default')
})

test('a disconnected ECU is asked nothing until it is connected again', async () => {
  const asked: string[] = []
  await using running = await runBackend(ECU, { observe: ({ method }) => asked.push(method) })
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  const uds = running.facet('uds')
  await running.wait(uds.disconnect(context()))
  assert.equal(running.component.connectionState, 'disconnected')
  assert.equal(uds.keptSession(), undefined)
  asked.length = 0
  await running.clock.advance(60_000)
  await assert.rejects(running.wait(running.facet('data').read('part', context())), { code: 'conflict' })
  assert.deepEqual(asked, [])
  await running.wait(uds.connect(context()))
  assert.equal(running.component.connectionState, 'connected')
  assert.equal((await running.wait(running.facet('data').read('part', context()))).value, 'E-D1')
})

test('connecting an ECU that is not there says why', async () => {
  await using running = await runBackend(ECU)
  const uds = running.facet('uds')
  await running.wait(uds.disconnect(context()))
  running.network.reset(HOST, { unreachable: true })
  await assert.rejects(running.wait(uds.connect(context())), { code: 'bad-gateway', message: /no connection within/ })
})
