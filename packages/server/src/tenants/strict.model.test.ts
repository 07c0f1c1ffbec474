import assert from 'node:assert/strict'
import { test } from 'node:test'
import { docsRoutes, ISO_API, NATIVE_API, type Route, type RouteTable } from '@opensovd/sovd'
import fc from 'fast-check'
import type { Fixture } from '../testing/fixture.ts'
import { accessOf } from './row-access.ts'
import { openSharedVehicle, tester } from './testing/shared-vehicle.ts'

const CONTRACTS: readonly (readonly [base: string, table: RouteTable])[] = [
  ['/sovd/v1', NATIVE_API],
  ['/vehicle/v1', { ...ISO_API, ...docsRoutes(ISO_API) }],
]

/** What the two tenants have: the entities that are made of nothing else, and the group of both. */
const HAS = {
  battery: { componentId: 'xbat', appId: 'xcharge', functionId: 'xcharge', groupId: 'body', areaId: 'body' },
  comfort: { componentId: 'climate', appId: 'heating', functionId: 'heating', groupId: 'body', areaId: 'body' },
}

const IDS: Readonly<Record<string, string>> = {
  entityCollection: 'components',
  dataId: 'note',
  faultId: 'P0A80',
  faultCode: 'P0A80',
  operationId: 'cell-balance',
  modeId: 'session',
  configurationId: 'label',
  category: 'notes',
}

/** Bodies that make something happen. */
const BODIES: Readonly<Record<string, unknown>> = {
  'PUT /components/{componentId}/data/{dataId}': { value: 'x' },
  'PUT /apps/{appId}/data/{dataId}': { value: 'x' },
  'PUT /funcs/{functionId}/data/{dataId}': { value: 'x' },
  'POST /components/{componentId}/data/bulk-write': [{ id: 'note', value: 'y' }],
  'POST /components/{componentId}/modes': { mode: 'extended' },
  'PUT /components/{componentId}/configurations': { name: 'label', value: 'pack B' },
  'PUT /{entityCollection}/{entityId}/data/{dataId}': { data: 'z' },
  'PUT /{entityCollection}/{entityId}/modes/{modeId}': { value: 'extended' },
  'PUT /{entityCollection}/{entityId}/configurations/{configurationId}': { data: 'pack C' },
  'PUT /{entityCollection}/{entityId}/logs/config': { items: [] },
  'POST /{entityCollection}/{entityId}/data-lists': { ids: ['soc'] },
  'POST /{entityCollection}/{entityId}/locks': { lock_expiration: 60 },
  'POST /{entityCollection}/{entityId}/cyclic-subscriptions': { resource: 'data/soc', interval: 'slow', duration: 60 },
  'POST /{entityCollection}/{entityId}/triggers': {
    resource: 'data/note',
    trigger_condition: { condition_type: 'OnChange' },
    log_settings: { log_severity: 'error', log_marker_text: 'changed' },
  },
  'POST /{entityCollection}/{entityId}/bulk-data/{category}': { a: 1 },
  'POST /x-faults/records': { component_id: 'climate', fault_id: 'F', source: 's', severity: 'Error', stage: 'Failed' },
}

function pathOf({ path, mount }: Route, base: string, own: Readonly<Record<string, string>>): string {
  const ids: Readonly<Record<string, string | undefined>> = { ...IDS, ...own, entityId: own.componentId }
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'x')
  return mount === 'root' ? filled : base + filled
}

const rows = CONTRACTS.flatMap(([base, table]) => Object.values(table).map((row) => ({ base, row })))
const changing = rows.filter(({ row }) => row.method !== 'GET')
const readable = rows.filter(({ row }) => {
  return row.method === 'GET' && row.reply.kind !== 'events' && accessOf(row) === 'strict'
})

type Headers = Record<string, string>

/** All there is to see for `comfort`, without the times at which it is seen. */
async function viewOf(fixture: Fixture, headers: Headers): Promise<readonly string[]> {
  const paths = readable.map(({ base, row }) => pathOf(row, base, HAS.comfort))
  const replies = await Promise.all(paths.map((path) => fixture.get(path, headers)))
  return replies.map(({ status, text }, at) => {
    return `${paths[at]} ${status} ${text.replaceAll(/"(generatedAt|exportedAt)":"[^"]*"/g, '')}`
  })
}

test('whatever a tenant does to its components, one that has others sees nothing of it', async () => {
  const battery = await tester('battery')
  const comfort = await tester('comfort')
  const some = fc.array(fc.constantFrom(...changing), { minLength: 20, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(some, async (chosen) => {
      await using fixture = await openSharedVehicle()
      // Looking is recorded itself where it takes much out at once.
      const before = (await viewOf(fixture, comfort)).filter((line) => !line.includes('/audit'))
      for (const { base, row } of chosen) {
        const { method, path } = row
        const reply = await fixture.send(method, pathOf(row, base, HAS.battery), BODIES[`${method} ${path}`], battery)
        assert.ok(reply.status < 500 || reply.status === 501, `${method} ${path}: ${reply.text}`)
      }
      const after = (await viewOf(fixture, comfort)).filter((line) => !line.includes('/audit'))
      assert.deepEqual(after, before)
    }),
    { numRuns: 15 },
  )
})
