import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { temporaryFolder } from '@opensovd/base/testing'
import type { DiagnosticsOptions, ScriptsOptions } from '@opensovd/core'
import { type Isolation, openScriptRunner, ScriptFolder } from '@opensovd/integrations/scripts'
import { openCheckedFixture } from '../../packages/server/src/iso/testing/checked-fixture.ts'

/** Of one component. */
export const SCRIPTS = '/components/bms/scripts'
export const JAVASCRIPT = { 'content-type': 'text/javascript' }

/** The processes that have a path in their command. */
export function processesOf(path: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path)
      )
    } catch {
      return false
    }
  })
}

/** Why this machine cannot isolate scripts by namespaces, if it cannot. */
export const excuse = await namespacesAreMissing()

async function namespacesAreMissing(): Promise<string | false> {
  const path = mkdtempSync(join(tmpdir(), 'scripts-'))
  try {
    await openRunner(path, 'namespaces')
    return false
  } catch (error) {
    if (process.env.REQUIRE_PEERS === '1') throw error
    return error instanceof Error ? error.message : String(error)
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

function openRunner(path: string, isolation: Isolation) {
  return openScriptRunner({
    clock: systemClock,
    path,
    pathOf: (script) => join(path, script.id),
    isolation,
    memoryBytes: 64_000_000,
    cpuSeconds: 10,
  })
}

interface Options extends Partial<ScriptsOptions> {
  readonly path?: string
  readonly isolation?: Isolation
  readonly domain?: Partial<DiagnosticsOptions>
}

/** Serves scripts of the demo ECU from a folder of this test. None may be left running at its end. */
export async function openScripts(t: TestContext, options: Options = {}) {
  const {
    path = temporaryFolder(t),
    isolation = excuse === false ? 'namespaces' : 'process',
    domain,
    ...limits
  } = options
  const store = await ScriptFolder.open({
    path,
    maxBytes: 10_000,
    maxScripts: 5,
    clock: systemClock,
    log: silentLogger,
    createId: randomUUID,
  })
  const runner = await openScriptRunner({
    clock: systemClock,
    path,
    pathOf: (script) => store.pathOf(script),
    isolation,
    memoryBytes: 64_000_000,
    cpuSeconds: 10,
  })
  const scripts = { store, runner, timeoutMs: 20_000, stopMs: 300, ...limits }
  const fixture = await openCheckedFixture({ domain: { ...domain, createId: randomUUID, scripts } })
  t.after(async () => {
    await fixture[Symbol.asyncDispose]()
    assert.deepEqual(processesOf(path), [])
  })
  const add = async (text: string, at = SCRIPTS) => {
    const headers = { ...JAVASCRIPT, 'content-disposition': 'attachment; filename="check.mjs"' }
    const added = await fetch(`${fixture.url}/vehicle/v1${at}`, { method: 'POST', body: text, headers })
    assert.equal(added.status, 201, await added.clone().text())
    const { id } = (await added.json()) as { id: string }
    assert.equal(added.headers.get('location'), `/vehicle/v1${at}/${id}`)
    return `${at}/${id}`
  }
  const start = async (script: string, body: object = {}, headers: Record<string, string> = {}) => {
    const started = await fixture.send('POST', `${script}/executions`, { execution_type: 'now', ...body }, headers)
    assert.equal(started.status, 202, started.text)
    return `${script}/executions/${started.json.id}`
  }
  const outcome = async (execution: string) => {
    for (;;) {
      const { json } = await fixture.get(execution)
      if (json.status !== 'running') return json
      await sleep(20)
    }
  }
  const run = async (text: string, body?: object, headers?: Record<string, string>) =>
    outcome(await start(await add(text), body, headers))
  const kept = () => ['scripts', 'registered', 'arriving'].map((part) => readdirSync(join(path, part)).length)
  return { ...fixture, path, kept, add, start, outcome, run }
}

/** Why a script failed. */
export function failureOf(outcome: { status: string; error: { error: { message: string } }[] }): string {
  assert.equal(outcome.status, 'failed', JSON.stringify(outcome))
  return outcome.error[0]?.error.message ?? ''
}
