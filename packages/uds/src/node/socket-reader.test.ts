import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { SocketReader } from './socket-reader.ts'

const HOST = '127.0.0.1'

async function pair() {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const address = server.address()
  assert(address !== null && typeof address === 'object')
  const near = connect(address.port, HOST)
  const [far] = (await once(server, 'connection')) as [Socket]
  server.close()
  far.on('error', () => {})
  return { near, far, reader: new SocketReader(near) }
}

test('gives every byte in order to a reader who is slower than the sender, and then ends', async () => {
  const sent = Buffer.alloc(4 * 1024 * 1024).map((_, at) => (at * 7 + (at >> 9)) & 0xff)
  const { far, reader } = await pair()
  far.end(sent)
  const chunks: Uint8Array[] = []
  for await (const chunk of reader) {
    chunks.push(chunk)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.ok(Buffer.concat(chunks).equals(sent))
  assert.deepEqual(await reader.next(), { done: true, value: undefined })
})

test('keeps the sender waiting while nobody reads', async () => {
  const { near, far, reader } = await pair()
  const first = reader.next()
  far.write(Buffer.alloc(64 * 1024 * 1024))
  await first
  while (!near.isPaused()) await new Promise((resolve) => setImmediate(resolve))
  assert.ok(far.writableLength > 0)
  near.destroy()
  far.destroy()
})

test('gives what came before the connection broke, and then the error', async () => {
  const { far, reader } = await pair()
  const first = reader.next()
  far.write('last words')
  assert.equal(Buffer.from((await first).value ?? []).toString(), 'last words')
  const second = reader.next()
  far.resetAndDestroy()
  await assert.rejects(second, { code: 'ECONNRESET' })
  await assert.rejects(reader.next(), { code: 'ECONNRESET' })
})

test('ends when its own side is closed', async () => {
  const { near, reader } = await pair()
  const next = reader.next()
  near.destroy()
  assert.deepEqual(await next, { done: true, value: undefined })
})
