/** What is measured: started with a name, says where it listens, and tells what it used when asked. */
import { randomUUID } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

import { createSovdBackend } from '@opensovd/backends/sovd'

import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type Backend, type Entity, MemoryBackend, openDiagnostics } from '@opensovd/core'
import { createMetrics, openSovdServer } from '@opensovd/server'
import fastify from 'fastify'
import { Pool } from 'undici'

const PATH = '/sovd/v1/components/bms/data/soc'
const BODY = '{"id":"soc","value":78.5,"name":"State of Charge","unit":"%","access":"readOnly"}'
/** What our answer carries beside its body. */
const OUR_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
  'x-served-by': 'default',
  'OData-Version': '4.0',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  etag: '"31e161283d244730"',
}
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' }

const targets: Record<string, () => Promise<string>> = {
  /** A bare route that sends the same bytes, head and body. */
  async fastify() {
    const app = fastify()
    app.get(PATH, (_request, reply) => reply.headers(OUR_HEADERS).headers(JSON_HEADERS).send(BODY))
    return app.listen({ host: '127.0.0.1', port: 0 })
  },

  async memory() {
    return serve(new MemoryBackend('memory', [batteryInMemory()]))
  },

  /** The least that can be between a client and a server: node:http and undici's dispatch. */
  async hop() {
    const upstream = new Pool(await startUpstream(), { connections: 64 })
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = []
      upstream.dispatch(
        { method: 'GET', path: request.url ?? '/' },
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData: (_controller, chunk) => void chunks.push(chunk),
          onResponseEnd: () => response.writeHead(200, JSON_HEADERS).end(Buffer.concat(chunks)),
          onResponseError: () => response.writeHead(502).end(),
        },
      )
    })
    return listen(server)
  },

  async gateway() {
    const backend = createSovdBackend(
      {
        name: 'upstream',
        baseUrl: await startUpstream(),
        apiPrefix: '/sovd/v1',
        dialect: 'native',
        timeoutMs: 30_000,
        refreshMs: 60_000,
        maxConcurrency: 64,
        componentIds: ['bms'],
      },
      { clock: systemClock, log: silentLogger },
    )
    return serve(backend)
  },
}

async function serve(backend: Backend): Promise<string> {
  const diagnostics = openDiagnostics({
    clock: systemClock,
    log: silentLogger,
    createId: randomUUID,
    backends: [backend],
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
    metrics: createMetrics(),
  })
  return url
}

function batteryInMemory(): Entity {
  const { id, value, ...attributes } = JSON.parse(BODY)
  const facets: Entity['facets'] = { data: { list: async () => [], read: async () => ({ id, value, attributes }) } }
  return { kind: 'component', id: 'bms', name: 'bms', connectionState: 'connected', facets }
}

/** The server behind the gateway, in a process of its own so that its cost is not counted. */
async function startUpstream(): Promise<string> {
  const { fork } = await import('node:child_process')
  const child = fork(import.meta.filename, ['fastify'])
  process.once('disconnect', () => child.disconnect())
  return new Promise((resolve) => child.once('message', (message) => resolve((message as { origin: string }).origin)))
}

function listen(server: http.Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

const origin = await targets[process.argv[2] ?? '']?.()
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMicros: user + system, residentMiB: process.memoryUsage().rss / 2 ** 20 })
})
process.once('disconnect', () => process.exit())
process.send?.({ origin, path: PATH })
