import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { MemoryBackend } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { Fixture } from '../testing/fixture.ts'
import { openCheckedFixture } from './testing/checked-fixture.ts'

describe('faults [17978-3 7.8]', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openCheckedFixture()
  })
  after(() => fixture[Symbol.asyncDispose]())
  const severitiesOf = async (query: string) =>
    (await fixture.get(`/components/bms/faults${query}`)).json.items.map(
      ({ severity }: { severity: number }) => severity,
    )

  test('are listed in the words of the standard', async () => {
    const { items } = (await fixture.get('/components/bms/faults?include-schema=true')).json
    assert.deepEqual(items, [
      {
        code: 'P0A80',
        scope: 'module-3',
        display_code: 'P0A80',
        fault_name: 'Cell Voltage Imbalance',
        severity: 2,
        status: { aggregatedStatus: 'active' },
        symptom: 'uneven',
        tags: ['safety'],
      },
      { code: 'P0A0D', fault_name: 'Interlock Open', severity: 4, status: { aggregatedStatus: 'passive' } },
      {
        code: 'P0A0D',
        fault_name: 'Interlock Open',
        scope: 'module-3',
        severity: 3,
        status: { testFailed: '0', confirmedDTC: '1', aggregatedStatus: 'passive' },
      },
    ])
  })

  // Each fault of the vehicle has a severity of its own: 2, 4 and 3. A severity in a query is not part of its result.
  const filters: [query: string, severities: number[]][] = [
    ['?severity=5', [2, 4, 3]],
    ['?severity=4', [2, 3]],
    ['?severity=3', [2]],
    ['?severity=2', []],
    ['?scope=module-3', [2, 3]],
    ['?scope=none', []],
    ['?tags=safety&tags=x', [2]],
    ['?tags=x', []],
    ['?status[aggregatedStatus]=active', [2]],
    ['?status%5BaggregatedStatus%5D=passive', [4, 3]],
    ['?status[aggregatedStatus]=active&status[aggregatedStatus]=passive', [2, 4, 3]],
    ['?status[aggregatedStatus]=active&status[confirmedDTC]=1', [2, 3]],
    ['?status[confirmedDtc]=true', [3]],
    ['?status[confirmed_dtc]=0', []],
    ['?status[testFailed]=false', [3]],
    ['?status[nothing]=1', []],
    ['?status[aggregatedStatus]=passive&severity=4', [3]],
    ['?status[aggregatedStatus]=passive&scope=module-3', [3]],
  ]
  for (const [query, severities] of filters) {
    test(`are filtered by ${query}`, async () => {
      assert.deepEqual(await severitiesOf(query), severities)
    })
  }

  test('are not filtered by what is no severity or no scope', async () => {
    for (const query of [
      'severity=high',
      'severity=-1',
      'severity=1&severity=2',
      'scope=a&scope=b',
      'include-schema=1',
    ]) {
      const reply = await fixture.get(`/components/bms/faults?${query}`)
      assert.equal(reply.status, 400, query)
      assert.equal(reply.json.error_code, 'incomplete-request')
    }
  })

  test('are read with their environment data', async () => {
    const { json } = await fixture.get('/components/bms/faults/P0A80?include-schema=true')
    assert.equal(json.item.code, 'P0A80')
    assert.deepEqual(json.environment_data, { km: 12 })
    const plain = (await fixture.get('/components/bms/faults/P0A0D')).json
    assert.deepEqual(Object.keys(plain), ['item'])
    assert.equal(plain.item.severity, 4)
  })

  test('that are not there are not found, nor those that only have such an identifier', async () => {
    for (const code of ['P9999', 'P0A0D-2']) {
      assert.equal((await fixture.get(`/components/bms/faults/${code}`)).json.vendor_code, 'resource-not-found')
      assert.equal((await fixture.send('DELETE', `/components/bms/faults/${code}`)).status, 404)
    }
  })
})

describe('clearing faults [17978-3 7.8]', () => {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await openCheckedFixture()
  })
  afterEach(() => fixture[Symbol.asyncDispose]())
  const left = async (entity: string) =>
    (await fixture.get(`${entity}/faults`)).json.items.map(({ code, scope }: { code: string; scope?: string }) => [
      code,
      scope,
    ])

  test('clears all of one entity', async () => {
    assert.equal((await fixture.send('DELETE', '/components/bms/faults')).status, 204)
    assert.deepEqual(await left('/components/bms'), [])
    assert.equal((await left('/apps/bms')).length, 3)
  })

  test('clears those of a scope', async () => {
    assert.equal((await fixture.send('DELETE', '/apps/bms/faults?scope=module-3')).status, 204)
    assert.deepEqual(await left('/apps/bms'), [['P0A0D', undefined]])
    assert.equal((await fixture.send('DELETE', '/apps/bms/faults?scope=none')).status, 204)
    assert.equal((await left('/apps/bms')).length, 1)
  })

  test('clears a code in every scope', async () => {
    assert.equal((await fixture.send('DELETE', '/areas/bms/faults/P0A0D')).status, 204)
    assert.deepEqual(await left('/areas/bms'), [['P0A80', 'module-3']])
    assert.equal((await fixture.send('DELETE', '/areas/bms/faults/P0A0D')).status, 404)
  })

  test('is refused where the source cannot do it', async () => {
    const faults = {
      list: async () => [{ id: 'a', code: 'A', name: 'A', scope: 's', severity: 1 as const, status: {} }],
    }
    const entity = {
      kind: 'component',
      id: 'old',
      name: 'Old',
      connectionState: 'connected',
      facets: { faults },
    } as const
    await using old = await openCheckedFixture({ backends: [new MemoryBackend('old', [entity])] })
    for (const path of ['', '?scope=s', '/A']) {
      assert.equal((await old.send('DELETE', `/components/old/faults${path}`)).status, 501, path)
    }
    assert.equal((await old.get('/components/old/faults/A')).json.item.fault_name, 'A')
  })

  test('does not count as done what the source did not do', async () => {
    const named = (id: string) => ({ id, code: id, name: id, scope: 's', severity: 1 as const, status: {} })
    const facets = {
      faults: {
        list: async () => [named('A'), named('B')],
        clear: () => Promise.reject(new SovdError('conflict', 'the engine runs')),
      },
    }
    const entity = { kind: 'component', id: 'hot', name: 'Hot', connectionState: 'connected', facets } as const
    await using hot = await openCheckedFixture({ backends: [new MemoryBackend('hot', [entity])] })
    for (const path of ['?scope=s', '/A']) {
      const reply = await hot.send('DELETE', `/components/hot/faults${path}`)
      assert.equal(reply.status, 409)
      assert.deepEqual(reply.json, { error_code: 'precondition-not-fulfilled', message: 'the engine runs' })
    }
  })
})
