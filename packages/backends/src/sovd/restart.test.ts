import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Backend } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { openNativeDouble } from './testing/native-double.ts'
import { context } from './testing/open-api.ts'
import { testBackend } from './testing/open-backend.ts'

interface Read {
  readonly startMs: number
  readonly endMs: number
  /** Undefined when it was served. */
  readonly error: unknown
}

const READERS = 8

/** Reads all the time, with several readers, until told to stop; each has an item of its own. */
async function readAllTheTime(backend: Backend, signal: AbortSignal): Promise<Read[]> {
  const items = ['soc', 'energy', 'cells', 'charge-limit', 'note']
  const reads: Read[] = []
  const reader = async (item: string) => {
    while (!signal.aborted) {
      const startMs = performance.now()
      const data = backend.snapshot.entities.find(({ id }) => id === 'bms')?.facets.data
      const error = await (data?.read(item, context()) ?? Promise.reject(new Error('gone'))).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      reads.push({ startMs, endMs: performance.now(), error })
      await sleep(1)
    }
  }
  await Promise.all(Array.from({ length: READERS }, (_, index) => reader(items[index % items.length] ?? 'soc')))
  return reads
}

/** Writes another number each time; returns how many writes were confirmed. */
async function writeAllTheTime(backend: Backend, signal: AbortSignal): Promise<number> {
  let written = 0
  for (let number = 0; !signal.aborted; number++) {
    const data = backend.snapshot.entities.find(({ id }) => id === 'bms')?.facets.data
    await data?.write?.('charge-limit', number, context()).then(
      () => written++,
      (error: unknown) => assert.ok(error instanceof SovdError && error.code === 'bad-gateway', String(error)),
    )
    await sleep(1)
  }
  return written
}

function isUp(backend: Backend): boolean {
  return backend.snapshot.status.phase === 'up'
}

function running(backend: Backend) {
  const stop = new AbortController()
  const run = backend.run(stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await run
      await backend[Symbol.asyncDispose]()
    },
  }
}

test('a server that is killed and started again under load loses only what could not be served, and heals', async () => {
  await using server = await openNativeDouble()
  const backend = testBackend({ baseUrl: server.url, componentIds: ['bms'] })
  await using _ = running(backend)
  const stop = new AbortController()
  const reading = readAllTheTime(backend, stop.signal)
  await sleep(200)
  const killedMs = performance.now()
  await server.stop()
  await sleep(200)
  while (isUp(backend)) await sleep(10)
  assert.equal(backend.snapshot.entities[0]?.connectionState, 'disconnected')
  const startedMs = performance.now()
  await server.start()
  const servesMs = performance.now()
  while (!isUp(backend) && performance.now() - startedMs < 10_000) await sleep(10)
  assert.equal(backend.snapshot.entities[0]?.connectionState, 'connected')
  await sleep(200)
  stop.abort()
  const reads = await reading
  const lost = reads.filter(({ error }) => error !== undefined)
  for (const { startMs, endMs, error } of lost) {
    assert.ok(endMs >= killedMs, 'a read was lost before the server was killed')
    assert.ok(startMs <= servesMs, `a read was lost ${startMs - servesMs} ms after the server was back: ${error}`)
    assert.ok(error instanceof SovdError && error.code === 'bad-gateway', String(error))
  }
  assert.ok(reads.some(({ startMs, error }) => startMs > servesMs && error === undefined))
  assert.ok(reads.some(({ endMs, error }) => endMs < killedMs && error === undefined))
})

test('used connections that die under load lose no read, and no write is sent twice', async () => {
  await using server = await openNativeDouble()
  const backend = testBackend({ baseUrl: server.url, componentIds: ['bms'] })
  await using _ = running(backend)
  const stop = new AbortController()
  const reading = readAllTheTime(backend, stop.signal)
  const writing = writeAllTheTime(backend, stop.signal)
  for (let time = 0; time < 10; time++) {
    await sleep(40)
    server.dropConnections(1)
  }
  await sleep(40)
  stop.abort()
  const [reads, written] = await Promise.all([reading, writing])
  const lost = reads.filter(({ error }) => error !== undefined)
  assert.deepEqual(
    lost.map(({ error }) => String(error)),
    [],
  )
  assert.ok(reads.length > 10, `${reads.length} reads`)
  const arrived = server.requests.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.stringify(body))
  assert.equal(new Set(arrived).size, arrived.length)
  assert.ok(written > 0 && written <= arrived.length, `${written} of ${arrived.length} writes`)
})
