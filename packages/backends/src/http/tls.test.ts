import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import type { TlsOptions } from './connections.ts'
import { HttpFailure } from './http-failure.ts'
import { ask, askText, testClient } from './testing/ask.ts'
import { TEST_KEYS } from './testing/test-keys.ts'

const { authority, otherAuthority, serverCert, serverKey, elsewhereCert, elsewhereKey, clientCert, clientKey } =
  TEST_KEYS

/** A server that tells who the client is; it takes only clients of its authority when `mutual`. */
async function openTlsServer({ mutual = false, cert = serverCert as string, key = serverKey as string }) {
  const server: Server = createServer(
    { cert, key, ca: authority, requestCert: mutual, rejectUnauthorized: mutual },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate()
      response.end(`hello ${subject?.CN ?? 'nobody'}`)
    },
  )
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function failure(origin: string, tls: TlsOptions): Promise<HttpFailure> {
  await using client = testClient({ origin, tls })
  const error = await ask(client).catch((reason: unknown) => reason)
  assert.ok(error instanceof HttpFailure)
  assert.equal(error.code, 'bad-gateway')
  assert.doesNotMatch(error.message, /PRIVATE KEY/)
  return error
}

test('shows its key to a server that asks for it', async () => {
  await using server = await openTlsServer({ mutual: true })
  const tls = { cert: clientCert, key: clientKey, ca: authority, rejectUnauthorized: true }
  await using client = testClient({ origin: server.origin, tls })
  assert.equal(await askText(client), 'hello gateway.test')
  assert.equal(await askText(client), 'hello gateway.test')
})

test('is told off by such a server when it has none', async () => {
  await using server = await openTlsServer({ mutual: true })
  await failure(server.origin, { ca: authority, rejectUnauthorized: true })
})

test('refuses a server that another authority signed', async () => {
  await using server = await openTlsServer({})
  const { kind, message } = await failure(server.origin, { ca: otherAuthority, rejectUnauthorized: true })
  assert.equal(kind, 'connect')
  assert.match(message, /^peer cannot be reached: .*certificate/)
})

test('refuses a server whose certificate is for another name', async () => {
  await using server = await openTlsServer({ cert: elsewhereCert, key: elsewhereKey })
  const { kind, message } = await failure(server.origin, { ca: authority, rejectUnauthorized: true })
  assert.equal(kind, 'connect')
  assert.match(message, /does not match certificate/)
})

test('takes any server when told to', async () => {
  await using server = await openTlsServer({})
  await using client = testClient({ origin: server.origin, tls: { rejectUnauthorized: false } })
  assert.equal(await askText(client), 'hello nobody')
})

test('refuses keys that are none before any connection', () => {
  const tls = { cert: clientCert, key: 'not a key', rejectUnauthorized: true }
  assert.throws(() => testClient({ origin: 'https://127.0.0.1', tls }), { code: 'invalid-option' })
})
