/**
 * Events a second that one process tells to many readers over HTTP: the server in a process of its own, the readers in
 * this one. What one core can do is the number of deliveries over the CPU time the server took for them. Then: what an
 * idle reader costs in memory.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type DataValue, type Entity, MemoryBackend, openDiagnostics } from '@opensovd/core'
import { openSovdServer } from '@opensovd/server'

const READERS = 1000
const ITEMS = 20
const ROUNDS = 5
const CHANGES = 100
const GOAL = 100_000
const PATH = '/sovd/v1/components/bms/data/subscribe'

/** What changes at a time, and how long before the next time. */
interface Load {
  readonly items: number
  readonly pauseMs: number
}

const LOADS: readonly Load[] = [
  { items: ITEMS, pauseMs: 5 },
  { items: ITEMS, pauseMs: 50 },
  { items: 1, pauseMs: 6 },
]
const NOTHING: Load = { items: 0, pauseMs: 0 }

if (process.argv[2] === 'serve') await serve()
else await measure(Number(process.argv[2] ?? 0))

interface Usage {
  readonly cpuMicros: number
  readonly residentBytes: number
}

/** Changes all items so often in a second when told to, and answers every message with what was used so far. */
async function serve(): Promise<void> {
  let tell: ((value: DataValue) => void) | undefined
  const ids = Array.from({ length: ITEMS }, (_, at) => `item-${at}`)
  const entity: Entity = {
    kind: 'component',
    id: 'bms',
    name: 'bms',
    connectionState: 'connected',
    facets: {
      data: {
        list: async () => ids.map((id) => ({ id, name: id, access: 'readOnly', dataType: 'float' })),
        read: async (id) => ({ id, value: 0 }),
        watch: (_ids, listener, { signal }) => {
          tell = listener
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
        },
      },
    },
  }
  const diagnostics = openDiagnostics({
    clock: systemClock,
    log: silentLogger,
    createId: () => 'id',
    backends: [new MemoryBackend('memory', [entity])],
    events: { maxReaders: 20_000, ring: { maxEvents: 10_000, maxBytes: 16 * 1024 * 1024 } },
  })
  const { url } = await openSovdServer({
    diagnostics,
    clock: systemClock,
    log: silentLogger,
    host: '127.0.0.1',
    port: 0,
    serverName: 'bench',
    serverVersion: '0',
    description: 'bench',
  })
  let value = 0
  process.on('message', async ({ items, pauseMs }: Load) => {
    for (let change = 0; items > 0 && change < CHANGES; change++) {
      value++
      for (const id of ids.slice(0, items)) tell?.({ id, value })
      await systemClock.sleep(pauseMs)
    }
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuMicros: user + system, residentBytes: process.memoryUsage().rss } satisfies Usage)
  })
  process.once('disconnect', () => process.exit())
  process.send?.(url)
}

async function measure(idleReaders: number): Promise<void> {
  const child = fork(import.meta.filename, ['serve'], { execArgv: ['--expose-gc'] })
  const next = async <T>() => (await once(child, 'message'))[0] as T
  const url = new URL(await next<string>())
  const usage = (load = NOTHING) => {
    child.send(load)
    return next<Usage>()
  }
  if (idleReaders > 0) await measureIdle(url, idleReaders, usage)
  else await measureFanout(url, usage)
  child.disconnect()
}

async function measureFanout(url: URL, usage: (load?: Load) => Promise<Usage>): Promise<void> {
  let events = 0
  const sockets = await open(url, READERS, (chunk) => {
    for (let at = chunk.indexOf('event: data-change'); at >= 0; at = chunk.indexOf('event: data-change', at + 18))
      events++
  })
  await settled(() => events)
  for (const load of LOADS) {
    const { items, pauseMs } = load
    const rates: [wall: number, cpu: number][] = []
    for (let round = 0; round < ROUNDS; round++) {
      events = 0
      const { cpuMicros: before } = await usage()
      const startedAt = performance.now()
      await usage(load)
      while (events < READERS * items * CHANGES && performance.now() - startedAt < 60_000) await systemClock.sleep(1)
      const elapsedMs = performance.now() - startedAt
      const { cpuMicros: after } = await usage()
      rates.push([events / (elapsedMs / 1000), events / ((after - before) / 1e6)])
    }
    const [wall, cpu] = [median(rates.map(([rate]) => rate)), median(rates.map(([, rate]) => rate))]
    console.log(`${items === 1 ? 'one change' : `${items} changes`} every ${pauseMs} ms, told to ${READERS} readers`)
    console.log(`  ${Math.round(wall)} deliveries/s, ${Math.round(cpu)} per second of CPU, goal at least ${GOAL}`)
  }
  for (const socket of sockets) socket.destroy()
}

async function measureIdle(url: URL, count: number, usage: () => Promise<Usage>): Promise<void> {
  const { residentBytes: before } = await usage()
  const sockets = await open(url, count, () => {})
  await systemClock.sleep(1000)
  const { residentBytes, cpuMicros } = await usage()
  await systemClock.sleep(30_000)
  const { cpuMicros: later } = await usage()
  const each = (residentBytes - before) / count / 1024
  console.log(
    `${count} idle readers: ${each.toFixed(1)} KiB each, ${((later - cpuMicros) / 300_000).toFixed(1)} % of a core`,
  )
  for (const socket of sockets) socket.destroy()
}

/** Readers with as little between them and their sockets as possible: this process is not what is measured. */
async function open(url: URL, count: number, onChunk: (chunk: Buffer) => void): Promise<Socket[]> {
  const sockets: Socket[] = []
  while (sockets.length < count) {
    const batch = await Promise.all(
      Array.from({ length: Math.min(100, count - sockets.length) }, async () => {
        const socket = connect(Number(url.port), url.hostname)
        await once(socket, 'connect')
        socket.write(`GET ${PATH} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`)
        await once(socket, 'readable')
        socket.on('data', onChunk)
        return socket
      }),
    )
    sockets.push(...batch)
  }
  return sockets
}

async function settled(count: () => number): Promise<void> {
  for (let before = -1; before !== count(); ) {
    before = count()
    await systemClock.sleep(500)
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
