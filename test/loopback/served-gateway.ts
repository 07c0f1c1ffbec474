import { randomUUID } from 'node:crypto'
import { createSovdBackend } from '@opensovd/backends/sovd'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type Backend, type DiagnosticsOptions, openDiagnostics } from '@opensovd/core'
import { createDemoBackend } from '@opensovd/demo-ecu'
import { openSovdServer } from '@opensovd/server'

const clock = systemClock
const log = silentLogger

/** Serves a backend; returns the URL of the server, which ends with the stack. */
export async function serve(stack: AsyncDisposableStack, backend: Backend, options: Partial<DiagnosticsOptions> = {}) {
  const executions = { pollMs: 5 }
  const common = { clock, log, createId: randomUUID, executions }
  const diagnostics = stack.use(openDiagnostics({ ...common, backends: [backend], ...options }))
  const identity = { serverName: 'loopback', serverVersion: '1', description: '' }
  const server = await openSovdServer({ diagnostics, clock, log, host: '127.0.0.1', port: 0, ...identity })
  stack.use(server)
  return server.url
}

/** A server of the standard's contract as a source. */
export function backendOf(baseUrl: string): Backend {
  const limits = { timeoutMs: 5000, refreshMs: 60_000, maxConcurrency: 16, componentIds: [] }
  return createSovdBackend(
    { name: 'ecu', baseUrl, apiPrefix: '/vehicle/v1', dialect: 'iso', ...limits },
    { clock, log },
  )
}

export async function ask(method: string, address: string, body?: unknown) {
  const headers = { 'content-type': 'application/json' }
  const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) }
  const response = await fetch(address, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) }
}

/** Serves the demo ECU, and a gateway in front of it that has found it; returns the URLs of both. */
export async function serveGateway(stack: AsyncDisposableStack, options: Partial<DiagnosticsOptions>) {
  const inner = await serve(stack, createDemoBackend({ clock, log, static: true }), options)
  const between = backendOf(inner)
  const outer = await serve(stack, between)
  while (between.snapshot.status.phase !== 'up') await clock.sleep(10)
  return { inner: `${inner}/vehicle/v1`, outer: `${outer}/vehicle/v1` }
}
