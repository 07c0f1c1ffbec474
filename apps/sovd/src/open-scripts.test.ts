import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { temporaryFolder } from '@opensovd/base/testing'
import { openGateway } from './gateway.ts'
import { configuredWell } from './testing/config.ts'

function open(dir: string) {
  const { config } = configuredWell(`
    server.port = 0
    faults.components = ["bms"]
    [scripts]
    enabled = true
    dir = ${JSON.stringify(dir)}
    isolation = "process"`)
  return openGateway(config, { clock: systemClock, log: silentLogger })
}

test('a gateway that is configured to do so runs the scripts of its clients', async (t) => {
  await using gateway = await open(temporaryFolder(t))
  const { origin } = new URL(gateway.url)
  const scripts = `${origin}/vehicle/v1/components/bms/scripts`
  const headers = { 'content-type': 'text/javascript' }
  const body = 'export default async ({ entity }) => (await entity.faults.list()).length'
  const { id } = (await (await fetch(scripts, { method: 'POST', body, headers })).json()) as { id: string }
  const started = await fetch(`${scripts}/${id}/executions`, {
    method: 'POST',
    body: '{"execution_type":"now"}',
    headers: { 'content-type': 'application/json' },
  })
  assert.equal(started.status, 202)
  const place = origin + (started.headers.get('location') ?? '')
  for (;;) {
    const { status, result } = (await (await fetch(place)).json()) as { status: string; result?: unknown }
    if (status === 'running') await sleep(20)
    else {
      assert.deepEqual([status, result], ['completed', 0])
      break
    }
  }
})

test('a gateway that cannot keep scripts does not start', async (t) => {
  const path = join(temporaryFolder(t), 'file')
  writeFileSync(path, '')
  await assert.rejects(open(path), { code: 'store-unusable' })
})
