import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMany } from '@opensovd/core'
import { runBackend } from './testing/running-backend.ts'
import { context } from './testing/simulated-backend.ts'

const SPEED = { id: 'speed', did: 0x0100, encoding: { type: 'uint', bits: 16, factor: 0.25, unit: 'rpm' } }
const MODE = { id: 'mode', did: 0x0101, encoding: { type: 'enum', bits: 8, values: { 0: 'off' } }, write: {} }
const TEXT = { id: 'text', did: 0x0102, encoding: { type: 'text' } }
const SECRET = { id: 'secret', did: 0x0103, encoding: { type: 'bytes', length: 2 }, read: false, write: {} }
const ECU = { data: [SPEED, MODE, TEXT, SECRET], simulation: { values: { speed: 820, mode: 'off', text: 'abc' } } }

/** What the ECU answers to requests that begin so, once or always. */
function answering(request: string, bytes: string) {
  return { id: 'answer', request, skip: 0, probability: 1, effect: { type: 'answer', bytes } } as const
}

test('a value comes with its unit and its bytes', async () => {
  await using running = await runBackend(ECU)
  const read = await running.wait(running.facet('data').read('speed', context()))
  assert.deepEqual(read, { id: 'speed', value: 820, attributes: { unit: 'rpm', raw: '0cd0' } })
})

test('a value that is longer than described is read as far as it is described, with an error', async () => {
  await using running = await runBackend(ECU)
  running.ecu.faults.arm(answering('220100', '6201000cd0ff'))
  const { value, attributes } = await running.wait(running.facet('data').read('speed', context()))
  assert.equal(value, 820)
  assert.equal(attributes?.raw, '0cd0ff')
  assert.deepEqual(attributes?.errors, [
    {
      path: '',
      error: { error_code: 'invalid-response-content', message: '1 byte(s) more than the 2 described' },
    },
  ])
})

test('a value that is shorter than described has no value, and keeps its bytes', async () => {
  await using running = await runBackend(ECU)
  running.ecu.faults.arm(answering('220100', '6201000c'))
  const { value, attributes } = await running.wait(running.facet('data').read('speed', context()))
  assert.equal(value, null)
  assert.equal(attributes?.raw, '0c')
  assert.ok(Array.isArray(attributes?.errors))
})

test('several values are read in one request, as far as their lengths are known', async () => {
  const requests: string[] = []
  await using running = await runBackend(ECU, { observe: ({ method }) => requests.push(method) })
  requests.length = 0
  const outcomes = await running.wait(readMany(running.facet('data'), ['speed', 'text', 'mode', 'none'], context()))
  assert.deepEqual(outcomes, [
    { id: 'speed', value: 820 },
    { id: 'text', value: 'abc' },
    { id: 'mode', value: 'off' },
    { id: 'none', error: "there is no 'none'" },
  ])
  assert.equal(requests.length, 2)
})

test('an ECU that does not take several identifiers at once is asked for each, from then on', async () => {
  const requests: string[] = []
  await using running = await runBackend(ECU, { observe: ({ outcome }) => requests.push(outcome) })
  const refusal = { type: 'nrc', code: 0x13 } as const
  running.ecu.faults.arm({ id: 'one', request: '2201000101', skip: 0, probability: 1, effect: refusal })
  const read = () => running.wait(readMany(running.facet('data'), ['speed', 'mode'], context()))
  const wanted = [
    { id: 'speed', value: 820 },
    { id: 'mode', value: 'off' },
  ]
  assert.deepEqual(await read(), wanted)
  requests.length = 0
  assert.deepEqual(await read(), wanted)
  assert.deepEqual(requests, ['ok', 'ok'])
})

test('what can only be written is not read, and what can only be read is not written', async () => {
  await using running = await runBackend(ECU)
  const data = running.facet('data')
  await assert.rejects(data.read('secret', context()), { code: 'forbidden' })
  await assert.rejects(running.wait(data.write?.('speed', 1, context()) ?? Promise.resolve()), { code: 'forbidden' })
  await running.wait(data.write?.('secret', '0x0a0b', context()) ?? Promise.resolve())
  assert.deepEqual(running.ecu.data.bytes('secret'), Uint8Array.of(0x0a, 0x0b))
})

for (const value of [null, 'on', 7, [], {}, '0x', 'off ']) {
  test(`writing ${JSON.stringify(value)} to an enumeration is refused and sends nothing`, async () => {
    const requests: string[] = []
    await using running = await runBackend(ECU, { observe: ({ method }) => requests.push(method) })
    requests.length = 0
    await assert.rejects(running.facet('data').write?.('mode', value, context()) ?? Promise.resolve(), {
      code: 'invalid-request',
    })
    assert.deepEqual(requests, [])
  })
}
