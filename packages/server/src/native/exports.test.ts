import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemClock } from '@opensovd/base/node'
import { FakeClock } from '@opensovd/base/testing'
import { type Backend, type Entity, type Facets, type Fault, MemoryBackend } from '@opensovd/core'
import { NATIVE_API, SovdError } from '@opensovd/sovd'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { openFixture } from '../testing/fixture.ts'

const base = '/sovd/v1'
const snapshot = `${base}/components/bms/snapshot`
const ajv = new Ajv2020({ strict: false, validateFormats: false })
const routes = { snapshot: NATIVE_API.snapshotComponent.reply, faults: NATIVE_API.exportFaults.reply }

/** The lines of an export, each checked against what its row promises. */
function linesOf(text: string, reply: (typeof routes)[keyof typeof routes]) {
  assert.ok(text.endsWith('\n'))
  const [head, ...items] = text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.ok(ajv.validate(reply.head, head), ajv.errorsText())
  for (const item of items) assert.ok(ajv.validate(reply.item, item), ajv.errorsText())
  return { head, items }
}

function component(id: string, facets: Facets, more: Partial<Entity> = {}): Entity {
  return { kind: 'component', id, name: id, connectionState: 'connected', facets, ...more }
}

const fault = (id: string, severity: Fault['severity']): Fault => ({
  id,
  code: id,
  name: id,
  severity,
  status: { aggregatedStatus: 'active' },
})

const faulty = (...faults: Fault[]): Facets => ({ faults: { list: async () => faults } })

describe('a snapshot', () => {
  test('is a line that says what it is and one for each data item with all that reading it gives', async () => {
    await using fixture = await openFixture()
    const { status, headers, text } = await fixture.get(snapshot)
    assert.equal(status, 200)
    assert.equal(headers.get('content-type'), 'application/x-ndjson')
    assert.equal(headers.get('etag'), null)
    assert.equal(headers.get('odata-version'), '4.0')
    const { head, items } = linesOf(text, routes.snapshot)
    const { exportedAt, ...rest } = head
    assert.match(exportedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.deepEqual(rest, {
      _meta: true,
      exportType: 'component-snapshot',
      componentId: 'bms',
      serverVersion: '1.2.3',
      schemaVersion: '1.0.0',
    })
    assert.deepEqual(items, [
      {
        id: 'soc',
        name: 'State of charge',
        componentId: 'bms',
        dataType: 'float',
        access: 'readOnly',
        value: { id: 'soc', value: 78.5, name: 'the soc' },
        unit: '%',
      },
      {
        id: 'limits',
        name: 'Limits',
        componentId: 'bms',
        dataType: 'struct',
        access: 'readWrite',
        value: { id: 'limits', value: { min: 1, max: { hard: 9, soft: 8 } }, name: 'the limits' },
      },
    ])
  })

  test('leaves the value out where it cannot be read, and does not read what is there to be written', async () => {
    const read: string[] = []
    const item = (id: string, access: 'readOnly' | 'writeOnly') =>
      ({ id, name: id, access, dataType: 'integer' }) as const
    const data: Facets['data'] = {
      list: async () => [item('a', 'readOnly'), item('b', 'readOnly'), item('c', 'writeOnly')],
      async read(id) {
        read.push(id)
        if (id === 'a') throw new SovdError('gateway-timeout', 'no answer')
        return { id, value: 2 }
      },
    }
    await using fixture = await openFixture({ backends: [new MemoryBackend('m', [component('bms', { data })])] })
    const { items } = linesOf((await fixture.get(snapshot)).text, routes.snapshot)
    assert.deepEqual(
      items.map(({ id, value }) => [id, value]),
      [
        ['a', undefined],
        ['b', { id: 'b', value: 2 }],
        ['c', undefined],
      ],
    )
    assert.deepEqual(read, ['a', 'b'])
  })

  test('is an error before it begins: of an unknown component, one without data, one that does not answer', async () => {
    const data: Facets['data'] = {
      list: () => Promise.reject(new SovdError('bad-gateway', 'connection refused')),
      read: async (id) => ({ id, value: 1 }),
    }
    const backends = [new MemoryBackend('m', [component('bms', { data }), component('bare', {})])]
    await using fixture = await openFixture({ backends })
    for (const [id, status] of [
      ['none', 404],
      ['bare', 501],
      ['bms', 502],
    ] as const) {
      const reply = await fixture.get(`${base}/components/${id}/snapshot`)
      assert.equal(reply.status, status)
      assert.match(reply.headers.get('content-type') ?? '', /^application\/json/)
      assert.equal(reply.json.error.code, `SOVD-ERR-${status}`)
    }
  })

  test('has the headers of GET and no body for HEAD', async () => {
    await using fixture = await openFixture()
    const { status, headers, text } = await fixture.send('HEAD', snapshot)
    assert.deepEqual([status, headers.get('content-type'), text], [200, 'application/x-ndjson', ''])
  })
})

describe('the export of faults', () => {
  const backends = (): Backend[] => [
    new MemoryBackend('m', [
      component('bms', faulty(fault('f1', 1), fault('f2', 2)), { softwareVersion: '1.0' }),
      component('climate', faulty(fault('f1', 3), fault('f3', 4))),
      component('bare', {}),
    ]),
  ]
  const idsOf = (items: { componentId: string; id: string }[]) => items.map((each) => `${each.componentId} ${each.id}`)

  test('is a line that says what it is and one for each fault of each component', async () => {
    await using fixture = await openFixture({ backends: backends() })
    const { status, headers, text } = await fixture.get(`${base}/export/faults`)
    assert.equal(status, 200)
    assert.equal(headers.get('content-type'), 'application/x-ndjson')
    const { head, items } = linesOf(text, routes.faults)
    const { exportedAt: _, ...rest } = head
    assert.deepEqual(rest, {
      _meta: true,
      exportType: 'fault-export',
      serverVersion: '1.2.3',
      schemaVersion: '1.0.0',
      componentFirmwareVersions: [{ componentId: 'bms', softwareVersion: '1.0' }],
      timeRange: null,
    })
    assert.deepEqual(idsOf(items), ['bms f1', 'bms f2', 'climate f1', 'climate f3'])
    assert.deepEqual(items[0], {
      id: 'f1',
      componentId: 'bms',
      code: 'f1',
      name: 'f1',
      severity: 'critical',
      status: 'active',
    })
  })

  test('is of one component, or of faults at least so severe, on demand', async () => {
    await using fixture = await openFixture({ backends: backends() })
    const wanted: [query: string, ids: string[]][] = [
      ['componentId=climate', ['climate f1', 'climate f3']],
      ['severity=critical', ['bms f1']],
      ['severity=high', ['bms f1', 'bms f2']],
      ['severity=medium', ['bms f1', 'bms f2', 'climate f1']],
      ['severity=low', ['bms f1', 'bms f2', 'climate f1', 'climate f3']],
      ['severity=medium&componentId=climate', ['climate f1']],
    ]
    for (const [query, ids] of wanted) {
      const { text } = await fixture.get(`${base}/export/faults?${query}`)
      assert.deepEqual(idsOf(linesOf(text, routes.faults).items), ids, query)
    }
  })

  test('ends with the backends it is incomplete without, and begins with those known to be down', async () => {
    const list = () => Promise.reject(new SovdError('gateway-timeout', 'no answer in 2 s'))
    const dead = new MemoryBackend('dead', [component('x', { faults: { list } }), component('y', { faults: { list } })])
    const down: Backend = Object.assign(new MemoryBackend('down'), {})
    Object.defineProperty(down, 'snapshot', {
      value: { status: { phase: 'down', code: 'bad-gateway', message: 'refused' }, entities: [] },
    })
    await using fixture = await openFixture({ backends: [dead, down, ...backends()] })
    const { head, items } = linesOf((await fixture.get(`${base}/export/faults`)).text, routes.faults)
    assert.deepEqual(head['@sovd.partial'], [{ backend: 'down', code: 'SOVD-ERR-502', message: 'refused' }])
    assert.equal(items.length, 5)
    assert.deepEqual(items.at(-1), {
      _meta: true,
      exportType: 'fault-export',
      '@sovd.partial': [{ backend: 'dead', code: 'SOVD-ERR-504', message: 'no answer in 2 s' }],
    })
    const other = linesOf((await fixture.get(`${base}/export/faults?componentId=bms`)).text, routes.faults)
    assert.equal(other.head['@sovd.partial'], undefined)
    assert.equal(other.items.length, 2)
  })

  test('sends what it has while a source has not answered yet', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly Fault[]>()
    const slow = new MemoryBackend('slow', [component('late', { faults: { list: () => promise } })])
    await using fixture = await openFixture({ backends: [...backends(), slow] })
    const response = await fetch(`${fixture.url}${base}/export/faults`)
    assert.ok(response.body)
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true })
      if (text.includes('"f3"')) resolve([fault('f9', 1)])
    }
    assert.deepEqual(idsOf(linesOf(text, routes.faults).items).at(-1), 'late f9')
  })

  test('waits for no source longer than a while, however many are silent', async () => {
    const clock = new FakeClock()
    const list = () => new Promise<never>(() => {})
    const silent = (name: string, count: number) =>
      new MemoryBackend(
        name,
        Array.from({ length: count }, (_, at) => component(`${name}-${at}`, { faults: { list } })),
      )
    const hung = Array.from({ length: 40 }, (_, at) => silent(`hung${at}`, 1))
    await using fixture = await openFixture({ clock, backends: [silent('big', 1000), ...hung, ...backends()] })
    let text: string | undefined
    const reading = fixture.get(`${base}/export/faults`).then((reply) => {
      text = reply.text
    })
    for (let step = 0; text === undefined && step < 1000; step++) {
      await clock.advance(100)
      await systemClock.sleep(1)
    }
    await reading
    const { items } = linesOf(text ?? '', routes.faults)
    const [end, ...faults] = items.toReversed()
    assert.deepEqual(idsOf(faults.toReversed()), ['bms f1', 'bms f2', 'climate f1', 'climate f3'])
    const names = end['@sovd.partial'].map(({ backend }: { backend: string }) => backend)
    assert.deepEqual(names, ['big', ...hung.map(({ name }) => name)])
    assert.equal(end['@sovd.partial'][0].message, "component 'big-0' did not tell its faults within 10 s")
  })

  test('has the faults of apps and functions that are not those of a component, and none of them twice', async () => {
    const door = new MemoryBackend('door', [
      { ...component('door', faulty(fault('jammed', 2))), kind: 'app' },
      { ...component('on-bms', faulty(fault('f1', 1), fault('own', 4))), kind: 'app', hostId: 'bms' },
      {
        ...component('climate', faulty({ ...fault('f1', 3), id: 'climate.f1' }, fault('f2', 3))),
        kind: 'function',
        members: ['climate'],
      },
    ])
    const zone = new MemoryBackend('zone', [
      { ...component('wiper-app', faulty(fault('stuck', 2), fault('own', 2))), kind: 'app' },
      component('wiper', faulty(fault('stuck', 2))),
    ])
    const declared = [
      { kind: 'app', id: 'mirror', source: 'bms' },
      { kind: 'function', id: 'all', members: ['bms', 'climate'] },
    ] as const
    await using fixture = await openFixture({ backends: [door, zone, ...backends()], entities: { declared } })
    assert.equal((await fixture.get(`${base}/apps/mirror/faults`)).json.value.length, 2)
    const { items } = linesOf((await fixture.get(`${base}/export/faults`)).text, routes.faults)
    const rows = items.map((item) => `${item['@sovd.entityType'] ?? 'component'} ${item.componentId} ${item.id}`)
    assert.deepEqual(rows, [
      'component wiper stuck',
      'component bms f1',
      'component bms f2',
      'component climate f1',
      'component climate f3',
      'app door jammed',
      'app on-bms own',
      'app wiper-app own',
      'function climate f2',
    ])
  })

  test('is an error for what it cannot be about', async () => {
    await using fixture = await openFixture({ backends: backends() })
    for (const [query, status] of [
      ['componentId=none', 404],
      ['componentId=bare', 501],
      ['severity=worst', 400],
      ['from=yesterday', 400],
      ['from=2&to=1', 400],
    ] as const) {
      const reply = await fixture.get(`${base}/export/faults?${query}`)
      assert.equal(reply.status, status, query)
      assert.equal(reply.json.error.code, `SOVD-ERR-${status}`)
    }
  })
})
