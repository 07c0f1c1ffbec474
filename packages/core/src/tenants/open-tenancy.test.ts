import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { Diagnostics } from '../diagnostics.ts'
import type { Entity } from '../entities/entity.ts'
import { MemoryBackend } from '../memory/memory-backend.ts'
import { openDiagnostics } from '../open-diagnostics.ts'
import type { Execution } from '../operations/execution.ts'
import type { ScriptsOptions } from '../scripts/scripts.ts'
import { memoryFacets } from '../testing/memory-facets.ts'
import { SAMPLE_COMPONENT } from '../testing/sample-component.ts'
import type { Tenant } from './tenant.ts'

const RED: Tenant = { id: 'red', isolation: 'namespace' }
const BLUE: Tenant = { id: 'blue', isolation: 'namespace' }
const OPEN: Tenant = { id: 'open', isolation: 'none' }

const BMS = { kind: 'component', id: 'bms' } as const
const context = { signal: new AbortController().signal }

function bms(more: Partial<Entity['facets']> = {}): Entity {
  return {
    ...BMS,
    name: 'Battery',
    connectionState: 'connected',
    facets: { ...memoryFacets(SAMPLE_COMPONENT), ...more },
  }
}

function shared(tenants: Parameters<typeof openDiagnostics>[0]['tenants'], entity = bms()): Diagnostics {
  let next = 0
  return openDiagnostics({
    clock: new FakeClock(),
    log: silentLogger,
    createId: () => `id-${++next}`,
    backends: [new MemoryBackend('memory', [entity])],
    ...(tenants && { tenants }),
  })
}

function viewOf({ tenancy }: Diagnostics, { id }: Tenant): Diagnostics {
  const view = tenancy?.views.get(id)
  assert.ok(view, `there is no view of ${id}`)
  return view
}

const messagesOf = async ({ tree }: Diagnostics) =>
  (await tree.get('component', 'bms').facets.logs?.entries({}, context))?.map(({ message }) => message)

test('where nobody shares the vehicle there is no tenancy', async () => {
  await using diagnostics = shared(undefined)
  assert.equal(diagnostics.tenancy, undefined)
})

test('who is not kept apart has no view of its own', async () => {
  await using diagnostics = shared([{ tenant: RED }, { tenant: OPEN }])
  assert.deepEqual([...(diagnostics.tenancy?.tenants.keys() ?? [])], ['red', 'open'])
  assert.deepEqual([...(diagnostics.tenancy?.views.keys() ?? [])], ['red'])
})

test('what happens to the vehicle is in the logs of all, and what is done for one in no other', async () => {
  await using diagnostics = shared([{ tenant: RED }, { tenant: BLUE }])
  const red = viewOf(diagnostics, RED)
  const blue = viewOf(diagnostics, BLUE)
  diagnostics.logs.write(BMS, { severity: 'info', source: 'program', message: 'warm' })
  const { id } = diagnostics.locks.acquire(BMS, { subject: 'ann', tenant: RED })
  diagnostics.locks.break({ target: BMS, id }, { subject: 'bob', tenant: RED })
  assert.deepEqual(await messagesOf(red), ['warm', "the lock of 'ann' was broken by 'bob'"])
  assert.deepEqual(await messagesOf(blue), ['warm'])
  assert.deepEqual(await messagesOf(diagnostics), ['warm'])
  const own = diagnostics.locks.acquire(BMS, { subject: 'ann' })
  diagnostics.locks.break({ target: BMS, id: own.id }, { subject: 'bob' })
  assert.deepEqual(await messagesOf(diagnostics), ['warm', "the lock of 'ann' was broken by 'bob'"])
  assert.deepEqual(await messagesOf(blue), ['warm'])
})

test('levels of logs are those of the vehicle', async () => {
  await using diagnostics = shared([{ tenant: RED }, { tenant: BLUE }])
  viewOf(diagnostics, RED).logs.levels.set(BMS, [{ context: { type: 'AUTOSAR_DLT' }, severity: 'error' }])
  assert.equal(viewOf(diagnostics, BLUE).logs.levels.of(BMS).length, 1)
})

test('a change through one view is told in all of them', async () => {
  await using diagnostics = shared([{ tenant: RED }, { tenant: BLUE }])
  const seen: number[] = []
  const { events } = viewOf(diagnostics, BLUE)
  const end = events.watch(events.faults(BMS), {
    intervalMs: 3_600_000,
    onReading: (reading) => {
      if ('value' in reading) seen.push(reading.value.faults.length)
    },
  })
  await settle()
  const red = viewOf(diagnostics, RED)
  await red.tree.get('component', 'bms').facets.faults?.clearAll?.(context)
  red.events.changed(BMS, 'faults')
  await settle()
  assert.deepEqual(seen, [2, 0])
  end()
})

test('executions that survived a restart are their of their tenant', async () => {
  const kept: Execution = {
    id: 'e1',
    entity: BMS,
    operationId: 'self-test',
    state: { status: 'completed' },
    capability: 'execute',
    startedAt: new Date(new FakeClock().now()).toISOString(),
    endedAt: new Date(new FakeClock().now()).toISOString(),
  }
  const journal = { restored: [kept], put: () => {}, delete: () => {} }
  await using diagnostics = shared([{ tenant: RED, journal }, { tenant: BLUE }])
  const of = ({ executions, tree }: Diagnostics) => executions.list(tree.get('component', 'bms'), 'self-test').length
  assert.deepEqual([viewOf(diagnostics, RED), viewOf(diagnostics, BLUE), diagnostics].map(of), [1, 0, 0])
})

test('a script that runs again after a restart does so for its tenant, and heeds the locks of others', async () => {
  const begin = Promise.withResolvers<void>()
  const outcome = Promise.withResolvers<unknown>()
  const scripts: ScriptsOptions = {
    store: {
      list: () => [{ id: 's1', entity: BMS }],
      add: async () => ({ id: 's1', entity: BMS }),
      remove: async () => {},
      registered: [{ id: 'e1', entity: BMS, scriptId: 's1', type: 'on_restart', subject: 'ann' }],
      register: async () => {},
      unregister: async () => {},
    },
    runner: {
      check: async () => {},
      async run({ host }, signal) {
        await begin.promise
        const write = () => host.call('data.write', ['note', 'x'], signal)
        outcome.resolve(await write().catch((error: unknown) => error))
        return undefined
      },
    },
  }
  await using diagnostics = shared([{ tenant: RED, scripts }])
  diagnostics.locks.acquire(BMS, { subject: 'ann' })
  begin.resolve()
  const error = await outcome.promise
  assert.match(String(error), /locked by another tenant/)
})

test('what a source would let tenants do to each other they cannot', async () => {
  const files = {
    categories: async () => ['notes'],
    list: async () => [],
    find: async (_category: string, id: string) => ({ id, mimeType: 'text/plain' }),
    async *content() {},
    upload: async () => ({ id: 'x', mimeType: 'text/plain' }),
    delete: async () => {},
  }
  const uds = {
    connect: async () => {},
    disconnect: async () => {},
    keptSession: () => ({ session: 'extended', udsSession: 3, owner: 'ann', since: '2026-01-01T00:00:00Z' }),
  }
  const entity = bms({ bulkData: files, uds, communication: { onExchange: () => () => {} } })
  await using diagnostics = shared([{ tenant: RED }], entity)
  const { facets } = viewOf(diagnostics, RED).tree.get('component', 'bms')
  assert.equal(facets.communication, undefined)
  assert.deepEqual(await facets.bulkData?.categories(context), ['notes'])
  const upload = { mimeType: 'text/plain', content: (async function* () {})() }
  await assert.rejects(async () => facets.bulkData?.upload?.('notes', upload, context), { code: 'forbidden' })
  await assert.rejects(async () => facets.bulkData?.delete?.('notes', 'x', context), { code: 'forbidden' })
  assert.deepEqual(facets.uds?.keptSession(), { session: 'extended', udsSession: 3, since: '2026-01-01T00:00:00Z' })
  const whole = diagnostics.tree.get('component', 'bms').facets
  assert.equal(whole.uds?.keptSession()?.owner, 'ann')
  assert.ok(whole.communication)
})

test('a strict tenant has no updates', async () => {
  const lab: Tenant = { id: 'lab', isolation: 'strict', components: new Set(['bms']) }
  await using diagnostics = shared([{ tenant: lab }])
  assert.equal(viewOf(diagnostics, lab).updates.isAvailable, false)
  assert.notEqual(viewOf(diagnostics, lab).updates, diagnostics.updates)
})
