/**
 * CPU per request of a data read through the SOVD backend, beside that of the least that can pass a read on: both
 * behind node:http, in processes of their own, under the same rate of requests, in turns.
 */
import { fork } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSovdBackend } from '@opensovd/backends/sovd'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { Pool } from 'undici'

const RATE = 5000
const SECONDS = 1.5
const ROUNDS = 6
const CONNECTIONS = 32
/** More than run at a time, so that reads are not shared. */
const ITEMS = 64
const ITEM = '/sovd/v1/components/bms/data/'

const roles: Record<string, (upstream: string) => Promise<RequestListener>> = { upstream, hop, facet }

const [role, upstreamUrl = ''] = process.argv.slice(2)
const open = roles[role ?? '']
if (open) await serve(await open(upstreamUrl))
else await compare()

async function upstream(): Promise<RequestListener> {
  const component = { id: 'bms', name: 'Battery', category: 'ecu', connectionState: 'connected' }
  return (request, response) => {
    const id = request.url?.startsWith(ITEM) ? request.url.slice(ITEM.length) : undefined
    response.setHeader('content-type', 'application/json')
    response.end(
      id
        ? `{"id":"${id}","name":"State of Charge","value":78.5,"unit":"%","access":"readOnly"}`
        : JSON.stringify({ value: [component], supportedCategories: ['data', 'modes'] }),
    )
  }
}

async function hop(origin: string): Promise<RequestListener> {
  const pool = new Pool(origin, { connections: CONNECTIONS })
  return (request, response) => {
    const chunks: Buffer[] = []
    pool.dispatch(
      { method: 'GET', path: request.url ?? '/', headers: { accept: 'application/json' } },
      {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          response.statusCode = status
        },
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd() {
          response.setHeader('content-type', 'application/json')
          response.end(Buffer.concat(chunks))
        },
        onResponseError: () => response.destroy(),
      },
    )
  }
}

async function facet(baseUrl: string): Promise<RequestListener> {
  const backend = createSovdBackend(
    {
      name: 'upstream',
      baseUrl,
      apiPrefix: '/sovd/v1',
      dialect: 'native',
      timeoutMs: 5000,
      refreshMs: 5000,
      maxConcurrency: CONNECTIONS,
      componentIds: ['bms'],
    },
    { clock: systemClock, log: silentLogger, observe: () => {} },
  )
  void backend.run(new AbortController().signal)
  return (request, response) => {
    const data = backend.snapshot.entities[0]?.facets.data
    const controller = new AbortController()
    response.once('close', () => {
      if (!response.writableFinished) controller.abort()
    })
    data?.read(request.url?.slice(ITEM.length) ?? '', { signal: controller.signal }).then(
      ({ id, value, attributes }) => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ id, value, ...attributes }))
      },
      () => response.destroy(),
    )
  }
}

/** Listens, tells where, and answers each message with the CPU time used so far, in microseconds. */
async function serve(listener: RequestListener): Promise<void> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
  })
  process.on('disconnect', () => process.exit())
}

async function compare(): Promise<void> {
  const source = await start('upstream')
  const [bare, ours] = [await start('hop', source.url), await start('facet', source.url)]
  for (const target of [bare, ours]) await measure(target)
  const pairs: [bare: number, ours: number][] = []
  for (let round = 0; round < ROUNDS; round++) pairs.push([await measure(bare), await measure(ours)])
  const ratios = pairs.map(([a, b]) => b / a)
  const show = (at: 0 | 1) => `${median(pairs.map((pair) => pair[at])).toFixed(1)} us CPU a request`
  console.log(`node:http + undici dispatch   ${show(0)}`)
  console.log(`node:http + SOVD backend      ${show(1)}`)
  console.log(
    `ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
  )
  process.exit()
}

interface Target {
  readonly url: string
  /** CPU time used so far. */
  usedMicros(): Promise<number>
}

async function start(name: string, upstreamOf = ''): Promise<Target> {
  const child = fork(import.meta.filename, [name, upstreamOf])
  const next = <T>() => new Promise<T>((resolve) => child.once('message', (message) => resolve(message as T)))
  const url = await next<string>()
  return {
    url,
    usedMicros() {
      const used = next<number>()
      child.send('usage')
      return used
    },
  }
}

/** CPU time for one request, at a rate that leaves the machine idle time. */
async function measure(target: Target): Promise<number> {
  const pool = new Pool(target.url, { connections: CONNECTIONS })
  const before = await target.usedMicros()
  const startedAt = performance.now()
  let sent = 0
  let pending = 0
  let failed = 0
  const over = (failures: number) => {
    pending--
    failed += failures
  }
  for (let elapsed = 0; elapsed < SECONDS; elapsed = (performance.now() - startedAt) / 1000) {
    for (; sent < elapsed * RATE && pending < CONNECTIONS; sent++, pending++) {
      pool.dispatch(
        { method: 'GET', path: `${ITEM}d${sent % ITEMS}` },
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData() {},
          onResponseEnd: () => over(0),
          onResponseError: () => over(1),
        },
      )
    }
    await sleep(1)
  }
  while (pending > 0) await sleep(1)
  await pool.close()
  if (failed > 0) throw new Error(`${failed} requests failed`)
  return ((await target.usedMicros()) - before) / sent
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return ((sorted[middle] ?? Number.NaN) + (sorted[(sorted.length - 1) >> 1] ?? Number.NaN)) / 2
}
