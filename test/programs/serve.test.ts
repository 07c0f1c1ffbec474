import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { at, call, connectionState } from './api.ts'
import { addressIn, configFile, eventually, run, start, temporaryDirectory } from './program.ts'
import { openSource } from './source.ts'

const ANY_PORT = { SOVD__SERVER__PORT: '0' }

/** A gateway with a read in flight that its backend does not answer yet. */
async function busyGateway(t: TestContext) {
  const source = await openSource(t)
  const file = configFile(t, `[[backends]]\nbase_url = "${source.url}"`)
  const gateway = start(t, ['serve', '--config', file], { env: ANY_PORT })
  const url = addressIn(await gateway.ready())
  await connectionState(url, 'slow', 'connected')
  const answer = call(`${url}/components/slow/data/item`)
  answer.catch(() => {})
  await source.waiting(1)
  return { source, gateway, url, answer }
}

async function isRefused(url: string): Promise<true | undefined> {
  try {
    await fetch(url)
    return undefined
  } catch {
    return true
  }
}

async function occupiedPort(t: TestContext): Promise<number> {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  return address.port
}

test('one line says where the gateway is, and nothing else is on the standard output', async (t) => {
  const gateway = start(t, ['serve'], { env: { ...ANY_PORT, SOVD__API__NATIVE_BASE: '/diag' } })
  const url = addressIn(await gateway.ready())
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/diag$/)
  assert.equal((await call(url)).status, 200)
  assert.equal((await call(`${url}/components`)).status, 200)
  gateway.kill('SIGTERM')
  assert.deepEqual(await gateway.exited, { code: 0, signal: null })
  assert.equal(gateway.stdout, `ready: gateway at ${url}\n`)
})

test('sovd.toml in the working directory is used when no file is named', async (t) => {
  const cwd = temporaryDirectory(t)
  writeFileSync(join(cwd, 'sovd.toml'), '[server]\nport = 0\n[api]\nnative_base = "/here"')
  assert.match(await start(t, ['serve'], { cwd }).ready(), /\/here$/)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} lets a request in flight finish, takes no new one, and the exit code is 0`, async (t) => {
    const { source, gateway, url, answer } = await busyGateway(t)
    gateway.kill(signal)
    await eventually(5000, () => isRefused(url))
    source.answer()
    const { status, body } = await answer
    assert.deepEqual([status, at(body, 'value')], [200, 42])
    assert.deepEqual(await gateway.exited, { code: 0, signal: null })
    assert.match(gateway.stderr, /stopping signal=/)
  })
}

test('a second signal ends the gateway at once, whatever is in flight', async (t) => {
  const { gateway, url, answer } = await busyGateway(t)
  gateway.kill('SIGTERM')
  await eventually(5000, () => isRefused(url))
  await sleep(150)
  gateway.kill('SIGTERM')
  assert.deepEqual(await gateway.exited, { code: 143, signal: null })
  await assert.rejects(answer)
})

test('a signal that arrives twice, from the terminal and from npm, counts once', async (t) => {
  const { source, gateway, answer, url } = await busyGateway(t)
  gateway.kill('SIGINT')
  gateway.kill('SIGINT')
  await eventually(5000, () => isRefused(url))
  source.answer()
  assert.equal((await answer).status, 200)
  assert.deepEqual(await gateway.exited, { code: 0, signal: null })
})

test('a signal before the gateway is ready is obeyed too', async (t) => {
  const gateway = start(t, ['serve'], { env: { ...ANY_PORT, SOVD__LOGGING__LEVEL: 'debug' } })
  gateway.kill('SIGTERM')
  const { code, signal } = await gateway.exited
  assert.ok(code === 0 || signal === 'SIGTERM', `${code} ${signal}`)
})

for (const args of [['serve'], ['demo', '--ecu-port', '0']]) {
  test(`sovd ${args[0]} says which port is taken`, async (t) => {
    const port = await occupiedPort(t)
    const { code, stdout, stderr } = await run(t, args, { env: { SOVD__SERVER__PORT: String(port) } })
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, new RegExp(`sovd: port ${port} on 127\\.0\\.0\\.1 is already in use\n$`))
  })
}

test('sovd demo-ecu says which port is taken', async (t) => {
  const port = await occupiedPort(t)
  const { code, stdout, stderr } = await run(t, ['demo-ecu', '--port', String(port)])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, new RegExp(`sovd: port ${port} on 127\\.0\\.0\\.1 is already in use\n$`))
})

test('an address of another machine is refused', async (t) => {
  const env = { ...ANY_PORT, SOVD__SERVER__HOST: '192.0.2.1', SOVD__LOGGING__LEVEL: 'error' }
  const { code, stderr } = await run(t, ['serve'], { env })
  assert.equal(code, 1)
  assert.match(stderr, /^\S+ WARN {2}LISTENING ON 192\.0\.2\.1 WITHOUT AUTHENTICATION/)
  assert.match(stderr, /sovd: 192\.0\.2\.1 is not an address of this machine\n$/)
})

test('a backend that does not answer at all keeps the gateway from nothing', async (t) => {
  const source = await openSource(t)
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const sockets = new Set<{ destroy(): void }>()
  silent.on('connection', (socket) => sockets.add(socket))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const address = silent.address()
  assert.ok(address !== null && typeof address === 'object')
  const file = configFile(
    t,
    `[[backends]]\nbase_url = "http://127.0.0.1:${address.port}"\n[[backends]]\nbase_url = "${source.url}"`,
  )
  const gateway = start(t, ['serve', '--config', file], { env: ANY_PORT })
  const url = addressIn(await gateway.ready())
  await connectionState(url, 'slow', 'connected', 2000)
  gateway.kill('SIGTERM')
  assert.deepEqual(await gateway.exited, { code: 0, signal: null })
})
