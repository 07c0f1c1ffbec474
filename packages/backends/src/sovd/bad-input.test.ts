import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { SovdError } from '@opensovd/sovd'
import { openRawServer, type RawHandler, rawJson } from '../http/testing/raw-server.ts'
import { context } from './testing/open-api.ts'
import { testBackend } from './testing/open-backend.ts'

const WELL = rawJson('{"id":"soc","value":78.5}')

function pour(socket: Socket, bytes: number): void {
  const chunk = Buffer.alloc(256 * 1024, 0x20)
  let left = bytes
  const write = () => {
    while (!socket.destroyed && left > 0) {
      left -= chunk.length
      if (!socket.write(chunk)) return void socket.once('drain', write)
    }
    socket.end()
  }
  write()
}

function half(json: string): string {
  return rawJson(json.slice(0, json.length / 2))
}

const badAnswers: readonly (readonly [what: string, handler: RawHandler, code: SovdError['code'], message: RegExp])[] =
  [
    [
      'HTML',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>'),
      'bad-gateway',
      /not JSON \(text\/html\)/,
    ],
    ['half a JSON', (socket) => socket.write(half('{"id":"soc","value":78.5}')), 'bad-gateway', /not JSON/],
    ['no body', (socket) => socket.write(rawJson('')), 'bad-gateway', /not an object/],
    ['an array', (socket) => socket.write(rawJson('[]')), 'bad-gateway', /not an object/],
    ['no value', (socket) => socket.write(rawJson('{"id":"soc"}')), 'bad-gateway', /value is missing/],
    [
      'compressed bytes',
      (socket) =>
        socket.write(
          'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x8b\x08\x00',
          'latin1',
        ),
      'bad-gateway',
      /gzip/,
    ],
    ['nothing, and closes', (socket) => socket.end(), 'bad-gateway', /closed the connection without an answer/],
    ['nothing, and waits', () => {}, 'gateway-timeout', /did not answer within 300 ms/],
    [
      'a head, and waits',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'),
      'gateway-timeout',
      /did not answer within 300 ms/,
    ],
    [
      'and closes within the body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":'),
      'bad-gateway',
      /in the middle of its answer/,
    ],
    ['another protocol', (socket) => socket.write('220 mail.example ESMTP\r\n'), 'bad-gateway', /does not speak HTTP/],
    ['an abyss', (socket) => socket.write(rawJson('['.repeat(500_000))), 'bad-gateway', /nested deeper/],
    ['a redirection', (socket) => socket.write(rawJson('', '302 Found')), 'bad-gateway', /answered 302/],
  ]

for (const [what, handler, code, message] of badAnswers) {
  test(`a server that answers ${what} is told by a clear error and served again when it is well`, async () => {
    const mode = { isWell: false }
    await using server = await openRawServer((socket, text, count) => {
      if (mode.isWell) socket.write(WELL)
      else handler(socket, text, count)
    })
    const baseUrl = server.url
    await using backend = testBackend({ baseUrl, dialect: 'native', componentIds: ['bms'], timeoutMs: 300 })
    const data = backend.snapshot.entities[0]?.facets.data
    assert.ok(data)
    for (const call of [data.read('soc', context()), data.list(context())]) {
      const error = await call.catch((reason: unknown) => reason)
      assert.ok(error instanceof SovdError, String(error))
      assert.equal(error.code, code)
      if (call !== undefined) assert.match(error.message, /^(the answer of )?backend 'zone'/)
    }
    const error = await data.read('soc', context()).catch((reason: unknown) => reason)
    assert.match(error instanceof SovdError ? error.message : '', message)
    mode.isWell = true
    assert.equal((await data.read('soc', context())).value, 78.5)
  })
}

test('answers of 200 MB cost little memory, and the server stays alive', async () => {
  await using server = await openRawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n')
    pour(socket, 200_000_000)
  })
  await using backend = testBackend({
    baseUrl: server.url,
    dialect: 'native',
    componentIds: ['bms'],
    timeoutMs: 20_000,
  })
  const data = backend.snapshot.entities[0]?.facets.data
  assert.ok(data)
  const before = process.memoryUsage().rss
  let most = before
  for (let round = 0; round < 5; round++) {
    const reads = ['a', 'b'].map((id) =>
      assert.rejects(data.read(id, context()), { code: 'bad-gateway', message: /8388608/ }),
    )
    await Promise.all(reads)
    most = Math.max(most, process.memoryUsage().rss)
  }
  assert.ok(most - before < 150_000_000, `${most - before} bytes more`)
})
