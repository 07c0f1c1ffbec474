import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createSovdBackend } from '@opensovd/backends/sovd'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type DiagnosticsOptions, openDiagnostics } from '@opensovd/core'
import { createDemoBackend } from '@opensovd/demo-ecu'
import { FileStore } from '@opensovd/integrations/bulk-data'
import { openScriptRunner, ScriptFolder } from '@opensovd/integrations/scripts'
import { FileUpdateProvider } from '@opensovd/integrations/updates'
import { openSovdServer, type SovdServerOptions } from '@opensovd/server'
import { run, temporaryDirectory } from './program.ts'

const clock = systemClock
const log = silentLogger
const common = { clock, log, createId: randomUUID }

async function serve(
  stack: AsyncDisposableStack,
  domain: Partial<DiagnosticsOptions> & Pick<DiagnosticsOptions, 'backends'>,
  options: Partial<SovdServerOptions> = {},
) {
  const diagnostics = stack.use(openDiagnostics({ ...common, ...domain }))
  const identity = { serverName: 'complete', serverVersion: '1', description: '' }
  const server = await openSovdServer({ diagnostics, host: '127.0.0.1', port: 0, clock, log, ...identity, ...options })
  return stack.use(server).url
}

function stackOf(t: TestContext): AsyncDisposableStack {
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  return stack
}

function updatesIn(path: string) {
  return FileUpdateProvider.open({ path: join(path, 'updates'), installPath: join(path, 'installed'), ...common })
}

/** Scripts in a folder. How they are isolated is no matter of the contract. */
async function scriptsIn(path: string) {
  const store = await ScriptFolder.open({ path, maxBytes: 10_000, maxScripts: 10, ...common })
  const limits = { memoryBytes: 64_000_000, cpuSeconds: 10 }
  const pathOf = store.pathOf.bind(store)
  const runner = await openScriptRunner({ clock, path, pathOf, isolation: 'process', ...limits })
  return { store, runner }
}

/** Our server with all that it can have: the demo ECU, files, and updates made of them. */
async function openComplete(t: TestContext, options: Partial<SovdServerOptions> = {}): Promise<string> {
  const path = temporaryDirectory(t)
  const limits = { quotaBytes: 1e6, maxFileBytes: 1e6, categories: ['documents', 'flash'] }
  const bulkData = await FileStore.open({ path: join(path, 'files'), ...limits, ...common })
  const updates = await updatesIn(path)
  const scripts = await scriptsIn(join(path, 'scripts'))
  const backends = [createDemoBackend({ clock, log, static: true })]
  return serve(stackOf(t), { backends, bulkData, updates, scripts }, options)
}

/** A gateway without anything of its own in front of a server; updates and scripts are those of the gateway. */
async function openGatewayTo(t: TestContext, baseUrl: string): Promise<string> {
  const limits = { timeoutMs: 5000, refreshMs: 60_000, maxConcurrency: 16, componentIds: [] }
  const backend = createSovdBackend(
    { name: 'complete', baseUrl, apiPrefix: '/vehicle/v1', dialect: 'iso', ...limits },
    { clock, log },
  )
  const path = temporaryDirectory(t)
  const updates = await updatesIn(path)
  const scripts = await scriptsIn(join(path, 'scripts'))
  const url = await serve(stackOf(t), { backends: [backend], updates, scripts })
  while (backend.snapshot.status.phase !== 'up') await clock.sleep(10)
  return url
}

/** What nobody has to ask for while callers are not authenticated. */
const AUTHENTICATION = ['POST /authorize', 'POST /token']

async function expectComplete(t: TestContext, url: string): Promise<void> {
  const { code, stdout } = await run(t, ['conformance', url, '--write', '--disrupt'])
  assert.equal(code, 0, stdout)
  const left = [...stdout.matchAll(/^[?-] +(.+) \[/gm)].map(([, operation]) => operation)
  assert.deepEqual(left, AUTHENTICATION, stdout)
  assert.match(stdout, new RegExp(`\n${94 - left.length} of 94 operations exercised, \\d+ passed, 0 failed, `))
  assert.match(stdout, / not offered \(POST \/authorize, POST \/token: no authentication\), \d+ not exercised\n$/)
}

test('each operation of the standard that we serve is exercised, with its success and its errors', async (t) => {
  await expectComplete(t, await openComplete(t))
})

test('a gateway in front of such a server has all that it has', async (t) => {
  await expectComplete(t, await openGatewayTo(t, await openComplete(t)))
})

test('with authentication, all 94 operations of the standard are exercised', async (t) => {
  const roles = ['admin']
  const clients = [{ id: 'workshop', secret: { kind: 'plain', text: 'a secret of the workshop' }, roles }] as const
  const tokens = { algorithm: 'HS256', secret: 'a key that is long enough for this algorithm' } as const
  const url = await openComplete(t, { auth: { clients, tokens } })
  const client = ['--client', 'workshop:a secret of the workshop']
  const { code, stdout } = await run(t, ['conformance', `${url}/vehicle/v1`, '--write', '--disrupt', ...client])
  assert.equal(code, 0, stdout)
  assert.match(stdout, /\n94 of 94 operations exercised, \d+ passed, 0 failed, 0 not offered, 0 not exercised\n$/)
})
