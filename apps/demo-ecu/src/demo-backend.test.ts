import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, silentLogger } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import { aggregatedStatus, type Entity } from '@opensovd/core'
import { createDemoBackend, type DemoBackendOptions, STEP_MS } from './demo-backend.ts'
import { testerOf } from './testing/tester.ts'

const MINUTE = 60_000

/** A backend that runs until the test ends. */
async function started(options: Partial<DemoBackendOptions> = {}) {
  const clock = new FakeClock()
  const backend = createDemoBackend({ clock, log: silentLogger, ...options })
  const controller = new AbortController()
  const running = backend.run(controller.signal)
  const tester = (id: string) => {
    const entity = backend.snapshot.entities.find((entity) => entity.id === id)
    assert.ok(entity)
    return testerOf(entity)
  }
  return {
    clock,
    backend,
    bms: tester('bms'),
    climate: tester('climate'),
    async [Symbol.asyncDispose]() {
      controller.abort()
      await running
      await backend[Symbol.asyncDispose]()
    },
  }
}

const described = ({ kind, id, name, category, description, connectionState, members }: Entity) => ({
  ...{ kind, id, name, description },
  ...(kind === 'group' ? { members } : { category, connectionState }),
})

test('there are the two documented components and their groups', async () => {
  await using demo = await started()
  assert.deepEqual(demo.backend.snapshot.status, { phase: 'up' })
  const documented = demo.backend.snapshot.entities.filter(({ kind }) => kind === 'component' || kind === 'group')
  assert.deepEqual(documented.map(described), [
    {
      kind: 'component',
      id: 'bms',
      name: 'Battery Management System',
      category: 'powertrain',
      description: 'HV battery management ECU',
      connectionState: 'connected',
    },
    {
      kind: 'component',
      id: 'climate',
      name: 'Cabin Climate Controller',
      category: 'body',
      description: 'HVAC and cabin comfort ECU',
      connectionState: 'connected',
    },
    {
      kind: 'group',
      id: 'powertrain',
      name: 'Powertrain',
      description: 'Powertrain domain ECUs',
      members: ['bms'],
    },
    { kind: 'group', id: 'body', name: 'Body', description: 'Body domain ECUs', members: ['climate'] },
  ])
})

test('an app runs on the battery management, which needs the climate control, and each of them is somewhere', async () => {
  await using demo = await started()
  const relations = demo.backend.snapshot.entities.map(({ id, hostId, parentId, dependsOn }) => ({
    id,
    ...{ hostId, parentId, dependsOn },
  }))
  const related = relations.filter(({ hostId, parentId, dependsOn }) => hostId ?? parentId ?? dependsOn)
  assert.deepEqual(related, [
    { id: 'bms', hostId: undefined, parentId: undefined, dependsOn: ['climate'] },
    { id: 'battery-care', hostId: 'bms', parentId: undefined, dependsOn: ['bms'] },
    { id: 'underbody', hostId: undefined, parentId: 'vehicle', dependsOn: undefined },
    { id: 'cabin', hostId: undefined, parentId: 'vehicle', dependsOn: undefined },
  ])
})

const DOCUMENTED = {
  bms: [
    ['soc', 'State of Charge', 'float', '%', 'readOnly', 78.5],
    ['voltage', 'Pack Voltage', 'float', 'V', 'readOnly', 396.2],
    ['cell-temp-max', 'Max Cell Temperature', 'float', '°C', 'readOnly', 34.1],
    ['charge-limit', 'Charge Limit', 'integer', '%', 'readWrite', 80],
  ],
  climate: [
    ['cabin-temp', 'Cabin Temperature', 'float', '°C', 'readOnly', 22.3],
    ['target-temp', 'Target Temperature', 'float', '°C', 'readWrite', 21.0],
    ['fan-speed', 'Fan Speed', 'integer', undefined, 'readWrite', 3],
  ],
} as const

/** Asserts that the data of both ECUs are the documented ones. */
async function assertDocumented(demo: Awaited<ReturnType<typeof started>>): Promise<void> {
  for (const component of ['bms', 'climate'] as const) {
    const items = await demo[component].items()
    assert.deepEqual(
      items.map(({ id, name, dataType, unit, access }) => [id, name, dataType, unit, access]),
      DOCUMENTED[component].map((row) => row.slice(0, 5)),
    )
    for (const [id, name, , unit, access, value] of DOCUMENTED[component]) {
      const attributes = { name, ...(unit === undefined ? {} : { unit }), access }
      assert.deepEqual(await demo[component].reading(id), { id, value, attributes })
    }
  }
}

test('at the start the data are the documented ones', async () => {
  await using demo = await started({ seed: 5 })
  await assertDocumented(demo)
})

test('at the start there is the documented fault and no other', async () => {
  await using demo = await started()
  const faults = await demo.bms.faults()
  assert.deepEqual(
    faults.map(({ status, environmentData, ...fault }) => ({ ...fault, status: aggregatedStatus(status) })),
    [
      {
        id: 'bms-f001',
        code: 'P0A80',
        displayCode: 'P0A80',
        // 2 is error, the next to the worst of four: `high` in the native contract.
        severity: 2,
        status: 'active',
        name: 'Cell Voltage Imbalance',
        description: 'Cell voltage imbalance detected in module 3',
      },
    ],
  )
  assert.deepEqual(await demo.climate.faults(), [])
})

test('the operations are the documented ones, and none runs', async () => {
  await using demo = await started()
  assert.deepEqual(await demo.bms.operations(), [
    {
      id: 'self-test',
      name: 'Battery Self Test',
      description: 'Run full cell balance and isolation test',
      running: false,
    },
    { id: 'cell-balance', name: 'Cell Balancing', description: 'Trigger active cell balancing cycle', running: false },
  ])
  assert.deepEqual(await demo.climate.operations(), [
    {
      id: 'recirculate',
      name: 'Recirculation Flush',
      description: 'Flush cabin air through recirculation filter',
      running: false,
    },
  ])
})

test('both components start in the default mode of the documented three', async () => {
  await using demo = await started()
  for (const tester of [demo.bms, demo.climate]) {
    const [session] = await tester.modes()
    assert.equal(session?.value, 'default')
    assert.deepEqual(
      session.values.map(({ value }) => value),
      ['default', 'extended', 'programming'],
    )
  }
})

test('within minutes the state of charge drains and the cabin comes to its target', async () => {
  await using demo = await started({ seed: 1 })
  await demo.climate.write('target-temp', 25)
  await demo.clock.advance(10 * MINUTE)
  assert.ok(Number(await demo.bms.read('soc')) < 77.5)
  assert.ok(Number(await demo.climate.read('cabin-temp')) > 24)
})

test('a static backend keeps the documented values, and a cleared fault stays cleared', async () => {
  await using demo = await started({ static: true })
  await demo.clock.advance(48 * 60 * MINUTE)
  await assertDocumented(demo)
  assert.equal(await demo.bms.faultStatus('bms-f001'), 'active')
  await demo.bms.clearFaults()
  await demo.clock.advance(60 * MINUTE)
  assert.deepEqual(await demo.bms.faults(), [])
})

test('a static backend takes writes and runs operations', async () => {
  await using demo = await started({ static: true })
  await demo.climate.write('target-temp', 23)
  const id = await demo.bms.start('self-test')
  await demo.clock.advance(2500)
  assert.deepEqual(await demo.bms.state('self-test', id), { status: 'running', progress: 50 })
  await demo.clock.advance(2500)
  assert.equal((await demo.bms.state('self-test', id)).status, 'completed')
  assert.equal(await demo.climate.read('target-temp'), 23)
  assert.equal(await demo.climate.read('cabin-temp'), 22.3)
})

/** Readings of both ECUs, minute by minute. */
async function recorded(seed: number | undefined, epochMs?: number): Promise<Json[]> {
  const clock = new FakeClock({ seed: 99, ...(epochMs === undefined ? {} : { epochMs }) })
  await using demo = await started({ clock, ...(seed === undefined ? {} : { seed }) })
  const readings: Json[] = []
  for (let minute = 0; minute < 5; minute++) {
    await clock.advance(MINUTE)
    for (const id of ['soc', 'voltage', 'cell-temp-max']) readings.push(await demo.bms.read(id))
    readings.push(await demo.climate.read('cabin-temp'))
  }
  return readings
}

test('the same seed gives the same drift at any time, another seed another one', async () => {
  assert.deepEqual(await recorded(7), await recorded(7, 0))
  assert.notDeepEqual(await recorded(7), await recorded(8))
  assert.notDeepEqual(await recorded(undefined), await recorded(7))
})

test('a late wake-up is made up for in steps of the usual length', async () => {
  /** A clock whose sleeps last three times as long as asked. */
  class SlowClock extends FakeClock {
    override sleep(ms: number, signal?: AbortSignal): Promise<void> {
      return super.sleep(3 * ms, signal)
    }
  }
  const slow = new SlowClock()
  await using late = await started({ clock: slow, seed: 7 })
  await using punctual = await started({ seed: 7 })
  await slow.advance(6 * MINUTE)
  await punctual.clock.advance(6 * MINUTE)
  assert.equal(await late.bms.read('voltage'), await punctual.bms.read('voltage'))
  assert.equal(await late.bms.read('soc'), await punctual.bms.read('soc'))
})

test('nothing drifts once the backend was stopped, and no timer is left', async () => {
  const clock = new FakeClock()
  const backend = createDemoBackend({ clock, log: silentLogger })
  const controller = new AbortController()
  const running = backend.run(controller.signal)
  const entity = backend.snapshot.entities[0]
  assert.ok(entity)
  const bms = testerOf(entity)
  await bms.setMode('extended')
  await bms.start('self-test')
  await clock.advance(2 * STEP_MS)
  controller.abort()
  await running
  await backend[Symbol.asyncDispose]()
  await backend[Symbol.asyncDispose]()
  await settle()
  assert.equal(clock.pending, 0)
})
