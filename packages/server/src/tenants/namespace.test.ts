import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ISO_API, NATIVE_API, type Route, type RouteTable } from '@opensovd/sovd'
import type { Fixture, Reply } from '../testing/fixture.ts'
import { namespaceRow } from './testing/namespace-rows.ts'
import { openSharedVehicle, tester } from './testing/shared-vehicle.ts'

const CONTRACTS: readonly (readonly [name: 'native' | 'iso', base: string, table: RouteTable])[] = [
  ['native', '/sovd/v1', NATIVE_API],
  ['iso', '/vehicle/v1', ISO_API],
]

/** Bodies that pass the schemas of rows which need one. */
const BODIES: Readonly<Record<string, unknown>> = {
  controlExecution: { capability: 'stop' },
  controlCommunicationLog: { action: 'deactivate' },
  updateSubscription: { interval: 'slow' },
  updateTrigger: { lifetime: 60 },
  startScript: { execution_type: 'now' },
  controlScriptExecution: { action: 'stop' },
}

const BMS = '/vehicle/v1/components/xbat'

/** What `ann` makes, by the parameter that names it. */
const MADE: Readonly<Record<string, readonly [path: string, body?: unknown]>> = {
  bulkDataId: [`${BMS}/bulk-data/notes`, '{"a":1}'],
  dataListId: [`${BMS}/data-lists`, { ids: ['soc'] }],
  communicationLogId: [`${BMS}/communication-logs`, {}],
  subscriptionId: [`${BMS}/cyclic-subscriptions`, { resource: 'data/soc', interval: 'slow', duration: 60 }],
  streamId: [`${BMS}/communication-logs?stream=true`, {}],
  triggerId: [`${BMS}/triggers`, { resource: 'data/soc', trigger_condition: { condition_type: 'OnChange' } }],
}

describe('what one tenant makes is not there for another', () => {
  let fixture: Fixture
  let ann: Record<string, string>
  let bob: Record<string, string>
  const ids: Record<string, string> = {
    entityCollection: 'components',
    entityId: 'xbat',
    componentId: 'xbat',
    appId: 'xcharge',
    functionId: 'xcharge',
    groupId: 'xpower',
    operationId: 'cell-balance',
    category: 'notes',
    flag: 'sse_stream',
  }
  /** Ids of executions by where they are. */
  const executions: Record<string, string> = {}
  const challenges: Record<string, string> = {}
  before(async () => {
    fixture = await openSharedVehicle()
    ann = await tester('ann')
    bob = await tester('bob')
    const make = async (path: string, body: unknown = {}, more = {}) => {
      const reply = await fixture.send('POST', path, body, { ...ann, ...more })
      assert.ok([201, 202].includes(reply.status), `${path}: ${reply.text}`)
      return reply.headers.get('location')?.split('/').at(-1) ?? ''
    }
    for (const [name, [path, body]] of Object.entries(MADE)) ids[name] = await make(path, body)
    for (const place of ['components/xbat', 'apps/xcharge', 'funcs/xcharge']) {
      executions[place] = await make(`/sovd/v1/${place}/operations/cell-balance`)
      challenges[place] = await make(`/sovd/v1/${place}/proximity-challenge`)
    }
    ids.scriptId = await make(`${BMS}/scripts`, 'export default 1', { 'content-type': 'text/javascript' })
    ids.scriptExecution = await make(`${BMS}/scripts/${ids.scriptId}/executions`, { execution_type: 'now' })
    const cleared = await fixture.send(
      'PUT',
      '/vehicle/v1/components/climate/clear-data/client-defined-resources',
      undefined,
      ann,
    )
    assert.equal(cleared.status, 202)
    const lock = '/sovd/v1/components/xbat/lock'
    assert.equal((await fixture.send('POST', lock, undefined, ann)).status, 201)
    const broken = await fixture.send('DELETE', `${lock}?break=true`, undefined, await tester('ann', 'ann'))
    assert.equal(broken.status, 204)
    await fixture.send('PUT', '/sovd/v1/components/xbat/data/note', { value: '' }, ann)
  })
  after(() => fixture[Symbol.asyncDispose]())

  const pathOf = ({ path, mount }: Route, base: string) => {
    const place = /(components|apps|funcs)\/\{/.exec(path)?.[1] ?? 'components'
    const entity = `${place}/${place === 'components' ? 'xbat' : 'xcharge'}`
    const execution = path.includes('{scriptId}') ? ids.scriptExecution : executions[entity]
    const log = path.endsWith('/events') ? ids.streamId : ids.communicationLogId
    const all: Record<string, string | undefined> = {
      ...ids,
      challengeId: challenges[entity],
      executionId: execution,
      communicationLogId: log,
    }
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => all[name] ?? 'x')
    return mount === 'root' ? filled : base + filled
  }
  const ask = async ({ method, reply }: Route, path: string, headers: Record<string, string>, body?: unknown) => {
    const done = new AbortController()
    const json = body === undefined ? {} : { body: JSON.stringify(body) }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(fixture.url + path, {
      method,
      headers: { ...headers, ...type },
      ...json,
      signal: done.signal,
    })
    const text = response.ok && reply.kind === 'events' ? '' : await response.text()
    done.abort()
    return { status: response.status, text }
  }
  /** Whether a text has anything that only `ann` knows. */
  const tells = (text: string) => {
    const {
      entityCollection,
      entityId,
      componentId,
      appId,
      functionId,
      groupId,
      operationId,
      category,
      flag,
      ...made
    } = ids
    return [...Object.values(made), ...Object.values(executions), ...Object.values(challenges), 'ann'].some((id) =>
      text.includes(id),
    )
  }

  for (const [contract, base, table] of CONTRACTS) {
    for (const [name, row] of Object.entries(table)) {
      const kind = namespaceRow(contract, name)
      test(`${kind}: ${contract} ${name}`, async () => {
        assert.ok(kind, 'say in namespace-rows what this row is to another tenant')
        const path = pathOf(row, base)
        if (kind === 'new' || kind === 'lock' || kind === 'vehicle' || kind === 'anybody') return
        const { status, text } = await ask(row, path, bob, BODIES[name])
        if (kind === "another's") {
          assert.equal(status, 404, text)
          if (row.method === 'GET') assert.equal((await ask(row, path, ann)).status, 200, 'it is there')
        } else if (kind === 'refused') {
          assert.equal(status, 403, text)
          assert.match(text, /is not for tenant 'bob'/)
        } else if (kind === 'trail') {
          const { value, entries = value } = JSON.parse(text)
          assert.deepEqual([...new Set(entries.map(({ tenant }: { tenant: string }) => tenant))], ['bob'])
        } else {
          assert.ok(status < 300, text)
          assert.ok(!tells(text), text)
          if (kind === 'list') assert.notEqual((await ask(row, path, ann)).text, text, 'there is something to see')
        }
      })
    }
  }

  test('and everything is still there, whatever another tenant tried', async () => {
    for (const [contract, base, table] of CONTRACTS) {
      for (const [name, row] of Object.entries(table)) {
        if (namespaceRow(contract, name) !== "another's" || row.method !== 'GET') continue
        const { status, text } = await ask(row, pathOf(row, base), ann)
        assert.equal(status, 200, `${name}: ${text}`)
        assert.doesNotMatch(text, /cancelled|terminated|"inactive"/, name)
      }
    }
  })

  test('a clearing of one is not that of another', async () => {
    const status = (headers: Record<string, string>) =>
      fixture.get('/vehicle/v1/components/climate/clear-data/status', headers)
    assert.equal((await status(ann)).json.status, 'completed')
    assert.equal((await status(bob)).json.status, 'notRequested')
  })

  test('another tenant can neither answer a challenge nor use its answer', async () => {
    const path = '/sovd/v1/components/xbat/proximity-challenge'
    const asked = await fixture.send('POST', path, {}, ann)
    const { challengeId, challenge } = asked.json
    assert.equal((await fixture.send('POST', path, { response: `signed ${challenge}`, challengeId }, bob)).status, 404)
  })

  test('what one tenant records holds nothing of what another says', async () => {
    const made = await fixture.send('POST', `${BMS}/communication-logs`, {}, ann)
    const log = made.headers.get('location') ?? ''
    await fixture.get(`${BMS}/data/soc?mark=of-bob`, bob)
    await fixture.get(`${BMS}/data/soc?mark=of-ann`, ann)
    const { text } = await fixture.get(`${log}/log`, ann)
    assert.match(text, /of-ann/)
    assert.doesNotMatch(text, /of-bob/)
  })
})

describe('locks of two tenants', () => {
  let fixture: Fixture
  let ann: Record<string, string>
  let bob: Record<string, string>
  before(async () => {
    fixture = await openSharedVehicle()
    ann = await tester('ann')
    bob = await tester('bob')
  })
  after(() => fixture[Symbol.asyncDispose]())

  const LOCKS = ['/sovd/v1/components/xbat/lock', '/sovd/v1/groups/xpower/lock', '/sovd/v1/lock']

  const refused = (reply: Reply) => {
    assert.equal(reply.status, 409, reply.text)
    assert.match(reply.text, /locked by another tenant|owned by another tenant/)
    assert.doesNotMatch(reply.text, /'tester' on|by 'tester'/)
  }

  for (const path of LOCKS) {
    test(`${path} is exclusive, and nameless for another, also for a client of the same name`, async () => {
      const acquired = await fixture.send('POST', path, { durationSecs: 60 }, ann)
      assert.equal(acquired.json.lockedBy, 'tester', acquired.text)
      const seen = await fixture.get(path, bob)
      assert.equal(seen.json.lockedBy, 'another tenant')
      refused(await fixture.send('POST', path, { durationSecs: 60 }, bob))
      refused(await fixture.send('PUT', path, { durationSecs: 60 }, bob))
      refused(await fixture.send('DELETE', path, undefined, bob))
      const broken = await fixture.send('DELETE', `${path}?break=true`, undefined, bob)
      assert.equal(broken.status, 403)
      assert.match(broken.text, /tenants:any/)
      refused(await fixture.send('PUT', '/sovd/v1/components/xbat/data/note', { value: 'x' }, bob))
      assert.equal((await fixture.send('PUT', '/sovd/v1/components/xbat/data/note', { value: 'x' }, ann)).status, 204)
      assert.equal((await fixture.send('DELETE', path, undefined, ann)).status, 204)
    })
  }

  test('are nameless in the contract of the standard, too', async () => {
    const acquired = await fixture.send('POST', `${BMS}/locks`, { lock_expiration: 60 }, ann)
    const lock = `${BMS}/locks/${acquired.json.id}`
    const { items } = (await fixture.get(`${BMS}/locks`, bob)).json
    assert.deepEqual(
      items.map(({ id, owned }: { id: string; owned: boolean }) => [id, owned]),
      [[acquired.json.id, false]],
    )
    assert.equal((await fixture.get(lock, ann)).json.owned, true)
    assert.equal((await fixture.get(lock, bob)).json.owned, false)
    assert.equal((await fixture.send('POST', `${BMS}/locks`, { lock_expiration: 60 }, bob)).status, 409)
    assert.equal(
      (await fixture.send('POST', `${BMS}/locks`, { lock_expiration: 60, break_lock: true }, bob)).status,
      409,
    )
    assert.equal((await fixture.send('PUT', lock, { lock_expiration: 60 }, bob)).status, 409)
    assert.equal((await fixture.send('DELETE', lock, undefined, bob)).status, 409)
    assert.equal((await fixture.send('DELETE', lock, undefined, ann)).status, 204)
  })

  test('that somebody broke are told of without the names of others', async () => {
    const path = '/sovd/v1/components/climate/lock'
    await fixture.send('POST', path, { durationSecs: 60 }, ann)
    const all = await tester('all')
    assert.equal((await fixture.send('DELETE', `${path}?break=true`, undefined, all)).status, 204)
    const logOf = async (headers: Record<string, string>) =>
      (await fixture.get('/sovd/v1/components/climate/logs', headers)).text
    assert.match(await logOf(ann), /the lock of 'tester' was broken by 'another tenant'/)
    assert.match(await logOf(all), /the lock of 'tester' was broken by 'tester'/)
    assert.doesNotMatch(await logOf(bob), /broken/)
  })
})
