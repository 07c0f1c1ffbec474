import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openDiagnostics } from '@opensovd/core'
import { createDemoBackend } from '@opensovd/demo-ecu'
import { FileStore } from '@opensovd/integrations/bulk-data'
import { FileUpdateProvider } from '@opensovd/integrations/updates'
import { openSovdServer } from '@opensovd/server'
import { run, temporaryDirectory } from './program.ts'

/** Our server with all that it can have: the demo ECU, files, and updates made of them. */
async function openComplete(t: TestContext): Promise<string> {
  const path = temporaryDirectory(t)
  const common = { log: silentLogger, createId: randomUUID }
  const limits = { quotaBytes: 1e6, maxFileBytes: 1e6, categories: ['documents', 'flash'] }
  const bulkData = await FileStore.open({ path: join(path, 'files'), ...limits, clock: systemClock, ...common })
  const updates = await FileUpdateProvider.open({
    path: join(path, 'updates'),
    installPath: join(path, 'installed'),
    ...common,
  })
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const backends = [createDemoBackend({ clock: systemClock, log: silentLogger, static: true })]
  const diagnostics = stack.use(openDiagnostics({ clock: systemClock, ...common, backends, bulkData, updates }))
  const identity = { serverName: 'complete', serverVersion: '1', description: '' }
  const listening = { host: '127.0.0.1', port: 0, clock: systemClock, log: silentLogger }
  const server = stack.use(await openSovdServer({ diagnostics, ...listening, ...identity }))
  return server.url
}

/** What nobody has to ask for while callers are not authenticated. */
const AUTHENTICATION = ['POST /authorize', 'POST /token']

test('each operation of the standard that we serve is exercised, with its success and its errors', async (t) => {
  const url = await openComplete(t)
  const { code, stdout } = await run(t, ['conformance', url, '--write', '--disrupt'])
  assert.equal(code, 0, stdout)
  const left = [...stdout.matchAll(/^[?-] +(.+) \[/gm)].map(([, operation]) => operation)
  const isOfScripts = (operation = '') => operation.includes('{E}/scripts')
  assert.deepEqual(
    left.filter((operation) => !isOfScripts(operation)),
    AUTHENTICATION,
    stdout,
  )
  assert.match(stdout, new RegExp(`\n${94 - left.length} of 94 operations exercised, \\d+ passed, 0 failed, `))
  assert.match(stdout, / not offered \(POST \/authorize, POST \/token: no authentication\), \d+ not exercised\n$/)
})
