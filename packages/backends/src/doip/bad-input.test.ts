import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import type { Backend } from '@opensovd/core'
import { readDescription } from '@opensovd/ecu'
import { MemoryNetwork, ScriptedPeer } from '@opensovd/uds/testing'
import { createDoipBackend } from './index.ts'
import { throughTime } from './testing/running-backend.ts'
import {
  componentOf,
  context,
  GATEWAY,
  HOST,
  LIMITS,
  openSimulatedBackend,
  until,
} from './testing/simulated-backend.ts'

const PART = { id: 'part', did: 0xf191, encoding: { type: 'text', length: 2 } }
const SPEED = { id: 'speed', did: 0x0100, encoding: { type: 'uint', bits: 8 } }
const ECU = { id: 'one', address: 0x1001, data: [PART, SPEED] }

/** Messages byte by byte, as ISO 13400-2 has them. */
const ACTIVATED = '02fd0006000000090e8000011000000000'
const REFUSED = '02fd0006000000090e8000010000000000'
const ACKNOWLEDGED = '02fd80020000000510010e8000'
const PRESENT = '02fd80010000000610010e807e00'
const PART_ANSWER = '02fd80010000000910010e8062f1914142'
const PENDING = '02fd80010000000710010e807f2278'
/** A diagnostic message of 4 GiB - 1. */
const HUGE = '02fd8001ffffffff10010e8062f191'

interface Scripted extends AsyncDisposable {
  readonly backend: Backend
  readonly clock: FakeClock
  readonly network: MemoryNetwork
  readonly peer: ScriptedPeer
  read(id?: string): Promise<unknown>
  becomes(state: string): Promise<void>
}

/** A backend for an entity that answers what the test says. */
async function scripted(answers: Readonly<Record<string, readonly string[]>>): Promise<Scripted> {
  const clock = new FakeClock()
  const network = new MemoryNetwork()
  const peer = new ScriptedPeer()
  for (const [request, messages] of Object.entries(answers)) peer.answers.set(request, messages)
  const listener = await peer.listen(network.host(HOST), 13400)
  const options = { ...optionsFor(13400), name: 'scripted' }
  const backend = createDoipBackend(options, { clock, log: silentLogger, network: network.host('10.0.0.2') })
  const stop = new AbortController()
  const running = backend.run(stop.signal)
  const data = () => componentOf(backend, 'one').facets.data
  return {
    backend,
    clock,
    network,
    peer,
    read: async (id = 'part') => await throughTime(clock, data()?.read(id, context()) ?? Promise.reject(), 50),
    becomes: (state) =>
      throughTime(
        clock,
        until(backend, () => componentOf(backend, 'one').connectionState === state),
        50,
      ),
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await running
      await backend[Symbol.asyncDispose]()
      await listener[Symbol.asyncDispose]()
    },
  }
}

const THERE = { '0005': [ACTIVATED], '8001 0e8010013e': [ACKNOWLEDGED, PRESENT] }
const READ = '8001 0e80100122f191'

test('an acknowledgement and an answer in one segment are two messages', async () => {
  await using it = await scripted({ ...THERE, [READ]: [ACKNOWLEDGED + PART_ANSWER] })
  await it.becomes('connected')
  assert.deepEqual(await it.read(), { id: 'part', value: 'AB', attributes: { raw: '4142' } })
})

for (const length of [1, 2, 3, 5, 7, 8, 9, 11, 12, 13, 16]) {
  test(`messages in segments of ${length} byte(s) are whole`, async () => {
    await using it = await scripted({ ...THERE, [READ]: [ACKNOWLEDGED + PART_ANSWER + PART_ANSWER] })
    it.network.segmentLength = length
    await it.becomes('connected')
    assert.deepEqual(await it.read(), { id: 'part', value: 'AB', attributes: { raw: '4142' } })
  })
}

for (let length = 1; length < (ACKNOWLEDGED + PART_ANSWER).length / 2; length++) {
  test(`an answer that is cut off after ${length} byte(s) is none, and the ECU is found again`, async () => {
    await using it = await scripted({ ...THERE, [READ]: [(ACKNOWLEDGED + PART_ANSWER).slice(0, 2 * length)] })
    await it.becomes('connected')
    const reading = it.read()
    reading.catch(() => {})
    await it.clock.advance(1)
    await it.peer.hangUp()
    await assert.rejects(reading, { code: 'bad-gateway', message: /connection was lost/ })
    await it.becomes('connected')
    const sent = it.peer.take().filter((each) => each.startsWith(READ))
    assert.equal(sent.length, 1)
  })
}

test('an announced length of 4 GiB takes no memory, and the connection is opened anew', async () => {
  await using it = await scripted({ ...THERE, [READ]: [ACKNOWLEDGED, HUGE] })
  await it.becomes('connected')
  await assert.rejects(it.read(), { code: 'gateway-timeout' })
  await it.becomes('disconnected')
  it.peer.answers.set(READ, [ACKNOWLEDGED, PART_ANSWER])
  await it.becomes('connected')
  assert.ok(it.peer.streams.length > 1)
  assert.deepEqual(await it.read(), { id: 'part', value: 'AB', attributes: { raw: '4142' } })
})

const WRONG: readonly (readonly [what: string, answer: string])[] = [
  ['another ECU', PART_ANSWER.replace('10010e80', '10020e80')],
  ['another tester', PART_ANSWER.replace('10010e80', '10010e81')],
  ['another service', '02fd80010000000610010e807e00'],
  ['another identifier', PART_ANSWER.replace('62f191', '62f190')],
]
for (const [what, answer] of WRONG) {
  test(`an answer of, or for, ${what} is not the one that is waited for`, async () => {
    await using it = await scripted({ ...THERE, [READ]: [ACKNOWLEDGED, answer] })
    await it.becomes('connected')
    await assert.rejects(it.read(), { code: 'gateway-timeout', message: /did not answer within 300 ms/ })
  })
}

test('an answer that comes after its time is not taken for that of the next request', async () => {
  await using it = await scripted({ ...THERE, [READ]: [ACKNOWLEDGED] })
  await it.becomes('connected')
  await assert.rejects(it.read(), { code: 'gateway-timeout' })
  it.peer.answers.set('8001 0e8010012201', [PART_ANSWER, ACKNOWLEDGED])
  await assert.rejects(it.read('speed'), { code: 'gateway-timeout' })
})

test('an ECU that says for ever that it works on it is given up', async () => {
  await using it = await scripted({ ...THERE, [READ]: [ACKNOWLEDGED, PENDING] })
  await it.becomes('connected')
  const reading = it.read()
  reading.catch(() => {})
  for (let seconds = 0; seconds < 300; seconds++) {
    await it.peer.say(PENDING)
    await it.clock.advance(1000)
  }
  await it.peer.say(PENDING)
  await assert.rejects(reading, { code: 'gateway-timeout', message: /still works on it after 300000 ms/ })
})

for (const answer of ['7f', '7f22', '7f2231ff', '62', '62f1', '62f191', '']) {
  test(`an answer of the bytes '${answer}' is no value`, async () => {
    const length = (4 + answer.length / 2).toString(16).padStart(8, '0')
    await using it = await scripted({ ...THERE, [READ]: [ACKNOWLEDGED, `02fd8001${length}10010e80${answer}`] })
    await it.becomes('connected')
    const read = await it.read().catch((error: unknown) => error)
    if (answer === '62f191') assert.equal((read as { value: unknown }).value, null)
    else
      assert.ok(
        read instanceof Error && ['bad-gateway', 'gateway-timeout'].includes(String(codeOf(read))),
        String(read),
      )
  })
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined
}

for (const garbage of ['48545450', '02fd', '02fc000600000000', '00'.repeat(64), 'ff'.repeat(64)]) {
  test(`a peer that begins with ${garbage.slice(0, 16)} is no entity, and is tried again`, async () => {
    await using it = await scripted({ '0005': [garbage] })
    await it.becomes('disconnected')
    await it.clock.advance(20_000)
    assert.equal(it.backend.snapshot.status.phase, 'down')
    it.peer.answers.clear()
    for (const [request, messages] of Object.entries(THERE)) it.peer.answers.set(request, messages)
    await it.becomes('connected')
  })
}

test('an entity that refuses the gateway is an error that says why', async () => {
  await using it = await scripted({ '0005': [REFUSED] })
  await it.becomes('error')
  const { status } = it.backend.snapshot
  assert.equal(status.phase, 'down')
  assert.match(status.phase === 'down' ? status.message : '', /tester 0x0e80 refused: 0x00/)
})

test('two backends with one tester address do not share an entity: the later one is told', async () => {
  const clock = new FakeClock()
  await using first = await openSimulatedBackend({ clock, ecus: [ECU] })
  const { backend, simulator, network } = first
  const second = createDoipBackend(
    { ...optionsFor(simulator.addresses.tcp.port), name: 'second' },
    { clock, log: silentLogger, network: network.host('10.0.0.3') },
  )
  const stop = new AbortController()
  const runs = [backend.run(stop.signal)]
  await throughTime(
    clock,
    until(backend, ({ snapshot }) => snapshot.status.phase === 'up'),
    50,
  )
  runs.push(second.run(stop.signal))
  await throughTime(
    clock,
    until(second, ({ snapshot }) => snapshot.status.phase === 'down'),
    50,
  )
  assert.equal(backend.snapshot.status.phase, 'up')
  const { status } = second.snapshot
  assert.match(status.phase === 'down' ? status.message : '', /routing activation .* refused: 0x03/)
  stop.abort()
  await Promise.all(runs)
  await Promise.all([backend[Symbol.asyncDispose](), second[Symbol.asyncDispose]()])
})

function optionsFor(port: number) {
  return {
    connection: { host: HOST, port, testerAddress: 0x0e80 },
    ecus: readDescription({ value: { version: 1, gateway: GATEWAY, ecus: [ECU] } }).ecus,
    ...LIMITS,
  }
}
