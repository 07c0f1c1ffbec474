import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { at, call, items } from './api.ts'
import { addressIn, configFile, eventually, start, temporaryDirectory } from './program.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Starts one of the examples of the documentation. */
function provide(t: TestContext, name: string, ...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [`docs/examples/providers/${name}.ts`, ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function startGateway(t: TestContext) {
  const folder = temporaryDirectory(t)
  const file = configFile(t, `[server]\nport = 0\n[providers]\ndir = "${folder}"`)
  const gateway = start(t, ['serve', '--config', file])
  return { folder, url: addressIn(await gateway.ready()) }
}

function untilStatus(url: string, status: number): Promise<unknown> {
  return eventually(15_000, async () => {
    const answer = await call(url)
    return answer.status === status ? answer : undefined
  })
}

test('a program that puts its socket into the folder is served, and one that is killed is not any more', async (t) => {
  const { folder, url } = await startGateway(t)
  const socket = join(folder, 'door.sock')
  const door = provide(t, 'door', socket)
  await untilStatus(`${url}/apps/door-left`, 200)
  assert.equal((await call(`${url}/apps/door-left/data/window-position`, 'PUT', { value: 30 })).status, 204)
  const { body } = await call(`${url}/apps/door-left/data/window-position`)
  assert.equal(at(body, 'value'), 30)
  assert.equal((await call(`${url}/apps/door-left/data/window-position`, 'PUT', { value: 130 })).status, 400)
  door.kill('SIGKILL')
  await untilStatus(`${url}/apps/door-left`, 404)
  assert.equal(existsSync(socket), true)
  provide(t, 'door', socket)
  await untilStatus(`${url}/apps/door-left`, 200)
})

test('an operation of a program runs, tells its progress, and is cancelled', async (t) => {
  const { folder, url } = await startGateway(t)
  provide(t, 'door', join(folder, 'door.sock'))
  await untilStatus(`${url}/apps/door-left`, 200)
  const started = await call(`${url}/apps/door-left/operations/close-window`, 'POST', {})
  assert.equal(started.status, 202)
  const execution = new URL(started.headers.get('location') ?? '', url).href
  await eventually(10_000, async () => (Number(at((await call(execution)).body, 'progress')) > 5 ? true : undefined))
  assert.equal((await call(execution, 'DELETE')).status, 204)
  const stopped = await call(`${url}/apps/door-left/data/window-position`)
  assert.ok(Number(at(stopped.body, 'value')) > 0)
})

test('a fault that a program finds is one of its app', async (t) => {
  const { folder, url } = await startGateway(t)
  provide(t, 'disk', join(folder, 'disk.sock'), '/', '0')
  await untilStatus(`${url}/apps/disk`, 200)
  const fault = await eventually(10_000, async () => {
    const { status, body } = await call(`${url}/apps/disk/faults`)
    return status === 200 ? items(body)[0] : undefined
  })
  assert.deepEqual([at(fault, 'id'), at(fault, 'status')], ['DISK-FULL', 'active'])
})

test('changes of a program come to those who listen, without being asked for', async (t) => {
  const { folder, url } = await startGateway(t)
  provide(t, 'door', join(folder, 'door.sock'))
  await untilStatus(`${url}/apps/door-left`, 200)
  const vehicle = url.replace('/sovd/v1', '/vehicle/v1')
  const subscription = {
    resource: '/vehicle/v1/apps/door-left/data/window-position',
    protocol: 'sse',
    interval: 'fast',
    duration: 60,
  }
  const made = await call(`${vehicle}/apps/door-left/cyclic-subscriptions`, 'POST', subscription)
  assert.equal(made.status, 201)
  const response = await fetch(String(at(made.body, 'event_source')))
  assert.ok(response.body)
  void call(`${url}/apps/door-left/data/window-position`, 'PUT', { value: 17 })
  let text = ''
  for await (const chunk of response.body) {
    text += Buffer.from(chunk).toString()
    if (text.includes('"data":17')) break
  }
  assert.match(text, /"data":17/)
})
