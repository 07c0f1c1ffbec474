import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { systemClock } from '@opensovd/base/node'
import type { ByteStream, TlsOptions } from '../network.ts'
import { selfSigned } from '../testing/self-signed.ts'
import { nodeNetwork } from './network.ts'

const HOST = '127.0.0.1'
const network = nodeNetwork(systemClock)
const { certificate, privateKey } = selfSigned('entity.example')
const client: TlsOptions = { authorities: certificate, serverName: 'entity.example' }

/** Both ends of one connection. */
async function connect(secure: boolean) {
  const accepted = Promise.withResolvers<ByteStream>()
  const tls = secure ? { tls: { certificate, privateKey } } : {}
  const listener = await network.listen({ host: HOST, port: 0, ...tls }, accepted.resolve)
  const { port } = listener.local
  const near = await network.connect({ host: HOST, port, ...(secure && { tls: client }) })
  const far = await accepted.promise
  const close = async () => {
    for (const each of [near, far, listener]) await each[Symbol.asyncDispose]()
  }
  return { near, far, [Symbol.asyncDispose]: close }
}

/** Lengths around those at which parts are joined, and more of them than a socket takes at once. */
const LENGTHS = [1, 8, 12, 1024, 0xfff0, 0x10400, 0x10401, 0x20000]
const ROUNDS = 40

for (const secure of [false, true]) {
  test(`what is written arrives as it was, however late ${secure ? 'a TLS' : 'the'} peer reads it`, async () => {
    await using both = await connect(secure)
    const sent = createHash('sha256')
    let sentBytes = 0
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, length] of LENGTHS.entries()) {
        const head = new Uint8Array([round, index])
        const data = new Uint8Array(length).fill(round * LENGTHS.length + index)
        sent.update(head).update(data)
        sentBytes += head.length + data.length
        both.near.write(head, data)
        // Some are sent together, the others in turns of their own.
        if (index % 3 === 0) await Promise.resolve()
        if (index % 4 === 0) await new Promise(setImmediate)
      }
    }
    assert.ok(both.near.unsentBytes > 0, 'the peer does not read, and still all was taken')
    const received = createHash('sha256')
    let receivedBytes = 0
    for await (const chunk of both.far.incoming) {
      received.update(chunk)
      receivedBytes += chunk.length
      if (receivedBytes === sentBytes) break
    }
    assert.equal(received.digest('hex'), sent.digest('hex'))
    await both.near.flush()
    assert.equal(both.near.unsentBytes, 0)
  })
}

test('small messages wait for a slow peer in few pieces', async (context) => {
  await using both = await connect(false)
  const { near } = both
  while (near.unsentBytes === 0) {
    near.write(new Uint8Array(0x40000))
    await new Promise(setImmediate)
  }
  const writing = context.mock.method(Socket.prototype, 'write')
  for (const count of [1, 10_000]) {
    for (let message = 0; message < count; message++) near.write(new Uint8Array(12), new Uint8Array(20))
    await Promise.resolve()
  }
  assert.equal(writing.mock.callCount(), 2)
})
