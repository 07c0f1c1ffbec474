import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { ISO_API, NATIVE_API, type Route } from '@opensovd/sovd'
import { type Fixture, openFixture } from '../testing/fixture.ts'

const sha256 = (text: string) => hash('sha256', text, 'hex')
const audit = '/sovd/v1/audit'
const ann = { 'x-sovd-client-id': 'ann' }

const open = () => openFixture({ domain: { audit: { sha256 } } })

type Entry = Readonly<Record<string, string>>

async function entriesOf(fixture: Fixture, query = ''): Promise<Entry[]> {
  const { status, json } = await fixture.get(audit + query)
  assert.equal(status, 200)
  return json.value
}

/** The expected values of the first four are those of the audit table of the native contract. */
const CASES: readonly [method: string, path: string, body: unknown, expected: Entry][] = [
  [
    'PUT',
    '/sovd/v1/components/bms/data/limits',
    { value: 1 },
    { action: 'writeData', target: 'component/bms', resource: 'data/limits', outcome: 'success' },
  ],
  [
    'DELETE',
    '/sovd/v1/components/bms/faults',
    undefined,
    { action: 'clearFaults', target: 'component/bms', resource: 'faults', outcome: 'success' },
  ],
  [
    'POST',
    '/sovd/v1/components/bms/lock',
    {},
    { action: 'acquireLock', target: 'component/bms', resource: 'lock', outcome: 'success' },
  ],
  [
    'DELETE',
    '/sovd/v1/components/bms/lock',
    undefined,
    { action: 'releaseLock', target: 'component/bms', resource: 'lock', outcome: 'success' },
  ],
  [
    'PATCH',
    '/sovd/v1/components/bms/data/none',
    { value: 1 },
    { action: 'writeData', target: 'component/bms', resource: 'data/none', outcome: 'error' },
  ],
  [
    'DELETE',
    '/sovd/v1/components/bms/faults/f9',
    undefined,
    { action: 'clearFaults', target: 'component/bms', resource: 'faults/f9', outcome: 'error' },
  ],
  [
    'PUT',
    '/sovd/v1/components/bms/configurations',
    { name: 'limit', value: 4 },
    { action: 'writeConfig', target: 'component/bms', resource: 'configurations', outcome: 'success' },
  ],
  [
    'POST',
    '/sovd/v1/components/bms/modes',
    { mode: 'extended' },
    { action: 'setMode', target: 'component/bms', resource: 'modes' },
  ],
  [
    'POST',
    '/sovd/v1/components/bms/software-packages/p1/activate',
    {},
    { action: 'installPackage', target: 'component/bms', resource: 'software-packages/p1/activate' },
  ],
  [
    'POST',
    '/sovd/v1/x-uds/components/bms/connect',
    undefined,
    { action: 'connect', target: 'component/bms', resource: 'session', outcome: 'error' },
  ],
  [
    'POST',
    '/sovd/v1/x-uds/components/bms/flash',
    {},
    { action: 'flashStart', target: 'component/bms', resource: 'flash', outcome: 'error' },
  ],
  [
    'PUT',
    '/vehicle/v1/components/bms/data/limits',
    { data: 2 },
    { action: 'writeData', target: 'component/bms', resource: 'data/limits', outcome: 'success' },
  ],
  [
    'PUT',
    '/vehicle/v1/planets/mars/data/limits',
    { data: 2 },
    { action: 'writeData', target: 'vehicle', resource: 'data/limits', outcome: 'error' },
  ],
  [
    'PUT',
    '/x-admin/features/sse_stream',
    { enabled: true },
    {
      action: 'writeData',
      target: 'x-admin/features/sse_stream',
      resource: 'feature-flags',
      detail: 'enabled=true',
      outcome: 'success',
    },
  ],
]

test('records what clients change, by whom, and what came of it', async () => {
  await using fixture = await open()
  for (const [method, path, body, expected] of CASES) {
    const reply = await fixture.send(method, path, body, ann)
    const [entry] = await entriesOf(fixture, '?limit=1')
    const at = `${method} ${path}: ${reply.status} ${reply.text}`
    assert.ok(entry, at)
    for (const [name, value] of Object.entries({ ...expected, caller: 'ann', method })) {
      assert.equal(entry[name], value, `${at}: ${name}`)
    }
    assert.equal(entry.trace_id, reply.headers.get('traceparent')?.slice(3, 35), at)
  }
  assert.equal((await entriesOf(fixture)).length, CASES.length)
})

test('records every row that changes something, even where the request is refused, and no read, unless the row says else', async () => {
  await using fixture = await open()
  let expected = 0
  const apis: [string, readonly Route[]][] = [
    ['/sovd/v1', Object.values(NATIVE_API)],
    ['/vehicle/v1', Object.values(ISO_API)],
  ]
  for (const [base, rows] of apis) {
    for (const row of rows) {
      if (row.reply.kind === 'events') continue
      const path = (row.mount === 'root' ? '' : base) + row.path.replace(/\{\w+\}/g, 'none')
      await fixture.send(row.method, path, row.method === 'GET' || row.upload ? undefined : {})
      const isAudited =
        (row.mutates !== undefined && row.path !== '/x-faults/records') ||
        row.path === '/export/faults' ||
        row.path.endsWith('/snapshot')
      if (isAudited) expected++
      const [entry] = await entriesOf(fixture, '?limit=1')
      assert.equal(entry?.seq ?? 0, expected, `${row.method} ${path}`)
    }
  }
  assert.ok(expected > 80)
  assert.equal((await fixture.get(`${audit}/export`)).json.chainIntegrity.verified_entries, expected)
})

test('names the execution that was started', async () => {
  await using fixture = await open()
  const { headers } = await fixture.send('POST', '/sovd/v1/components/bms/operations/self-test', {}, ann)
  const [entry] = await entriesOf(fixture)
  assert.equal(entry?.action, 'executeOperation')
  assert.equal(entry?.resource, 'operations/self-test')
  assert.equal(entry?.detail, headers.get('location'))
})

test('reported faults push nothing out of the trail', async () => {
  await using fixture = await openFixture({ domain: { audit: { sha256, maxEntries: 3 } } })
  await fixture.send('PUT', '/sovd/v1/components/bms/data/limits', { value: 1 }, ann)
  const record = { component_id: 'bms', fault_id: 'f', source: 's', severity: 'Error', stage: 'Failed' }
  for (let n = 0; n < 5; n++) {
    assert.equal((await fixture.send('POST', '/sovd/v1/x-faults/records', record)).status, 202)
  }
  assert.equal((await fixture.send('POST', '/sovd/v1/x-faults/records', {})).status, 400)
  assert.deepEqual(
    (await entriesOf(fixture)).map(({ action }) => action),
    ['writeData'],
  )
})

test('finds entries by caller, action, target, outcome and OData options', async () => {
  await using fixture = await open()
  await fixture.send('PUT', '/sovd/v1/components/bms/data/limits', { value: 1 }, ann)
  await fixture.send('PUT', '/sovd/v1/components/bms/data/limits', { value: 2 }, { 'x-sovd-client-id': 'bob' })
  await fixture.send('POST', '/sovd/v1/lock', {}, ann)
  await fixture.send('PUT', '/sovd/v1/components/bms/data/none', { value: 2 }, ann)
  const seqs = async (query: string) => (await entriesOf(fixture, query)).map(({ seq }) => seq)
  assert.deepEqual(await seqs('?caller=bob'), [2])
  assert.deepEqual(await seqs('?action=acquireLock'), [3])
  assert.deepEqual(await seqs('?target=component/'), [1, 2, 4])
  assert.deepEqual(await seqs('?outcome=error'), [4])
  assert.deepEqual(await seqs('?limit=2'), [3, 4])
  assert.deepEqual(await seqs('?from=0&limit=2'), [1, 2])
  assert.deepEqual(await seqs('?to=1000'), [])
  assert.deepEqual(await seqs(`?${new URLSearchParams({ $filter: "caller eq 'bob'" })}`), [2])
  assert.deepEqual(await seqs('?$orderby=seq%20desc&$top=1'), [4])
  for (const query of ['action=write_data', 'outcome=ok', 'limit=0', 'limit=10001', 'from=now', 'from=10&to=1']) {
    assert.equal((await fixture.get(`${audit}?${query}`)).status, 400, query)
  }
})

test('the export can be verified by whoever has it', async () => {
  await using fixture = await open()
  await fixture.send('PUT', '/sovd/v1/components/bms/data/limits', { value: 1 }, ann)
  await fixture.send('DELETE', '/sovd/v1/components/bms/faults', undefined, ann)
  const { json } = await fixture.get(`${audit}/export`)
  assert.equal(json['@odata.context'], '$metadata#audit-export')
  assert.equal(json.entryCount, 2)
  assert.deepEqual(json.chainIntegrity, { status: 'ok', verified_entries: 2 })
  assert.equal(json.serverVersion, '1.2.3')
  let previous = 'genesis'
  for (const { hash: expected, ...entry } of json.entries) {
    assert.equal(entry.prev_hash, previous)
    const names = Object.keys(entry).toSorted()
    assert.equal(sha256(JSON.stringify(Object.fromEntries(names.map((name) => [name, entry[name]])))), expected)
    previous = expected
  }
})

test('while the recording is off, requests to switch features are recorded, and nothing else', async () => {
  await using fixture = await open()
  const put = (flag: string, enabled: unknown) =>
    fixture.send('PUT', `/x-admin/features/${flag}`, { enabled }, { 'x-sovd-client-id': 'ann' })
  assert.equal((await put('audit', false)).status, 200)
  await fixture.send('PUT', '/sovd/v1/components/bms/data/limits', { value: 1 }, ann)
  await put('sse_stream', false)
  await put('turbo', false)
  await fixture.get('/x-admin/features/turbo')
  await put('audit', true)
  assert.deepEqual(
    (await entriesOf(fixture)).map(({ seq, caller, target, outcome, detail }) => [
      seq,
      caller,
      target,
      outcome,
      detail,
    ]),
    [
      [1, 'ann', 'x-admin/features/audit', 'success', 'enabled=false'],
      [2, 'ann', 'x-admin/features/sse_stream', 'success', 'enabled=false'],
      [3, 'ann', 'x-admin/features/turbo', 'error', 'not-found: Unknown feature flag: turbo'],
      [4, 'ann', 'x-admin/features/audit', 'success', 'enabled=true'],
    ],
  )
})

test('a gateway that does not record says so', async () => {
  await using fixture = await openFixture()
  for (const path of [audit, `${audit}/export`]) assert.equal((await fixture.get(path)).status, 501)
})
