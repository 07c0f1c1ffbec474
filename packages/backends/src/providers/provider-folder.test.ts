import assert from 'node:assert/strict'
import { linkSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { FakeClock } from '@opensovd/base/testing'
import { advanceUntil, KeepingLogger } from '../sovd/testing/running.ts'
import { ProviderFolder, type ProviderFolderOptions } from './provider-folder.ts'

const uid = process.getuid?.() ?? 0

/** A minimal provider: a native list of one component. */
async function provide(path: string, id: string): Promise<Server> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/sovd/v1/components') response.end(JSON.stringify({ value: [{ id, name: id }] }))
    else response.writeHead(404).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return server
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

function open(t: TestContext, options: Partial<ProviderFolderOptions> = {}) {
  const path = mkdtempSync(join(tmpdir(), 'providers-'))
  const clock = new FakeClock()
  const log = new KeepingLogger()
  const folder = new ProviderFolder(
    { path, allowedUids: [uid], maxProviders: 8, timeoutMs: 1000, ...options },
    { clock, log },
  )
  const ended = new AbortController()
  const running = folder.run(ended.signal)
  t.after(async () => {
    ended.abort()
    await running
    await folder[Symbol.asyncDispose]()
    rmSync(path, { recursive: true, force: true })
  })
  const ids = () => folder.snapshot.entities.map(({ id }) => id)
  const untilIds = (...expected: string[]) => advanceUntil(clock, () => ids().join() === expected.join())
  return { path, folder, clock, log, ids, untilIds }
}

test('serves a program from when its socket appears until it is gone', async (t) => {
  const { path, untilIds } = open(t)
  const door = await provide(join(path, 'door.sock'), 'door')
  await untilIds('door')
  const seat = await provide(join(path, 'seat.sock'), 'seat')
  await untilIds('door', 'seat')
  await stop(door)
  await untilIds('seat')
  await stop(seat)
  await untilIds()
})

test('a program that died leaves although its socket stays, and comes back with its next start', async (t) => {
  const { path, untilIds } = open(t)
  const socket = join(path, 'door.sock')
  const first = await provide(socket, 'door')
  await untilIds('door')
  linkSync(socket, `${socket}.left`)
  await stop(first)
  renameSync(`${socket}.left`, socket)
  await untilIds()
  rmSync(socket)
  const second = await provide(socket, 'door')
  t.after(() => stop(second))
  await untilIds('door')
})

test('leaves the sockets of users alone who may not provide, and says so once', async (t) => {
  const { path, untilIds, log, clock } = open(t, { allowedUids: [uid + 1] })
  const door = await provide(join(path, 'door.sock'), 'door')
  t.after(() => stop(door))
  await advanceUntil(clock, () => log.lines.length > 0)
  await untilIds()
  assert.deepEqual(log.lines, [
    {
      level: 'warn',
      message: 'a socket is left alone: its owner may not provide',
      fields: { provider: 'door', uid },
    },
  ])
})

test('looks neither at links nor at files that are no sockets', async (t) => {
  const { path, folder, clock, ids } = open(t)
  const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'))
  const door = await provide(join(elsewhere, 'door.sock'), 'door')
  t.after(async () => {
    await stop(door)
    rmSync(elsewhere, { recursive: true, force: true })
  })
  symlinkSync(join(elsewhere, 'door.sock'), join(path, 'link.sock'))
  writeFileSync(join(path, 'file.sock'), '')
  await clock.advance(5000)
  await advanceUntil(clock, () => folder.snapshot.status.phase === 'up')
  assert.deepEqual(ids(), [])
})

test('serves no more programs than it is told to', async (t) => {
  const { path, untilIds, log } = open(t, { maxProviders: 1 })
  const servers = await Promise.all(['a', 'b'].map((id) => provide(join(path, `${id}.sock`), id)))
  t.after(() => Promise.all(servers.map(stop)))
  await untilIds('a')
  assert.ok(log.lines.some(({ message }) => message === 'there are more sockets than are served'))
})

test('is down while there is no folder, and says which', async (t) => {
  const { folder, clock } = open(t, { path: '/nonexistent/providers' })
  await advanceUntil(clock, () => folder.snapshot.status.phase === 'down')
  const { status } = folder.snapshot
  assert.ok(status.phase === 'down')
  assert.match(status.message, /^\/nonexistent\/providers cannot be read: ENOENT/)
})

test('a program that answers garbage or hangs is not served, and keeps nobody else from it', async (t) => {
  const { path, untilIds } = open(t)
  const garbage = createServer((_request, response) => response.end('not JSON'))
  const hanging = createServer(() => {})
  await new Promise<void>((resolve) => garbage.listen(join(path, 'a.sock'), resolve))
  await new Promise<void>((resolve) => hanging.listen(join(path, 'b.sock'), resolve))
  const door = await provide(join(path, 'c.sock'), 'door')
  t.after(() => Promise.all([garbage, hanging, door].map(stop)))
  await untilIds('door')
})
