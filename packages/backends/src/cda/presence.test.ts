import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import type { Backend } from '@opensovd/core'
import { openRawServer, type RawHandler, rawJson } from '../http/testing/raw-server.ts'
import { advanceUntil, KeepingLogger, until } from '../sovd/testing/running.ts'
import { openCdaDouble } from './testing/cda-double.ts'
import { type EcuModel, FLXC1000, SAMPLE_ECU } from './testing/ecu-model.ts'
import { testCdaBackend } from './testing/open-backend.ts'
import { context, runCda } from './testing/running-backend.ts'

describe('an adapter', () => {
  test('tells how each of its ECUs is', async () => {
    await using cda = await runCda({}, { ecus: [{ ...FLXC1000, isOnCan: true }, SAMPLE_ECU] })
    const { facets: _, ...entity } = cda.entity('component', 'flxc1000')
    assert.deepEqual(entity, {
      kind: 'component',
      id: 'flxc1000',
      name: 'FLXC1000',
      category: 'ecu',
      connectionState: 'connected',
      installationVariant: 'FLXC1000_App_0101',
      description: 'logical address 0x1000',
      tags: ['x-sovd2uds-can-ecus'],
    })
    assert.equal(cda.entity('component', 'bms').tags, undefined)
  })

  for (const [state, expected] of [
    ['Online', 'connected'],
    ['Offline', 'disconnected'],
    ['Disconnected', 'disconnected'],
    ['NotTested', 'connecting'],
    ['Duplicate', 'error'],
    ['NoVariantDetected', 'error'],
    ['Asleep', 'error'],
  ] as const) {
    test(`whose ECU is ${state} has a component that is ${expected}`, async () => {
      await using double = await openCdaDouble()
      double.intercept = ({ url }) =>
        url.endsWith('/components/flxc1000')
          ? { status: 200, body: { id: 'flxc1000', name: 'FLXC1000', variant: { name: 'Unknown', state } } }
          : undefined
      await running(testCdaBackend({ baseUrl: double.url }), async (backend) => {
        await until(() => backend.snapshot.status.phase === 'up')
        const [entity] = backend.snapshot.entities
        assert.equal(entity?.connectionState, expected)
        assert.equal(entity?.installationVariant, undefined)
      })
    })
  }

  test('is an app that knows its version and what is connected to it', async () => {
    await using cda = await runCda({}, { groups: { Body: ['flxc1000'] } })
    const { name, softwareVersion } = cda.entity('app', 'sovd2uds')
    assert.deepEqual([name, softwareVersion], ['Eclipse OpenSOVD Classic Diagnostic Adapter', '0.1.0'])
    const data = cda.facet('data', 'app', 'sovd2uds')
    for (const { id } of await data.list(context())) {
      const { value } = await data.read(id, context())
      assert.equal(Array.isArray(value), id === 'networkstructure')
    }
  })

  test('that is away, comes, goes and comes again is looked for all the time', async () => {
    const clock = new FakeClock()
    const log = new KeepingLogger()
    await using double = await openCdaDouble()
    await double.server.stop()
    const options = { baseUrl: double.url, componentIds: ['FLXC1000'] }
    await running(testCdaBackend(options, { clock, log }), async (backend) => {
      const phase = () => backend.snapshot.status.phase
      const state = () => backend.snapshot.entities[0]?.connectionState
      await until(() => phase() === 'down')
      assert.deepEqual([backend.snapshot.entities[0]?.id, state()], ['flxc1000', 'disconnected'])
      await double.server.start()
      await advanceUntil(clock, () => phase() === 'up')
      assert.equal(state(), 'connected')
      await double.server.stop()
      await advanceUntil(clock, () => phase() === 'down')
      assert.equal(state(), 'disconnected')
      double.login.forget()
      double.locks.forget()
      await double.server.start()
      await advanceUntil(clock, () => phase() === 'up')
      assert.equal((await backend.snapshot.entities[0]?.facets.data?.list(context()))?.length, 3)
      assert.deepEqual(
        log.lines.map(({ message }) => message),
        ['backend is down', 'backend is up', 'backend is down', 'backend is up'],
      )
    })
  })

  test('that is restarted under load gives no wrong answers', async () => {
    await using cda = await runCda({ refreshMs: 50 })
    const data = cda.facet('data')
    const outcomes = { good: 0, excused: 0, wrong: [] as unknown[] }
    let isOver = false
    const readers = Array.from({ length: 8 }, async () => {
      while (!isOver) {
        try {
          const { value } = await data.read('vindataidentifier', context())
          if (value === 'SCEDT26T8BD005261') outcomes.good++
          else outcomes.wrong.push(value)
        } catch (error) {
          const code = error instanceof Error && 'code' in error ? error.code : error
          if (code === 'bad-gateway' || code === 'gateway-timeout' || code === 'unavailable') outcomes.excused++
          else outcomes.wrong.push(error)
        }
      }
    })
    for (let round = 0; round < 3; round++) {
      const { good, excused } = outcomes
      await until(() => outcomes.good > good + 50)
      await cda.double.server.stop()
      await until(() => outcomes.excused > excused + 20)
      cda.double.login.forget()
      await cda.double.server.start()
      await until(() => outcomes.good > good + 100)
    }
    isOver = true
    await Promise.all(readers)
    assert.deepEqual(outcomes.wrong, [])
  })

  test('that is being updated is down with its reason', async () => {
    const clock = new FakeClock()
    await using double = await openCdaDouble()
    const message = 'Database update in progress, all diagnostic operations are blocked'
    double.intercept = ({ url }) =>
      url.endsWith('/authorize')
        ? undefined
        : { status: 409, body: { message, error_code: 'update-process-in-progress' } }
    await running(testCdaBackend({ baseUrl: double.url }, { clock }), async (backend) => {
      await until(() => backend.snapshot.status.phase === 'down')
      assert.deepEqual(backend.snapshot.status, { phase: 'down', code: 'conflict', message })
    })
  })

  test('one of whose ECUs cannot be asked serves the others', async () => {
    await using double = await openCdaDouble({ ecus: [FLXC1000, SAMPLE_ECU] })
    double.intercept = ({ url }) =>
      url.endsWith('/components/bms')
        ? { status: 500, body: { message: 'x', error_code: 'sovd-server-failure' } }
        : undefined
    await running(testCdaBackend({ baseUrl: double.url }), async (backend) => {
      await until(() => backend.snapshot.status.phase === 'up')
      const states = backend.snapshot.entities
        .filter(({ kind }) => kind === 'component')
        .map((each) => each.connectionState)
      assert.deepEqual(states, ['connected', 'error'])
    })
  })
})

const LOGIN = rawJson('{"access_token":"t","token_type":"Bearer","expires_in":2000000000}')

/** What a server of any kind answers to everything but the login. */
const NONSENSE: readonly (readonly [what: string, answer: string, message: RegExp])[] = [
  ['HTML', rawJson('<html>'), /cannot be used: it is not JSON/],
  ['a list', rawJson('[]'), /cannot be used: it is not an object/],
  ['items that are none', rawJson('{"items":5}'), /cannot be used: items is not an array/],
  ['an item that is a number', rawJson('{"items":[5]}'), /cannot be used: items\[0\] is not an object/],
  ['an item without an id', rawJson('{"items":[{"name":"x"}]}'), /id is not a text/],
  [
    'a redirect to itself',
    'HTTP/1.1 302 Found\r\nlocation: /vehicle/v15/components\r\ncontent-length: 0\r\n\r\n',
    /answered 302/,
  ],
  [
    'more than it may',
    rawJson(JSON.stringify({ items: [], filler: 'x'.repeat(4096) })),
    /answered more than the 2048 bytes/,
  ],
  ['what is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', /does not speak HTTP/],
]

for (const [what, answer, message] of NONSENSE) {
  test(`an adapter that answers ${what} is down with that reason`, async () => {
    const clock = new FakeClock()
    const handler: RawHandler = (socket, text) => socket.write(text.startsWith('POST') ? LOGIN : answer)
    await using server = await openRawServer(handler)
    await running(testCdaBackend({ baseUrl: server.url, maxResponseBytes: 2048 }, { clock }), async (backend) => {
      await until(() => backend.snapshot.status.phase === 'down')
      const { status } = backend.snapshot
      assert.ok(status.phase === 'down')
      assert.match(status.message, message)
      assert.equal(status.code, 'bad-gateway')
    })
  })
}

test('an adapter that accepts a connection and is silent is down in time', async () => {
  const clock = new FakeClock()
  await using server = await openRawServer(() => {})
  await running(testCdaBackend({ baseUrl: server.url, timeoutMs: 2000 }, { clock }), async (backend) => {
    const tookMs = await advanceUntil(clock, () => backend.snapshot.status.phase === 'down')
    assert.ok(tookMs >= 2000 && tookMs < 4000, `${tookMs}`)
  })
})

test('ECUs whose ids cannot be part of a path, and those listed twice, are left out', async () => {
  const log = new KeepingLogger()
  const odd = (qualifier: string): EcuModel => ({ ...FLXC1000, qualifier, name: qualifier })
  await using double = await openCdaDouble({ ecus: [odd('A'), odd('a'), odd('b/c')] })
  await running(testCdaBackend({ baseUrl: double.url }, { log }), async (backend) => {
    await until(() => backend.snapshot.status.phase === 'down' || backend.snapshot.status.phase === 'up')
    const ids = backend.snapshot.entities.filter(({ kind }) => kind === 'component').map(({ id }) => id)
    assert.deepEqual(ids, ['a'])
    assert.equal(log.lines.filter(({ level }) => level === 'warn').length, 2)
  })
})

/** Runs a backend while a test looks at it. */
async function running(backend: Backend, body: (backend: Backend) => Promise<void>): Promise<void> {
  const stop = new AbortController()
  const run = backend.run(stop.signal)
  try {
    await body(backend)
  } finally {
    stop.abort()
    await run
    await backend[Symbol.asyncDispose]()
  }
}
