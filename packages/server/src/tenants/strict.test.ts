import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { docsRoutes, ISO_API, NATIVE_API, type Route, type RouteTable } from '@opensovd/sovd'
import type { Fixture } from '../testing/fixture.ts'
import { openSharedVehicle, tester } from './testing/shared-vehicle.ts'

const CONTRACTS: readonly (readonly [name: string, base: string, table: RouteTable])[] = [
  ['native', '/sovd/v1', NATIVE_API],
  ['iso', '/vehicle/v1', { ...ISO_API, ...docsRoutes(ISO_API) }],
]

/** What is there, and of what `comfort` has nothing. */
const IDS: Readonly<Record<string, string>> = {
  entityCollection: 'components',
  entityId: 'xbat',
  componentId: 'xbat',
  groupId: 'xpower',
  areaId: 'xpower',
  appId: 'xcharge',
  functionId: 'xcharge',
}

/** What a strict tenant gets of a row that is about no entity. A document is the same for all of them. */
const VEHICLE_ROWS: Readonly<Record<string, 'own part' | 'own trail' | 'document' | 'refused' | 'anybody'>> = {
  'native getServerInfo': 'own part',
  'native getVersionInfo': 'anybody',
  'native listComponents': 'own part',
  'native listGroups': 'own part',
  'native getMetadata': 'document',
  'native getOpenApi': 'document',
  'native getDocs': 'document',
  'native reportFaults': 'refused',
  'native beginOperationCycle': 'refused',
  'native listApps': 'own part',
  'native listFunctions': 'own part',
  'native listAreas': 'own part',
  'native listAudit': 'own trail',
  'native exportAudit': 'own trail',
  'native readVehicleLock': 'refused',
  'native acquireVehicleLock': 'refused',
  'native renewVehicleLock': 'refused',
  'native releaseVehicleLock': 'refused',
  'native exportFaults': 'own part',
  'native getDataCatalog': 'own part',
  'native listFeatures': 'refused',
  'native readFeature': 'refused',
  'native switchFeature': 'refused',
  'native getHealth': 'anybody',
  'native getLiveness': 'anybody',
  'native getReadiness': 'anybody',
  'native getMetrics': 'refused',
  'native readKeepalive': 'own part',
  'native readBridgeStatus': 'refused',
  'native listBridgeSessions': 'refused',
  'native readBridgeSession': 'refused',
  'native forwardToVehicle': 'refused',
  'native pingVehicle': 'refused',
  'native endBridgeSession': 'refused',
  'iso getVersionInfo': 'anybody',
  'iso getServer': 'own part',
  'iso listEntities': 'own part',
  'iso listUpdates': 'refused',
  'iso registerUpdate': 'refused',
  'iso readUpdate': 'refused',
  'iso removeUpdate': 'refused',
  'iso automateUpdate': 'refused',
  'iso prepareUpdate': 'refused',
  'iso executeUpdate': 'refused',
  'iso readUpdateStatus': 'refused',
  'iso authorize': 'anybody',
  'iso issueToken': 'anybody',
  'iso docs of /': 'own part',
  'iso docs of /{entityCollection}': 'own part',
  'iso docs of /updates': 'refused',
  'iso docs of /updates/{updatePackageId}': 'refused',
  'iso docs of /updates/{updatePackageId}/automated': 'refused',
  'iso docs of /updates/{updatePackageId}/prepare': 'refused',
  'iso docs of /updates/{updatePackageId}/execute': 'refused',
  'iso docs of /updates/{updatePackageId}/status': 'refused',
  'iso docs of /authorize': 'document',
  'iso docs of /token': 'document',
}

/** Names of what `comfort` has nothing of. */
const FOREIGN = /\b(xbat|xcharge|xcool|xpower)\b/

function pathOf({ path, mount }: Route, base: string): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => IDS[name] ?? 'x')
  return mount === 'root' ? filled : base + filled
}

describe('a tenant that has one component', () => {
  let fixture: Fixture
  let comfort: Record<string, string>
  let battery: Record<string, string>
  let all: Record<string, string>
  before(async () => {
    fixture = await openSharedVehicle()
    comfort = await tester('comfort')
    battery = await tester('battery')
    all = await tester('all')
  })
  after(() => fixture[Symbol.asyncDispose]())

  const ask = async ({ method, reply }: Route, path: string, headers: Record<string, string>) => {
    const done = new AbortController()
    const response = await fetch(fixture.url + path, { method, headers, signal: done.signal })
    const isStream = response.ok && reply.kind === 'events'
    const text = isStream ? '' : await response.text()
    done.abort()
    return { status: response.status, text }
  }

  for (const [contract, base, table] of CONTRACTS) {
    for (const [name, row] of Object.entries(table)) {
      const place = pathOf(row, base)
      const isOfEntity = Object.keys(IDS).some((id) => id !== 'entityCollection' && row.path.includes(`{${id}}`))

      if (isOfEntity) {
        test(`has no other: ${contract} ${name}`, async () => {
          const { status, text } = await ask(row, place, comfort)
          assert.equal(status, 404, text)
          assert.match(text, /not found|there is no/)
          const unknown = await ask(row, place.replace(/\b(xbat|xpower|xcharge)\b/, 'nowhere'), comfort)
          assert.equal(unknown.status, 404)
          assert.equal(
            text.replaceAll(/xbat|xpower|xcharge/g, 'nowhere'),
            unknown.text,
            'it differs from what is not there',
          )
        })

        test(`has its own: ${contract} ${name}`, async () => {
          const { text } = await ask(row, place, battery)
          assert.doesNotMatch(
            text,
            /(Component|Group|App|Function|Area) '\w+' not found|there is no (component|area|app) '/,
          )
        })
        continue
      }

      test(`${VEHICLE_ROWS[`${contract} ${name}`]} of the vehicle: ${contract} ${name}`, async () => {
        const { status, text } = await ask(row, place, comfort)
        switch (VEHICLE_ROWS[`${contract} ${name}`]) {
          case 'refused': {
            assert.equal(status, 403, text)
            assert.match(text, /is not for tenant 'comfort'/)
            assert.doesNotMatch((await ask(row, place, all)).text, /is not for tenant/)
            break
          }
          case 'own part':
            assert.equal(status, 200, text)
            assert.doesNotMatch(text, FOREIGN)
            break
          case 'own trail': {
            const { value, entries = value } = JSON.parse(text)
            assert.ok(entries.length > 0)
            assert.deepEqual([...new Set(entries.map(({ tenant }: { tenant: string }) => tenant))], ['comfort'])
            break
          }
          case 'document':
            assert.equal(text, (await ask(row, place, all)).text)
            break
          case 'anybody':
            assert.notEqual(status, 403, text)
            break
          default:
            assert.fail('say in VEHICLE_ROWS what a strict tenant gets of this row')
        }
      })
    }
  }

  const list = async (path: string, headers: Record<string, string>) => {
    const { json } = await fixture.get(path, headers)
    return (json.value ?? json.items).map(({ id }: { id: string }) => id)
  }

  test('sees of groups, areas, functions and apps what is made of it', async () => {
    for (const base of ['/sovd/v1', '/vehicle/v1']) {
      assert.deepEqual(await list(`${base}/components`, comfort), ['climate'])
      assert.deepEqual(await list(`${base}/components`, battery), ['xbat'])
      assert.deepEqual(await list(`${base}/components`, all), ['xbat', 'climate'])
      assert.deepEqual(await list(`${base}/areas`, comfort), ['body'])
      assert.deepEqual(await list(`${base}/areas`, battery), ['xpower', 'body'])
      assert.deepEqual(await list(`${base}/apps`, comfort), ['heating'])
      assert.deepEqual(await list(`${base}/apps`, battery), ['xcharge'])
      assert.deepEqual(await list(`${base}/apps`, all), ['xcharge', 'xcool', 'heating'])
    }
    assert.deepEqual(await list('/sovd/v1/funcs', comfort), ['heating'])
    assert.deepEqual(await list('/vehicle/v1/functions', comfort), ['heating'])
    const members = async (headers: Record<string, string>) =>
      (await fixture.get('/sovd/v1/groups/body', headers)).json.componentIds
    assert.deepEqual(await members(comfort), ['climate'])
    assert.deepEqual(await members(battery), ['xbat'])
    assert.deepEqual(await members(all), ['climate', 'xbat'])
    assert.deepEqual(await list('/sovd/v1/groups/body/components', comfort), ['climate'])
    assert.deepEqual(await list('/vehicle/v1/areas/body/contains', comfort), ['climate'])
  })

  test('has only its own faults in exports, also those of the past', async () => {
    const report = (componentId: string) => ({
      component_id: componentId,
      fault_id: 'F1',
      source: 'app',
      severity: 'Error',
      stage: 'Failed',
    })
    const told = await fixture.send('POST', '/sovd/v1/x-faults/records', [report('xbat'), report('climate')], all)
    assert.equal(told.json.accepted, 2, told.text)
    const past = await fixture.get('/sovd/v1/export/faults?from=0', comfort)
    assert.match(past.text, /"componentId":"climate"/)
    assert.doesNotMatch(past.text, FOREIGN)
    assert.match((await fixture.get('/sovd/v1/export/faults?from=0', all)).text, /"componentId":"xbat"/)
  })

  test('cannot lock what is not its alone', async () => {
    const lock = (path: string) => fixture.send('POST', path, { lock_expiration: 60 }, comfort)
    const group = await fixture.send('POST', '/sovd/v1/groups/body/lock', undefined, comfort)
    assert.equal(group.status, 403)
    assert.match(group.json.error.message, /tenant 'comfort' cannot lock group 'body'/)
    assert.equal((await lock('/vehicle/v1/apps/heating/locks')).status, 201)
  })
})
