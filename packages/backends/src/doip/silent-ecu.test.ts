import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { readDescription } from '@opensovd/ecu'
import { MemoryNetwork, ScriptedPeer } from '@opensovd/uds/testing'
import { createDoipBackend } from './index.ts'
import { runBackend, throughTime } from './testing/running-backend.ts'
import { componentOf, context, GATEWAY, HOST, LIMITS, until } from './testing/simulated-backend.ts'

const ECU = { data: [{ id: 'part', did: 0xf191, encoding: { type: 'text', length: 2 } }] }

/** Messages byte by byte, as ISO 13400-2 has them. */
const ACTIVATED = '02fd0006000000090e8000011000000000'
const ACKNOWLEDGED = '02fd80020000000510010e8000'
const PRESENT = '02fd80010000000610010e807e00'

test('an ECU that its entity says nothing of does not take the connection from one that answers', async () => {
  const clock = new FakeClock()
  const network = new MemoryNetwork()
  const peer = new ScriptedPeer()
  peer.answers.set('0005', [ACTIVATED])
  peer.answers.set('8001 0e8010013e', [ACKNOWLEDGED, PRESENT])
  await using _listener = await peer.listen(network.host(HOST), 13400)
  const ecus = ['one', 'two'].map((id, index) => ({ id, address: 0x1001 + index, ...ECU }))
  const description = readDescription({ value: { version: 1, gateway: GATEWAY, ecus } })
  const connection = { host: HOST, testerAddress: 0x0e80 }
  await using backend = createDoipBackend(
    { name: 'scripted', connection, ecus: description.ecus, ...LIMITS },
    { clock, log: silentLogger, network: network.host('10.0.0.2') },
  )
  const stop = new AbortController()
  const running = backend.run(stop.signal)
  const isSettled = () =>
    componentOf(backend, 'one').connectionState === 'connected' &&
    componentOf(backend, 'two').connectionState === 'disconnected'
  await throughTime(clock, until(backend, isSettled), 50)
  const before = peer.streams.length
  for (let elapsedMs = 0; elapsedMs < 60_000; elapsedMs += 100) await clock.advance(100)
  assert.equal(peer.streams.length, before)
  assert.ok(isSettled())
  peer.answers.delete('8001 0e8010013e')
  await throughTime(
    clock,
    until(backend, () => peer.streams.length > before),
    50,
  )
  stop.abort()
  await running
})

/** Its wall clock can be set back. */
class AdjustableClock extends FakeClock {
  adjustmentMs = 0

  override now(): number {
    return super.now() + this.adjustmentMs
  }
}

test('an ECU that vanishes is found to have, also after the clock was set back', async () => {
  const clock = new AdjustableClock()
  await using running = await runBackend(ECU, { clock })
  await running.wait(running.facet('data').read('part', context()))
  clock.adjustmentMs = -3_600_000
  running.ecu.faults.arm({ id: 'silent', request: '', skip: 0, probability: 1, effect: { type: 'drop' } })
  await clock.advance(20_000)
  assert.equal(running.component.connectionState, 'disconnected')
})
