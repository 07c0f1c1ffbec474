import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageOf } from '@opensovd/base'
import type { DoubleAnswer, DoubleRequest } from './testing/http-double.ts'
import { context } from './testing/open-api.ts'
import { advanceUntil, Running, until } from './testing/running.ts'

function component(id: string, more = {}) {
  return { id, name: id.toUpperCase(), category: 'ecu', connectionState: 'connected', ...more }
}

/** A native server with these components, whose items all are 1. */
function nativeServer(ids: () => readonly string[]) {
  return ({ segments }: DoubleRequest): DoubleAnswer => {
    const [, , collection, id, facet, item] = segments
    if (collection === 'groups') return { status: 200, body: { value: [{ id: 'g', name: 'G', componentIds: ids() }] } }
    if (collection !== 'components') return { status: 404 }
    if (id === undefined) return { status: 200, body: { value: ids().map((each) => component(each)) } }
    if (facet === 'capabilities') return { status: 200, body: { supportedCategories: ['data', 'modes'] } }
    return { status: 200, body: { id: item ?? '', value: 1 } }
  }
}

function isoServer(ids: readonly string[]) {
  return ({ segments }: DoubleRequest): DoubleAnswer => {
    const [, , collection, id, facet, item] = segments
    if (collection !== 'components') return { status: 404 }
    if (id === undefined)
      return { status: 200, body: { items: ids.map((each) => ({ id: each, name: each, href: '/' })) } }
    if (facet === undefined) return { status: 200, body: { id, name: id, data: '/x', faults: '/y' } }
    return { status: 200, body: { id: item ?? '', data: 2 } }
  }
}

const EVERYTHING = ['configurations', 'data', 'faults', 'logs', 'modes', 'operations']

function facetNames(at: Running, id: string): string[] {
  return Object.keys(at.component(id)?.facets ?? {}).sort()
}

test('finds components, groups and what the components can do', async () => {
  await using at = await new Running(nativeServer(() => ['bms', 'climate'])).open()
  assert.deepEqual(at.backend.snapshot, { status: { phase: 'untried' }, entities: [] })
  at.run()
  await until(() => at.phase === 'up')
  assert.deepEqual(at.states, ['bms connected', 'climate connected'])
  assert.deepEqual(facetNames(at, 'bms'), ['data', 'modes'])
  const group = at.backend.snapshot.entities.find(({ kind }) => kind === 'group')
  assert.deepEqual(group, {
    kind: 'group',
    id: 'g',
    name: 'G',
    members: ['bms', 'climate'],
    connectionState: 'connected',
    facets: {},
  })
  assert.equal(at.changes, 1)
})

test('passes on what the server says of a component, and the state it is in', async () => {
  const bms = component('bms', { connectionState: 'connecting', softwareVersion: '1.2', installationVariant: 'EU' })
  await using at = await new Running(({ url }) => ({
    status: 200,
    body: { value: url.endsWith('s') ? [bms] : [] },
  })).open()
  at.run()
  await until(() => at.phase === 'up')
  const { kind, facets: _, ...described } = at.component('bms') ?? {}
  assert.equal(kind, 'component')
  assert.deepEqual(described, bms)
})

test('components that are configured are there before the server is', async () => {
  await using at = await new Running(nativeServer(() => ['bms'])).open({ componentIds: ['bms', 'ghost'] }, false)
  const { facets, ...stub } = at.component('bms') ?? {}
  assert.deepEqual(stub, {
    kind: 'component',
    id: 'bms',
    name: 'bms',
    category: 'ecu',
    description: 'via zone',
    connectionState: 'disconnected',
  })
  assert.deepEqual(Object.keys(facets ?? {}).sort(), EVERYTHING)
  at.run()
  await until(() => at.phase === 'down')
  assert.deepEqual(at.backend.snapshot.status, {
    phase: 'down',
    code: 'bad-gateway',
    message: "backend 'zone' refused the connection",
  })
  await at.server.start()
  const tookMs = await advanceUntil(at.clock, () => at.phase === 'up')
  assert.ok(tookMs <= 1500, `${tookMs} ms`)
  assert.deepEqual(at.states, ['bms connected', 'ghost disconnected'])
  assert.equal(at.component('bms')?.name, 'BMS')
})

test('serves a configured component as soon as the server is there, found or not', async () => {
  await using at = await new Running(nativeServer(() => [])).open({ componentIds: ['bms'] }, false)
  const { data } = at.component('bms')?.facets ?? {}
  await assert.rejects(data?.read('soc', context()) ?? Promise.resolve(), { code: 'bad-gateway' })
  await at.server.start()
  assert.equal((await data?.read('soc', context()))?.value, 1)
})

test('tells a server of the other kind for a configured component', async () => {
  await using at = await new Running(isoServer([])).open({ componentIds: ['bms'] })
  assert.equal((await at.component('bms')?.facets.data?.read('soc', context()))?.value, 2)
})

test('looks for a server that is not there every second at first, and every five at last', async () => {
  await using at = await new Running(() => ({ status: 503 })).open()
  const looks: number[] = []
  at.run()
  await advanceUntil(
    at.clock,
    () => {
      if (at.server.requests.length > looks.length) looks.push(at.clock.monotonic())
      return looks.length === 9
    },
    120_000,
  )
  const pauses = looks.slice(1).map((look, index) => look - (looks[index] ?? 0))
  assert.ok((pauses[0] ?? 0) >= 850 && (pauses[0] ?? 0) <= 1200, `${pauses}`)
  assert.ok(Math.max(...pauses) <= 5150, `${pauses}`)
  assert.ok((pauses.at(-1) ?? 0) >= 4400, `${pauses}`)
})

test('shows new components and drops those that are gone', async () => {
  const ids = ['bms', 'climate']
  await using at = await new Running(nativeServer(() => ids)).open({ refreshMs: 5000 })
  at.run()
  await until(() => at.phase === 'up')
  ids.splice(0, 2, 'climate', 'door')
  const tookMs = await advanceUntil(at.clock, () => at.component('door') !== undefined)
  assert.ok(tookMs <= 5500, `${tookMs} ms`)
  assert.deepEqual(at.states, ['climate connected', 'door connected'])
  assert.deepEqual(facetNames(at, 'door'), ['data', 'modes'])
  assert.equal(at.changes, 2)
})

test('says nothing and keeps its snapshot while nothing changes', async () => {
  await using at = await new Running(nativeServer(() => ['bms'])).open({ refreshMs: 1000 })
  at.run()
  await until(() => at.phase === 'up')
  const { snapshot } = at.backend
  await advanceUntil(at.clock, () => at.server.requests.length > 10)
  assert.equal(at.backend.snapshot, snapshot)
  assert.equal(at.changes, 1)
})

test('asks what components can do only when they are new, and again after the server was away', async () => {
  const ids = ['bms']
  await using at = await new Running(nativeServer(() => ids)).open({ refreshMs: 1000 })
  const asked = () =>
    at.server.requests.filter(({ url }) => url.endsWith('/capabilities')).map(({ segments }) => segments[3])
  at.run()
  await until(() => at.phase === 'up')
  await advanceUntil(at.clock, () => at.server.requests.length > 10)
  assert.deepEqual(asked(), ['bms'])
  ids.push('door')
  await advanceUntil(at.clock, () => at.component('door') !== undefined)
  assert.deepEqual(asked(), ['bms', 'door'])
  await at.server.stop()
  await advanceUntil(at.clock, () => at.phase === 'down')
  await at.server.start()
  await advanceUntil(at.clock, () => at.phase === 'up')
  assert.deepEqual(asked(), ['bms', 'door', 'bms', 'door'])
})

test('a component that does not tell what it can do may be able to do everything', async () => {
  const handler = nativeServer(() => ['bms'])
  await using at = await new Running((request) =>
    request.url.endsWith('/capabilities') ? { status: 500 } : handler(request),
  ).open({ refreshMs: 1000 })
  at.run()
  await until(() => at.phase === 'up')
  assert.deepEqual(facetNames(at, 'bms'), EVERYTHING)
  await advanceUntil(at.clock, () => at.server.requests.length > 10)
  assert.equal(at.server.requests.filter(({ url }) => url.endsWith('/capabilities')).length, 1)
})

test('components that never tell hold up nothing for longer than five seconds', async () => {
  const handler = nativeServer(() => ['slow', 'bms'])
  await using at = await new Running((request) =>
    request.url.endsWith('/slow/capabilities') ? undefined : handler(request),
  ).open({ timeoutMs: 30_000 })
  at.run()
  const tookMs = await advanceUntil(at.clock, () => at.phase === 'up')
  assert.ok(tookMs >= 5000 && tookMs <= 6000, `${tookMs} ms`)
  assert.deepEqual(facetNames(at, 'slow'), EVERYTHING)
  assert.deepEqual(facetNames(at, 'bms'), ['data', 'modes'])
})

test('everything is disconnected at once when a request finds the server gone', async () => {
  await using at = await new Running(nativeServer(() => ['bms'])).open({ refreshMs: 60_000 })
  at.run()
  await until(() => at.phase === 'up')
  await at.clock.advance(1000)
  await at.server.stop()
  assert.deepEqual(at.states, ['bms connected'])
  const read = at.component('bms')?.facets.data?.read('soc', context())
  await assert.rejects(read ?? Promise.resolve(), { code: 'bad-gateway' })
  await until(() => at.phase === 'down')
  assert.deepEqual(at.states, ['bms disconnected'])
  assert.deepEqual(facetNames(at, 'bms'), ['data', 'modes'])
  assert.equal(at.backend.snapshot.entities.find(({ kind }) => kind === 'group')?.connectionState, 'disconnected')
})

test('everything is connected at once when a request finds the server back', async () => {
  await using at = await new Running(nativeServer(() => ['bms'])).open({ refreshMs: 60_000 })
  at.run()
  await until(() => at.phase === 'up')
  await at.server.stop()
  await assert.rejects(at.component('bms')?.facets.data?.read('soc', context()) ?? Promise.resolve())
  await advanceUntil(at.clock, () => at.phase === 'down')
  await advanceUntil(at.clock, () => at.clock.monotonic() > 20_000)
  await at.server.start()
  assert.equal((await at.component('bms')?.facets.data?.read('soc', context()))?.value, 1)
  const tookMs = await advanceUntil(at.clock, () => at.phase === 'up')
  assert.ok(tookMs <= 300, `${tookMs} ms`)
})

for (const [what, answer, state, message] of [
  ['another list', { status: 200, body: { things: [] } }, 'error', /neither a value nor an items array/],
  ['a list of texts', { status: 200, body: { value: ['bms'] } }, 'error', /value\[0\] is not an object/],
  ['nothing', { status: 204 }, 'error', /neither a value nor an items array/],
  ['a refusal', { status: 403 }, 'error', /answered 403/],
  ['no such path', { status: 404 }, 'error', /answered 404/],
  ['that the token is wrong', { status: 401 }, 'error', /refused the gateway's credentials/],
  ['an error of its own', { status: 500 }, 'error', /answered 500/],
  ['that it is not ready', { status: 503 }, 'disconnected', /answered 503/],
] as const) {
  test(`is ${state} when the server answers ${what}, and heals`, async () => {
    const mode: { answer: DoubleAnswer | undefined } = { answer: undefined }
    const handler = nativeServer(() => ['bms'])
    await using at = await new Running((request) => mode.answer ?? handler(request)).open()
    at.run()
    await until(() => at.phase === 'up')
    mode.answer = answer
    await advanceUntil(at.clock, () => at.phase === 'down')
    assert.deepEqual(at.states, [`bms ${state}`])
    const { status } = at.backend.snapshot
    assert.match(status.phase === 'down' ? status.message : '', message)
    mode.answer = undefined
    await advanceUntil(at.clock, () => at.phase === 'up')
    assert.deepEqual(at.states, ['bms connected'])
  })
}

test('is in error when the server answers HTML', async () => {
  await using at = await new Running((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>')
    return undefined
  }).open({ componentIds: ['bms'] })
  at.run()
  await until(() => at.phase === 'down')
  assert.deepEqual(at.states, ['bms error'])
})

test('is disconnected when the server does not answer', async () => {
  await using at = await new Running(() => undefined).open({ componentIds: ['bms'], timeoutMs: 2000 })
  at.run()
  await advanceUntil(at.clock, () => at.phase === 'down')
  assert.deepEqual(at.states, ['bms disconnected'])
  const { status } = at.backend.snapshot
  assert.equal(status.phase === 'down' && status.code, 'gateway-timeout')
})

test('leaves out what cannot be served, and warns of each once', async () => {
  const value = [
    component('bms'),
    component('bms', { name: 'again' }),
    component('a/b'),
    component('..'),
    component('x'.repeat(129)),
    { name: 'nobody' },
    component('ok'),
  ]
  const groups = [{ id: 'g', name: 'G' }, { id: '', name: 'none' }, { name: 'nobody' }]
  await using at = await new Running(({ url }) => ({
    status: 200,
    body: { value: url.endsWith('/groups') ? groups : value },
  })).open({ refreshMs: 1000 })
  at.run()
  await advanceUntil(at.clock, () => at.server.requests.length > 12)
  assert.deepEqual(at.states, ['bms connected', 'ok connected'])
  assert.equal(at.component('bms')?.name, 'BMS')
  const warnings = at.log.lines.filter(({ level }) => level === 'warn')
  assert.deepEqual(
    warnings.map(({ message, fields }) => [message, fields.id]),
    [
      ['a component without a usable identity is left out', undefined],
      ['an id is listed twice; the first is served', 'bms'],
      ['an id that cannot be part of a path is left out', 'a/b'],
      ['an id that cannot be part of a path is left out', '..'],
      ['an id that cannot be part of a path is left out', 'x'.repeat(129)],
      ['an id that cannot be part of a path is left out', ''],
    ],
  )
})

test('serves no more than ten thousand components', async () => {
  const value = Array.from({ length: 10_050 }, (_, index) => ({ id: `c${index}` }))
  await using at = await new Running(({ segments }) =>
    segments[2] === 'components' && segments.length === 3
      ? { status: 200, body: { items: value } }
      : { status: 200, body: {} },
  ).open()
  at.run()
  await advanceUntil(at.clock, () => at.phase === 'up')
  assert.equal(at.backend.snapshot.entities.length, 10_000)
  assert.equal(at.log.lines.filter(({ level }) => level === 'warn').length, 1)
})

test('a server without groups is fine, and one that does not tell them for once keeps them', async () => {
  const mode = { groups: 200 }
  const handler = nativeServer(() => ['bms'])
  await using at = await new Running((request) =>
    request.url.endsWith('/groups') && mode.groups !== 200 ? { status: mode.groups } : handler(request),
  ).open({ refreshMs: 1000 })
  const groups = () => at.backend.snapshot.entities.filter(({ kind }) => kind === 'group').length
  const looks = async () => {
    const before = at.server.requests.length
    await advanceUntil(at.clock, () => at.server.requests.length > before + 12)
  }
  at.run()
  await until(() => at.phase === 'up')
  assert.equal(groups(), 1)
  mode.groups = 500
  await looks()
  assert.equal(groups(), 1)
  mode.groups = 404
  await looks()
  assert.equal(groups(), 0)
  assert.equal(at.phase, 'up')
})

test('a server that comes back as another kind is spoken to in its own way', async () => {
  const mode = { handler: nativeServer(() => ['bms']) }
  await using at = await new Running((request) => mode.handler(request)).open({ refreshMs: 1000 })
  const read = async () => (await at.component('bms')?.facets.data?.read('soc', context()))?.value
  at.run()
  await until(() => at.phase === 'up')
  assert.equal(await read(), 1)
  mode.handler = isoServer(['bms'])
  await advanceUntil(at.clock, () => facetNames(at, 'bms').includes('faults'))
  assert.deepEqual(facetNames(at, 'bms'), ['data', 'faults'])
  assert.equal(await read(), 2)
})

test('a configured kind is not told from the server', async () => {
  await using at = await new Running(isoServer(['bms'])).open({ dialect: 'native', componentIds: ['bms'] })
  at.run()
  await until(() => at.phase === 'down')
  const { status } = at.backend.snapshot
  assert.match(status.phase === 'down' ? status.message : '', /value is not an array/)
})

test('paths are below the path of the base URL', async () => {
  await using at = await new Running(nativeServer(() => ['bms'])).open({ apiPrefix: 'sovd/v1/' })
  at.run()
  await until(() => at.phase === 'up')
  assert.equal(at.server.requests[0]?.url, '/sovd/v1/components')
})

test('logs when the server comes and goes, and not while it stays as it is', async () => {
  await using at = await new Running(nativeServer(() => ['bms'])).open({ refreshMs: 1000 }, false)
  const log = () => at.log.lines.map(({ level, message }) => `${level}: ${message}`)
  at.run()
  await advanceUntil(at.clock, () => at.clock.monotonic() > 10_000)
  await at.server.start()
  await advanceUntil(at.clock, () => at.phase === 'up')
  await advanceUntil(at.clock, () => at.server.requests.length > 10)
  assert.deepEqual(log(), ['warn: backend is down', 'info: backend is up'])
})

test('a listener that fails does not keep the others from being told', async () => {
  await using at = await new Running(nativeServer(() => ['bms'])).open()
  let told = 0
  at.backend.onChange(() => {
    throw new Error('no')
  })
  const end = at.backend.onChange(() => told++)
  at.run()
  await until(() => at.phase === 'up')
  assert.equal(told, 1)
  end()
  assert.equal(at.log.lines.filter(({ level }) => level === 'error').length, 1)
})

test('ends at once when it is told to, also within a look', async () => {
  await using at = await new Running(() => undefined).open()
  const stop = new AbortController()
  const run = at.backend.run(stop.signal)
  await until(() => at.server.requests.length === 1)
  stop.abort()
  await run
  assert.equal(at.phase, 'untried')
  await at.backend.run(AbortSignal.abort())
})

test('closing it ends what is under way', async () => {
  await using at = await new Running(() => undefined).open({ componentIds: ['bms'], dialect: 'native' })
  const read = at.component('bms')?.facets.data?.read('soc', context())
  const outcome = read?.catch((error: unknown) => messageOf(error))
  await until(() => at.server.requests.length === 1)
  await at.backend[Symbol.asyncDispose]()
  assert.match(String(await outcome), /shutting down/)
})
