import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { raceSignal } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { FakeClock } from '@opensovd/base/testing'
import { type DataFacet, MemoryBackend } from '@opensovd/core'
import { type Fixture, openFixture } from '../testing/fixture.ts'

const ITEMS = 200_000
/** What the kernel may hold of one loopback connection, and then some: a small part of what is sent. */
const MAX_UNDERWAY_BYTES = 16 * 1024 * 1024

const text = 'x'.repeat(400)

function itemsOf(count: number) {
  return Array.from({ length: count }, (_, at) => {
    return { id: `d${at}`, name: 'a value', access: 'readOnly', dataType: 'string' } as const
  })
}

async function serve(data: DataFacet, clock?: FakeClock): Promise<Fixture> {
  const entity = { kind: 'component', id: 'big', name: 'Big', connectionState: 'connected', facets: { data } } as const
  return openFixture({ backends: [new MemoryBackend('m', [entity])], ...(clock ? { clock } : {}) })
}

function open(fixture: Fixture, agent?: http.Agent): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${fixture.url}/sovd/v1/components/big/snapshot`, agent ? { agent } : {}, resolve)
    request.on('error', reject)
  })
}

/** Resolves once `count` has not changed for a while, or is so high that it does not matter any more. */
async function settled(count: () => number, enough: number): Promise<void> {
  for (let before = -1; before !== count() && count() < enough; ) {
    before = count()
    await systemClock.sleep(50)
  }
}

/** Data that can be read at once, and how much was. */
function countedData(count: number) {
  const counted = { reads: 0 }
  const data: DataFacet = {
    list: async () => itemsOf(count),
    async read(id) {
      counted.reads++
      return { id, value: text }
    },
  }
  return { counted, data }
}

test('reads no more from the component than a slow client has room for', async () => {
  const { counted, data } = countedData(ITEMS)
  await using fixture = await serve(data)
  const response = await open(fixture)
  let taken = 0
  let lines = 0
  let nextPause = 0
  for await (const chunk of response) {
    const bytes: Buffer = chunk
    taken += bytes.length
    for (const byte of bytes) if (byte === 10) lines++
    if (taken < nextPause) continue
    nextPause = taken + MAX_UNDERWAY_BYTES
    await settled(() => counted.reads, ITEMS)
    const underway = counted.reads * text.length - taken
    assert.ok(underway < MAX_UNDERWAY_BYTES, `${counted.reads} reads for ${taken} bytes taken`)
  }
  assert.equal(lines, ITEMS + 1)
  assert.ok(taken > 5 * MAX_UNDERWAY_BYTES)
})

test('aborts the reads when the client goes away', async () => {
  const { promise: reading, resolve: onRead } = Promise.withResolvers<AbortSignal>()
  await using fixture = await serve({
    list: async () => itemsOf(100),
    async read(id, { signal }) {
      onRead(signal)
      await raceSignal(new Promise(() => {}), signal)
      return { id, value: 1 }
    },
  })
  const response = await open(fixture)
  const signal = await reading
  assert.equal(signal.aborted, false)
  response.on('error', () => {})
  response.destroy()
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
})

test('a stream that makes progress outlives the time for a request; one that halts is cut', async () => {
  const clock = new FakeClock()
  let stepMs = 20_000
  await using fixture = await serve(
    {
      list: async () => itemsOf(5),
      async read(id, { signal }) {
        await clock.sleep(stepMs * (Number(id.slice(1)) + 1), signal)
        return { id, value: 1 }
      },
    },
    clock,
  )
  const patient = (await open(fixture)).iterator()
  let lines = 0
  const readLines = async (wanted: number) => {
    while (lines < wanted) for (const byte of Buffer.from((await patient.next()).value)) if (byte === 10) lines++
  }
  for (let wanted = 1; wanted < 6; wanted++) {
    await readLines(wanted)
    await clock.advance(stepMs)
  }
  await readLines(6)
  assert.equal((await patient.next()).done, true)
  stepMs = 30_001
  const halted = await open(fixture)
  const cut = assert.rejects(halted.toArray(), { code: 'ECONNRESET' })
  await clock.advance(30_000)
  await cut
  assert.equal((await fixture.get('/healthz')).status, 200)
})

test('closing the server lets a stream come to its end, and then its connection', async () => {
  const { counted, data } = countedData(ITEMS / 4)
  const fixture = await serve(data, new FakeClock())
  const agent = new http.Agent({ keepAlive: true })
  const response = await open(fixture, agent)
  const closed = fixture[Symbol.asyncDispose]()
  let lines = 0
  for await (const chunk of response) for (const byte of chunk as Buffer) if (byte === 10) lines++
  assert.equal(lines, ITEMS / 4 + 1)
  assert.equal(counted.reads, ITEMS / 4)
  await closed
  agent.destroy()
})

test('closing the server waits for no connection on which nothing was asked', async () => {
  const fixture = await serve(countedData(1).data, new FakeClock())
  const { port } = new URL(fixture.url)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  // Asked on another connection, after this one: so the server knows of both.
  assert.equal((await fixture.get('/healthz')).status, 200)
  const ended = once(socket, 'close')
  await fixture[Symbol.asyncDispose]()
  await ended
})

test('closing the server cuts a stream that nobody reads once the time for closing is over', async () => {
  const { counted, data } = countedData(ITEMS)
  const clock = new FakeClock()
  const fixture = await serve(data, clock)
  const response = await open(fixture)
  response.on('error', () => {})
  await settled(() => counted.reads, ITEMS)
  const closed = fixture[Symbol.asyncDispose]()
  await clock.advance(9_500)
  await closed
  const atEnd = counted.reads
  assert.ok(atEnd < ITEMS)
  await systemClock.sleep(20)
  assert.equal(counted.reads, atEnd)
  response.destroy()
})
