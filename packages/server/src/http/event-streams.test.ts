import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@opensovd/base/node'
import { FakeClock } from '@opensovd/base/testing'
import { type DataFacet, MemoryBackend } from '@opensovd/core'
import { openFixture } from '../testing/fixture.ts'
import { openSse, type SseClient } from '../testing/sse-client.ts'

const PATH = '/sovd/v1/components/big/data/subscribe?ids=x'
/** More than the kernel holds of one loopback connection. */
const LARGE = 'x'.repeat(512 * 1024)

/** A component with one item, whose values are told as they are set. */
function tellingBackend() {
  let tell: (value: { id: string; value: string }) => void = () => {}
  const data: DataFacet = {
    list: async () => [{ id: 'x', name: 'X', access: 'readOnly', dataType: 'string' }],
    read: async (id) => ({ id, value: '0' }),
    watch: (_ids, listener, { signal }) => {
      tell = listener
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    },
  }
  const entity = { kind: 'component', id: 'big', name: 'Big', connectionState: 'connected', facets: { data } } as const
  return { backend: new MemoryBackend('m', [entity]), set: (value: string) => tell({ id: 'x', value }) }
}

async function begun(url: string): Promise<SseClient> {
  const client = await openSse(url)
  await client.nextNamed('keepalive')
  return client
}

test('a reader that is too slow is told what it lost, and costs the others nothing', async () => {
  const { backend, set } = tellingBackend()
  await using fixture = await openFixture({
    backends: [backend],
    events: { ring: { maxEvents: 4, maxBytes: 1e9 } },
  })
  await using slow = await begun(fixture.url + PATH)
  await using quick = await begun(fixture.url + PATH)
  await systemClock.sleep(20)
  slow.pause()
  const count = 60
  for (let at = 1; at <= count; at++) {
    set(`${at} ${LARGE}`)
    const { data } = await quick.nextNamed('data-change')
    assert.equal(Number.parseInt(data.value, 10), at)
  }
  slow.resume()
  let seen = 0
  let lost = 0
  for (let last = 0; last < count; ) {
    const { name, data } = await slow.next()
    if (name === 'overflow') lost += data.lost
    else if (name === 'data-change') {
      seen++
      last = Number.parseInt(data.value, 10)
    }
  }
  assert.ok(lost > 0)
  assert.equal(seen + lost, count)
  assert.doesNotMatch(quick.text(), /overflow/)
})

test('a reader that never takes anything is cut off, and the others get signs of life', async () => {
  const { backend, set } = tellingBackend()
  const clock = new FakeClock()
  await using fixture = await openFixture({ backends: [backend], clock })
  const advance = async (ms: number) => {
    await clock.advance(ms)
    await systemClock.sleep(1)
  }
  const open = async () => {
    const opening = openSse(fixture.url + PATH)
    const client = await opening
    const first = client.nextNamed('keepalive')
    for (let step = 0; step < 50 && fixture.diagnostics.events.watched === 0; step++) await advance(1)
    await advance(5)
    await first
    return client
  }
  const stuck = await open()
  await using lively = await open()
  stuck.pause()
  for (let at = 1; at <= 30; at++) {
    set(`${at} ${LARGE}`)
    await advance(10)
    await lively.nextNamed('data-change')
  }
  assert.equal(fixture.diagnostics.events.readers.count, 2)
  await advance(59_000)
  assert.equal(fixture.diagnostics.events.readers.count, 2)
  for (let step = 0; step < 20 && fixture.diagnostics.events.readers.count === 2; step++) await advance(1000)
  assert.equal(fixture.diagnostics.events.readers.count, 1)
  stuck.resume()
  await stuck.ended
  const keepalive = await lively.nextNamed('keepalive')
  assert.deepEqual(Object.keys(keepalive.data), ['type', 'componentId', 'timestamp'])
  assert.match(lively.text(), /\n\n:\n\n/)
})

test('a client that goes before its stream begins takes no place', async () => {
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>()
  const { promise: answer, resolve: answerNow } = Promise.withResolvers<void>()
  const data: DataFacet = {
    async list() {
      onAsked()
      await answer
      return [{ id: 'x', name: 'X', access: 'readOnly', dataType: 'string' }]
    },
    read: async (id) => ({ id, value: '0' }),
  }
  const entity = { kind: 'component', id: 'big', name: 'Big', connectionState: 'connected', facets: { data } } as const
  await using fixture = await openFixture({ backends: [new MemoryBackend('m', [entity])] })
  const opening = openSse(fixture.url + PATH, {}, AbortSignal.timeout(100))
  await asked
  await assert.rejects(opening)
  await systemClock.sleep(20)
  answerNow()
  await systemClock.sleep(20)
  assert.equal(fixture.diagnostics.events.readers.count, 0)
  assert.equal(fixture.diagnostics.events.watched, 0)
})

test('many readers come and go without leaving anything', async () => {
  const { backend } = tellingBackend()
  await using fixture = await openFixture({ backends: [backend] })
  const clients = await Promise.all(Array.from({ length: 300 }, () => begun(fixture.url + PATH)))
  assert.equal(fixture.diagnostics.events.readers.count, 300)
  assert.equal(fixture.diagnostics.events.watched, 1)
  for (const client of clients) client.close()
  for (let step = 0; step < 500 && fixture.diagnostics.events.watched > 0; step++) await systemClock.sleep(2)
  assert.equal(fixture.diagnostics.events.readers.count, 0)
  assert.equal(fixture.diagnostics.events.watched, 0)
})
