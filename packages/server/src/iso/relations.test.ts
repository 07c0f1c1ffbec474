import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type DeclaredEntity, type Entity, MemoryBackend } from '@opensovd/core'
import { memoryFacets, SAMPLE_COMPONENT } from '@opensovd/core/testing'
import type { Fixture } from '../testing/fixture.ts'
import { BASE, openCheckedFixture } from './testing/checked-fixture.ts'

function component(id: string, more: Partial<Entity> = {}): Entity {
  return {
    kind: 'component',
    id,
    name: id,
    connectionState: 'connected',
    facets: memoryFacets(SAMPLE_COMPONENT),
    ...more,
  }
}

const COMPONENTS: readonly Entity[] = [
  component('hpc', { dependsOn: ['bms'] }),
  component('bms', { tags: ['hv'] }),
  component('cell', { parentId: 'bms' }),
]

const DECLARED: readonly DeclaredEntity[] = [
  { kind: 'area', id: 'vehicle', name: 'Vehicle' },
  { kind: 'area', id: 'rear', name: 'Rear', parentId: 'vehicle', members: ['bms', 'hpc'], translationId: 'area.rear' },
  { kind: 'area', id: 'trunk', name: 'Trunk', parentId: 'rear', members: ['bms'] },
  { kind: 'app', id: 'planner', name: 'Planner', hostId: 'hpc', dependsOn: ['maps', 'bms'], tags: ['driving'] },
  { kind: 'app', id: 'maps', name: 'Maps', hostId: 'hpc' },
  {
    kind: 'function',
    id: 'energy',
    name: 'Energy',
    data: [{ id: 'charge', componentId: 'bms', itemId: 'soc' }],
    operations: [{ id: 'check', componentId: 'bms', operationId: 'cell-balance' }],
  },
]

describe('relations [17978-3 7.6]', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openCheckedFixture({
      backends: [new MemoryBackend('memory', COMPONENTS)],
      entities: { declared: DECLARED },
    })
  })
  after(() => fixture[Symbol.asyncDispose]())
  const uri = (path: string) => fixture.url + BASE + path
  const hrefs = async (path: string) =>
    (await fixture.get(path)).json.items.map((item: { href: string }) => item.href.slice(uri('').length))

  test('lead to the entities that others are related to', async () => {
    for (const [path, expected] of [
      ['/areas/vehicle/subareas', ['/areas/rear']],
      ['/areas/rear/subareas', ['/areas/trunk']],
      ['/areas/rear/contains', ['/components/bms', '/components/hpc']],
      ['/areas/rear/related-components', ['/components/bms', '/components/hpc']],
      ['/areas/trunk/contains', []],
      ['/components/bms/subcomponents', ['/components/cell']],
      ['/components/hpc/hosts', ['/apps/planner', '/apps/maps']],
      ['/components/hpc/related-apps', ['/apps/planner', '/apps/maps']],
      ['/components/hpc/depends-on', ['/components/bms']],
      ['/apps/planner/depends-on', ['/apps/maps', '/components/bms']],
      ['/apps/maps/depends-on', []],
      ['/components/hpc/hosts?include-schema=true&tags=driving', ['/apps/planner']],
      ['/areas/rear/contains?tags=hv&tags=x', ['/components/bms']],
    ] as const) {
      assert.deepEqual(await hrefs(path), expected, path)
    }
  })

  test('of an entity are linked where there are any, and the inverse ones are attributes', async () => {
    const rear = (await fixture.get('/areas/rear?include-schema=true')).json
    assert.equal(rear.translation_id, 'area.rear')
    assert.equal(rear.subareas, uri('/areas/rear/subareas'))
    assert.equal(rear.contains, uri('/areas/rear/contains'))
    assert.equal((await fixture.get('/areas/trunk')).json.contains, undefined)
    const bms = (await fixture.get('/components/bms')).json
    assert.equal(bms['belongs-to'], uri('/areas/rear'))
    assert.equal(bms.subcomponents, uri('/components/bms/subcomponents'))
    assert.equal(bms.hosts, undefined)
    const planner = (await fixture.get('/apps/planner')).json
    assert.equal(planner['is-located-on'], uri('/components/hpc'))
    assert.equal(planner['depends-on'], uri('/apps/planner/depends-on'))
  })

  test('agree in both directions', async () => {
    const pairs = { located: new Set(), hosted: new Set(), belonging: new Set(), contained: new Set() }
    for (const collection of ['areas', 'components', 'apps']) {
      for (const { href } of (await fixture.get(`/${collection}`)).json.items) {
        const { json } = await fixture.get(href.slice(uri('').length))
        if (json['is-located-on']) pairs.located.add(`${href} ${json['is-located-on']}`)
        if (json['belongs-to']) pairs.belonging.add(`${href} ${json['belongs-to']}`)
        for (const [name, into] of [
          ['hosts', pairs.hosted],
          ['contains', pairs.contained],
        ] as const) {
          if (!json[name]) continue
          const { items } = (await fixture.get(json[name].slice(uri('').length))).json
          assert.ok(items.length > 0, `${href} ${name}`)
          for (const item of items) into.add(`${item.href} ${href}`)
        }
      }
    }
    assert.deepEqual(pairs.located, pairs.hosted)
    assert.deepEqual(pairs.belonging, pairs.contained)
    assert.equal(pairs.located.size, 2)
    assert.equal(pairs.belonging.size, 2)
  })

  test('that are no paths, and those of entities that are not there, are not found', async () => {
    for (const path of ['/apps/planner/is-located-on', '/apps/planner/belongs-to', '/components/bms/belongs-to']) {
      assert.equal((await fixture.get(path)).json.vendor_code, 'resource-not-found', path)
    }
    for (const path of ['/components/none/hosts', '/areas/none/contains', '/apps/none/depends-on']) {
      assert.equal((await fixture.get(path)).json.vendor_code, 'entity-not-found', path)
    }
    assert.equal((await fixture.send('PUT', '/components/bms/hosts', {})).status, 405)
  })

  test('leave the other resources of the same entities where they were', async () => {
    for (const path of ['/areas/rear/locks', '/components/hpc/data', '/components/bms/faults/P0A80']) {
      assert.equal((await fixture.get(path)).status, 200, path)
    }
  })

  test('entities are found by their tags', async () => {
    assert.deepEqual(await hrefs('/components?tags=hv'), ['/components/bms'])
    assert.deepEqual((await fixture.get('/apps?tags=driving')).json.items[0].tags, ['driving'])
  })

  test('a function has data and operations that are those of components', async () => {
    const energy = (await fixture.get('/functions/energy')).json
    assert.equal(energy.data, uri('/functions/energy/data'))
    assert.deepEqual((await fixture.get('/functions/energy/data')).json.items, [
      { id: 'charge', name: 'State of Charge', category: 'currentData' },
    ])
    assert.equal((await fixture.get('/functions/energy/data/charge')).json.data, 78.5)
    assert.equal((await fixture.send('PUT', '/functions/energy/data/charge', { data: 1 })).status, 403)
    const started = await fixture.send('POST', '/functions/energy/operations/check/executions', {})
    assert.equal(started.status, 202)
    assert.deepEqual((await fixture.get('/functions/energy/operations/check/executions')).json.items, [started.json.id])
    assert.deepEqual(
      (await fixture.get('/functions/energy/faults')).json.items.map((fault: { scope: string }) => fault.scope),
      ['module-3', 'bms'],
    )
    assert.equal((await fixture.send('DELETE', '/functions/energy/faults?scope=bms')).status, 204)
    assert.equal((await fixture.get('/components/bms/faults')).json.items.length, 1)
  })
})

test('a kind that is disabled is no collection', async () => {
  await using fixture = await openCheckedFixture({
    backends: [new MemoryBackend('memory', COMPONENTS)],
    entities: { declared: DECLARED, disabled: ['area'] },
  })
  assert.equal((await fixture.get('/areas')).status, 404)
  assert.equal((await fixture.get('/areas/rear')).status, 404)
  assert.equal((await fixture.get('/')).json.areas, undefined)
  assert.equal((await fixture.get('/components/bms')).json['belongs-to'], undefined)
})
