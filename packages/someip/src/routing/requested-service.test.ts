import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { endpointAddress } from '../endpoint/endpoint-address.ts'
import { ErrorAnswer, SomeIpError } from './someip-error.ts'
import { clientBench } from './testing/client-bench.ts'

const PAYLOAD = fromHex('00010203040506070809')
// As vsomeip 3.7.4 exchanged them; the response is shortened to one byte.
const REQUEST = '1234042100000012134300010100000000010203040506070809'
const RESPONSE = '12340421 00000009 13430001 01008000 77'

function failsWith(code: string) {
  return (error: unknown) => error instanceof SomeIpError && error.code === code
}

test('sends a request with its client id and session 1, and gives the response to the caller', async () => {
  const { service, port, receive, clock, calls } = clientBench()
  const response = service.call(0x0421, PAYLOAD)
  assert.deepEqual(port.sent, [{ hex: REQUEST, to: '10.77.0.1:30509' }])
  receive(RESPONSE)
  assert.equal(toHex((await response).payload), '77')
  assert.deepEqual([calls.size, clock.pending], [0, 0])
})

test('numbers requests of both kinds one after the other, from 1 to 0xffff', async () => {
  const { service, port } = clientBench()
  for (let count = 0; count < 0x10000; count++) service.send(0x0421, PAYLOAD)
  const sessions = port.hex.map((hex) => hex.slice(20, 24))
  assert.deepEqual(sessions.slice(0, 2), ['0001', '0002'])
  assert.deepEqual(sessions.slice(-2), ['ffff', '0001'])
  assert.equal(port.hex[0], '1234042100000012134300010100010000010203040506070809')
})

test('does not give a session id twice while a call waits with it', async () => {
  const { service, port, calls } = clientBench()
  const first = service.call(0x0421, PAYLOAD, { timeoutMs: 1e6 })
  for (let count = 0; count < 0xffff; count++) service.send(0x0421, PAYLOAD)
  assert.equal(port.hex.at(-1)?.slice(20, 24), '0002')
  calls.close()
  await assert.rejects(first, failsWith('SOMEIP_CLOSED'))
})

test('rejects a call with the return code that the service answered', async () => {
  const { service, receive } = clientBench()
  const asError = service.call(0x0421, PAYLOAD)
  receive('12340421 00000008 13430001 01008103')
  await assert.rejects(asError, (error) => error instanceof ErrorAnswer && error.returnCode === 3)
  const asResponse = service.call(0x0421, PAYLOAD)
  receive('12340421 00000009 13430002 01008020 aa')
  await assert.rejects(
    asResponse,
    (error) => error instanceof ErrorAnswer && error.returnCode === 0x20 && toHex(error.payload) === 'aa',
  )
})

test('rejects a call when no response comes in time, and drops one that comes later', async () => {
  const { service, receive, clock } = clientBench()
  const response = service.call(0x0421, PAYLOAD, { timeoutMs: 100 })
  const outcome = assert.rejects(response, failsWith('SOMEIP_TIMEOUT'))
  await clock.advance(100)
  await outcome
  receive(RESPONSE)
})

test('rejects a call with the reason of its signal', async () => {
  const { service, clock, calls } = clientBench()
  const controller = new AbortController()
  const response = service.call(0x0421, PAYLOAD, { signal: controller.signal })
  controller.abort(new Error('enough'))
  await assert.rejects(response, { message: 'enough' })
  await assert.rejects(service.call(0x0421, PAYLOAD, { signal: controller.signal }), { message: 'enough' })
  assert.deepEqual([calls.size, clock.pending], [0, 0])
})

const strangers: [what: string, hex: string, source?: string][] = [
  ['from another host', RESPONSE, '10.77.0.9'],
  ['for another client', '12340421 00000009 42420001 01008000 77'],
  ['of another session', '12340421 00000009 13430002 01008000 77'],
  ['of another method', '12340422 00000009 13430001 01008000 77'],
  ['of a service that was not requested', '43210421 00000009 13430001 01008000 77'],
]
for (const [what, hex, address] of strangers) {
  test(`takes no response ${what}`, async () => {
    const { service, receive, clock } = clientBench()
    const response = service.call(0x0421, PAYLOAD, { timeoutMs: 10 })
    const outcome = assert.rejects(response, failsWith('SOMEIP_TIMEOUT'))
    if (address === undefined) receive(hex)
    else receive(hex, endpointAddress(address, 30509))
    await clock.advance(10)
    await outcome
  })
}

test('refuses a call while the service is not available, or not over that transport', async () => {
  const { service, client } = clientBench()
  await assert.rejects(service.call(1, PAYLOAD, { transport: 'reliable' }), failsWith('SOMEIP_NOT_AVAILABLE'))
  client.port = undefined
  await assert.rejects(service.call(1, PAYLOAD), failsWith('SOMEIP_NOT_AVAILABLE'))
  service.changeAvailability(undefined)
  await assert.rejects(service.call(1, PAYLOAD), failsWith('SOMEIP_NOT_AVAILABLE'))
})

test('refuses a call that is too large for UDP, or that nobody takes', async () => {
  const { service, port, calls } = clientBench()
  await assert.rejects(service.call(1, new Uint8Array(1401)), failsWith('SOMEIP_NOT_SENT'))
  port.isFull = true
  await assert.rejects(service.call(1, PAYLOAD), failsWith('SOMEIP_NOT_SENT'))
  assert.equal(calls.size, 0)
})

test('tells of availability when it changes', () => {
  const { service, makeAvailable } = clientBench()
  const heard: boolean[] = []
  service.onAvailability((isAvailable) => heard.push(isAvailable))
  makeAvailable()
  service.changeAvailability(undefined)
  makeAvailable()
  assert.deepEqual(heard, [false, true])
})

test('sends the segments of a large request one separation time apart', async () => {
  const services = [
    {
      ...{ service: '0x1234', instance: '0x5678', unicast: '10.77.0.1', unreliable: '30509' },
      'someip-tp': { 'client-to-service': [{ method: '0x0421', 'separation-time': '20' }] },
    },
  ]
  const { service, port, clock } = clientBench({ configuration: { services } })
  service.send(0x0421, new Uint8Array(3000))
  assert.equal(port.sent.length, 1)
  await clock.advance(20)
  assert.equal(port.sent.length, 2)
  await clock.advance(20)
  assert.deepEqual(
    port.hex.map((hex) => hex.slice(28, 40)),
    ['210000000001', '210000000571', '210000000ae0'],
  )
})
