import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { settle } from '@opensovd/base/testing'
import { RETURN_CODE } from '../wire/return-code.ts'
import { Refusal } from './refusal.ts'
import type { Request } from './request.ts'
import { serviceBench } from './testing/service-bench.ts'

// Requests and answers as vsomeip 3.7.4 exchanged them, except where a test says otherwise.
const REQUEST = '12340421 00000012 13430001 01000000 00010203040506070809'
const PAYLOAD_OF_120 = Uint8Array.from({ length: 120 }, (_, index) => index)
const RESPONSE = `12340421000000801343000101008000${toHex(PAYLOAD_OF_120)}`
const NO_RETURN = '12340421 00000008 13430001 01000100'

test('answers a request with what its handler returns', () => {
  const { service, port, receive } = serviceBench()
  const seen: Request[] = []
  service.handle(0x0421, (request) => {
    seen.push(request)
    return PAYLOAD_OF_120
  })
  receive(REQUEST)
  assert.deepEqual(port.sent, [{ hex: RESPONSE, to: '10.77.0.2:49196' }])
  assert.equal(toHex(seen[0]?.payload ?? new Uint8Array()), '00010203040506070809')
  assert.deepEqual([seen[0]?.clientId, seen[0]?.sessionId, seen[0]?.expectsResponse], [0x1343, 1, true])
})

test('answers later when the handler takes its time', async () => {
  const { service, port, receive } = serviceBench()
  const { promise, resolve } = Promise.withResolvers<Uint8Array>()
  service.handle(0x0421, () => promise)
  receive(REQUEST)
  await settle()
  assert.deepEqual(port.sent, [])
  resolve(PAYLOAD_OF_120)
  await settle()
  assert.deepEqual(port.hex, [RESPONSE])
})

test('gives the handler a payload of its own, whatever happens to the receive buffer', () => {
  const { service, inbound, port } = serviceBench()
  let kept: Uint8Array | undefined
  service.handle(0x0421, (request) => {
    kept = request.payload
    return undefined
  })
  const payload = fromHex('0102')
  const ids = { serviceId: 0x1234, methodId: 0x0421, clientId: 1, sessionId: 1, interfaceVersion: 0 }
  inbound.message({ ...ids, messageType: 0, returnCode: 0, payload }, port, { address: '10.77.0.2', port: 1, key: 'k' })
  payload.fill(0xff)
  assert.deepEqual(kept, fromHex('0102'))
})

const refusals: [why: string, request: string, answer: string | undefined][] = [
  ['protocol version 2', '12340421 00000008 42420004 02000000', '12340421000000084242000401008107'],
  ['another interface version', '12340421 00000008 42420005 01070000', '12340421000000084242000501078108'],
  ['a service that is not offered', '43210421 00000008 42420006 01000000', '43210421000000084242000601008102'],
  ['a length beyond the end', '12340421 00000020 42420007 01000000', '12340421000000084242000701008109'],
  ['an unknown message type', '12340421 00000008 42420008 01000300', undefined],
  ['REQUEST_NO_RETURN of another interface version', '12340421 00000008 42420009 01070100', undefined],
  ['a response', '12340421 00000008 42420009 01008000', undefined],
  ['a segment of a method that is not configured for them', '12340421 0000000c 42420009 01002000 00000000', undefined],
  ['fewer bytes than a header', '12340421', undefined],
]
for (const [why, request, answer] of refusals) {
  test(`${answer === undefined ? 'drops' : 'answers with an error'}: ${why}`, () => {
    const { service, port, receive } = serviceBench()
    service.handle(0x0421, () => assert.fail('the request must not reach the handler'))
    receive(request)
    assert.deepEqual(port.hex, answer === undefined ? [] : [answer])
  })
}

test('answers UNKNOWN_METHOD for a method without a handler, or stays silent where that is configured', () => {
  const answering = serviceBench()
  answering.receive(REQUEST)
  assert.deepEqual(answering.port.hex, ['12340421000000081343000101008103'])
  const silent = serviceBench({ unknownMethods: 'ignore' })
  silent.receive(REQUEST)
  assert.deepEqual(silent.port.hex, [])
})

test('sends the return code that a handler chooses in an error message', () => {
  const { service, port, receive } = serviceBench()
  service.handle(0x0421, () => RETURN_CODE.NOT_READY)
  receive(REQUEST)
  assert.deepEqual(port.hex, ['12340421000000081343000101008104'])
})

test('sends the return code of a refusal that a handler throws', () => {
  const { service, port, receive } = serviceBench()
  service.handle(0x0421, () => {
    throw new Refusal(0x20)
  })
  receive(REQUEST)
  assert.deepEqual(port.hex, ['12340421000000081343000101008120'])
})

test('answers NOT_OK when a handler throws, and goes on', async () => {
  const { service, port, receive } = serviceBench()
  let calls = 0
  service.handle(0x0421, () => {
    calls++
    if (calls === 1) throw new Error('broken')
    return Promise.reject(new Error('broken'))
  })
  receive(REQUEST)
  receive(REQUEST)
  await settle()
  assert.deepEqual(port.hex, ['12340421000000081343000101008101', '12340421000000081343000101008101'])
})

test('answers nothing to REQUEST_NO_RETURN', () => {
  const { service, port, receive } = serviceBench()
  let calls = 0
  service.handle(0x0421, () => {
    calls++
    return PAYLOAD_OF_120
  })
  receive(NO_RETURN)
  assert.deepEqual([calls, port.hex], [1, []])
})

test('answers NOT_READY when 4096 requests are unanswered', async () => {
  const { service, port, receive } = serviceBench()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  service.handle(0x0421, () => promise)
  for (let count = 0; count < 4097; count++) receive(REQUEST)
  assert.deepEqual(port.hex, ['12340421000000081343000101008104'])
  resolve(undefined)
  await settle()
  assert.equal(port.sent.length, 4097)
})

test('answers nobody after the service was withdrawn', async () => {
  const { service, port, receive, withdrawal } = serviceBench()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  service.handle(0x0421, () => promise)
  receive(REQUEST)
  withdrawal.abort()
  resolve(undefined)
  await settle()
  assert.deepEqual(port.sent, [])
})

test('puts a segmented request together and segments the response, where both are configured', () => {
  const tp = { 'client-to-service': ['0x0421'], 'service-to-client': ['0x0421'] }
  const services = [{ service: '0x1234', instance: '0x5678', unreliable: '30509', 'someip-tp': tp }]
  const { service, port, receive } = serviceBench({ configuration: { services } })
  let length = 0
  service.handle(0x0421, ({ payload }) => {
    length = payload.length
    return new Uint8Array(1401)
  })
  receive(`12340421 0000057c 13430001 01002000 00000001 ${'ab'.repeat(1392)}`)
  receive('12340421 0000001c 13430001 01002000 00000570 00112233445566778899aabbccddeeff')
  assert.equal(length, 1408)
  assert.deepEqual(
    port.hex.map((hex) => hex.slice(0, 40)),
    ['123404210000057c134300010100a00000000001', '1234042100000015134300010100a00000000570'],
  )
})

test('answers NOT_OK in place of a response that is too large for UDP', () => {
  const { service, port, receive } = serviceBench()
  service.handle(0x0421, () => new Uint8Array(1401))
  receive(REQUEST)
  assert.deepEqual(port.hex, ['12340421000000081343000101008101'])
})

test('writes one line a second about a flood from one host', () => {
  const lines: string[] = []
  const log = { ...silentLogger, warn: (message: string) => lines.push(message) }
  const { receive, clock } = serviceBench({ log })
  for (let count = 0; count < 1000; count++) receive(REQUEST)
  assert.equal(lines.length, 1)
  return clock.advance(1000).then(() => {
    receive(REQUEST)
    assert.equal(lines.length, 2)
  })
})

test('writes one line a second about a handler that fails again and again', () => {
  const lines: string[] = []
  const log = { ...silentLogger, error: (message: string) => lines.push(message) }
  const { receive, port, service } = serviceBench({ log })
  service.handle(0x0421, () => {
    throw new TypeError('a bug')
  })
  for (let count = 0; count < 100; count++) receive('12340421 00000008 13430001 01000000')
  assert.deepEqual(lines, ['a request handler failed'])
  assert.equal(port.sent.length, 100)
})
