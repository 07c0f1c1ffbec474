import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@opensovd/base/node'
import { FaultReporter, openFaultClient } from '@opensovd/fault'
import { at, call, items } from './api.ts'
import { addressIn, configFile, eventually, start, temporaryDirectory } from './program.ts'

async function startGateway(t: TestContext, file: string) {
  const gateway = start(t, ['serve', '--config', file])
  return { gateway, url: addressIn(await gateway.ready()) }
}

function reporterOf(t: TestContext, path: string, faultId: string) {
  const client = openFaultClient({ path, clock: systemClock })
  t.after(() => client.close())
  const reporter = new FaultReporter({
    sink: client,
    clock: systemClock,
    componentId: 'hvac',
    faultId,
    source: 'hvac-app',
    severity: 'Error',
  })
  return { client, reporter }
}

async function statusesAt(url: string): Promise<unknown> {
  const { body } = await call(`${url}/components/hvac/faults`)
  return items(body).map((fault) => [at(fault, 'id'), at(fault, 'status')])
}

/** Resolves when the gateway has dealt with all that the client was given. */
function arrived(client: { readonly buffered: number }): Promise<true> {
  return eventually(10_000, () => (client.buffered === 0 ? true : undefined))
}

test('a program reports a fault that a client sees, keeps reporting over a restart, and is heard again', async (t) => {
  const path = join(temporaryDirectory(t), 'intake')
  const file = configFile(t, `[server]\nport = 0\n[faults]\nintake_socket = "${path}"\ncomponents = ["hvac"]`)
  const { client, reporter } = reporterOf(t, path, 'blower.slow')
  reporter.failed({ rpm: 900 })

  const first = await startGateway(t, file)
  await arrived(client)
  assert.deepEqual(await statusesAt(first.url), [['blower.slow', 'active']])
  const { body } = await call(`${first.url}/components/hvac/faults/blower.slow`)
  assert.deepEqual(at(body, 'environmentData', 'freeze_frame'), { rpm: 900 })
  first.gateway.kill('SIGTERM')
  assert.deepEqual(await first.gateway.exited, { code: 0, signal: null })
  assert.equal(existsSync(path), false)

  reporter.passed()
  reporter.failed({ rpm: 800 })
  const second = await startGateway(t, file)
  await arrived(client)
  assert.deepEqual(await statusesAt(second.url), [['blower.slow', 'active']])
  assert.equal(client.counters.dropped, 0)

  reporter.passed()
  await arrived(client)
  assert.deepEqual(await statusesAt(second.url), [])
})

test('a gateway that was killed does not keep the next one from taking faults', async (t) => {
  const path = join(temporaryDirectory(t), 'intake')
  const file = configFile(t, `[server]\nport = 0\n[faults]\nintake_socket = "${path}"\ncomponents = ["hvac"]`)
  const { client, reporter } = reporterOf(t, path, 'blower.slow')
  const killed = await startGateway(t, file)
  killed.gateway.kill('SIGKILL')
  await killed.gateway.exited
  assert.equal(existsSync(path), true)
  const { url } = await startGateway(t, file)
  reporter.failed()
  await arrived(client)
  assert.deepEqual(await statusesAt(url), [['blower.slow', 'active']])
})

test('with a folder for what survives, a gateway that was killed has its faults again', async (t) => {
  const folder = temporaryDirectory(t)
  const path = join(folder, 'intake')
  const file = configFile(
    t,
    `[server]\nport = 0\n[faults]\nintake_socket = "${path}"\ncomponents = ["hvac"]\n[storage]\nstate_dir = "${join(folder, 'state')}"`,
  )
  const { client, reporter } = reporterOf(t, path, 'blower.slow')
  const killed = await startGateway(t, file)
  reporter.failed({ rpm: 900 })
  await arrived(client)
  const before = await call(`${killed.url}/components/hvac/faults/blower.slow`)
  assert.equal(before.status, 200)
  const state = join(folder, 'state', 'faults.jsonl')
  await eventually(5000, () => (readFileSync(state, 'utf8').includes('blower.slow') ? true : undefined))
  killed.gateway.kill('SIGKILL')
  await killed.gateway.exited

  const { url } = await startGateway(t, file)
  const after = await call(`${url}/components/hvac/faults/blower.slow`)
  assert.deepEqual([after.status, after.body], [200, before.body])
  reporter.passed()
  await arrived(client)
  assert.deepEqual(await statusesAt(url), [])
})

test('two gateways do not take faults at one place', async (t) => {
  const path = join(temporaryDirectory(t), 'intake')
  const file = configFile(t, `[server]\nport = 0\n[faults]\nintake_socket = "${path}"`)
  await startGateway(t, file)
  const second = start(t, ['serve', '--config', file])
  assert.equal((await second.exited).code, 1)
  assert.equal(second.stderr.trim().split('\n').at(-1), `sovd: another program listens on ${path}`)
})
