import assert from 'node:assert/strict'
import type http from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { createListener } from './listener.ts'

describe('a client that takes its time', () => {
  let server: http.Server
  before(async () => {
    const arrival = { headersTimeout: 60, requestTimeout: 120, connectionsCheckingInterval: 20 }
    const handler: http.RequestListener = (request, response) => {
      request.resume().on('end', () => response.end('ok'))
    }
    server = createListener(handler, undefined, arrival)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  after(() => server.close())

  const slow: [name: string, bytes: string][] = [
    ['that never ends its head', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['that never sends its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123'],
  ]
  for (const [name, bytes] of slow) {
    test(`${name} is told so and cut off`, async () => {
      const reply = await exchange(bytes)
      assert.match(reply, /^HTTP\/1.1 408 Request Timeout\r\n/)
      assert.match(reply, /"code":"SOVD-ERR-408"/)
    })
  }

  test('does not keep the others from being served', async () => {
    const waiting = Promise.all(Array.from({ length: 100 }, () => exchange('GET / HTTP/1.1\r\n')))
    assert.match(await exchange('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /^HTTP\/1.1 200 /)
    await waiting
  })

  function exchange(bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let reply = ''
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes))
      socket.setEncoding('utf8').on('data', (chunk) => {
        reply += chunk
      })
      socket.on('error', reject).on('close', () => resolve(reply))
    })
  }
})
