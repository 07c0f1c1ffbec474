import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runBackend } from './testing/running-backend.ts'
import { context, HOST } from './testing/simulated-backend.ts'

const ECU = {
  sessions: [{ id: 'extended', session: 3 }],
  security: { levels: [{ id: 'workshop', level: 1, sessions: ['extended'], key: { type: 'xor', constant: '5a' } }] },
  services: { communicationControl: { sessions: ['extended'] }, dtcSetting: { sessions: ['extended'] } },
  data: [
    { id: 'limit', did: 0x0100, encoding: { type: 'uint', bits: 8 }, write: { security: ['workshop'] } },
    { id: 'active', did: 0xf186, encoding: { type: 'uint', bits: 8 } },
  ],
}

test('a session is kept alive for longer than the ECU would keep it', async () => {
  await using running = await runBackend(ECU)
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  const begin = new Date(running.clock.now()).toISOString()
  await running.clock.advance(60_000)
  assert.equal(running.ecu.server.state.current.session, 3)
  const kept = running.facet('uds').keptSession()
  assert.deepEqual([kept?.session, kept?.udsSession, kept?.owner], ['extended', 3, 'tester'])
  assert.ok(kept && kept.since <= begin && kept.lastAnswer && kept.lastAnswer > begin)
})

test('a session that nobody uses is ended', async () => {
  await using running = await runBackend(ECU, { sessionIdleMs: 30_000 })
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  await running.clock.advance(20_000)
  await running.wait(running.facet('data').read('limit', context()))
  await running.clock.advance(20_000)
  assert.equal(running.ecu.server.state.current.session, 3)
  await running.clock.advance(20_000)
  assert.equal(running.ecu.server.state.current.session, 1)
  assert.equal(running.facet('uds').keptSession(), undefined)
})

test('a lost connection ends the session for clients, too', async () => {
  await using running = await runBackend(ECU)
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  running.network.reset(HOST)
  await running.clock.advance(1000)
  assert.equal(running.facet('uds').keptSession(), undefined)
  assert.equal((await running.facet('modes').list(context()))[0]?.value, 'default')
})

test('a level is unlocked with the key of the description, and locked by leaving the session', async () => {
  await using running = await runBackend(ECU)
  const modes = running.facet('modes')
  const write = () => running.wait(running.facet('data').write?.('limit', 5, context()) ?? Promise.resolve())
  await assert.rejects(write(), { code: 'forbidden', message: /needs the security level workshop, and is locked/ })
  await assert.rejects(running.wait(modes.set('security', 'workshop', context())), {
    code: 'conflict',
    message: /needs the session extended, and is in default/,
  })
  await running.wait(modes.set('session', 'extended', context()))
  await running.wait(modes.set('security', 'workshop', context()))
  await write()
  assert.deepEqual(running.ecu.data.bytes('limit'), Uint8Array.of(5))
  assert.equal((await modes.list(context())).find(({ id }) => id === 'security')?.value, 'workshop')
  await running.wait(modes.set('security', 'locked', context()))
  assert.equal(running.ecu.server.state.current.securityLevel, undefined)
  await assert.rejects(write(), { code: 'forbidden' })
})

test('communication and the storing of trouble codes are what was set, until the session ends', async () => {
  await using running = await runBackend(ECU)
  const modes = running.facet('modes')
  const values = async () => Object.fromEntries((await modes.list(context())).map(({ id, value }) => [id, value]))
  await assert.rejects(running.wait(modes.set('commctrl', 'disableRxAndDisableTx', context())), { code: 'conflict' })
  await running.wait(modes.set('session', 'extended', context()))
  await running.wait(modes.set('commctrl', 'enableRxAndDisableTx', context()))
  await running.wait(modes.set('dtcsetting', 'off', context()))
  assert.equal(running.ecu.communication, 1)
  assert.equal(running.ecu.dtcs.isRecording, false)
  assert.deepEqual(await values(), {
    session: 'extended',
    security: 'locked',
    commctrl: 'enableRxAndDisableTx',
    dtcsetting: 'off',
  })
  await running.wait(modes.set('session', 'default', context()))
  assert.equal(running.ecu.communication, 0)
  const after = await values()
  assert.deepEqual([after.commctrl, after.dtcsetting], ['enableRxAndEnableTx', 'on'])
  await running.wait(modes.set('commctrl', 'enableRxAndEnableTx', context()))
})

test('an ECU that leaves its session by itself is found to have left it', async () => {
  await using running = await runBackend(ECU)
  const modes = running.facet('modes')
  await running.wait(modes.set('session', 'extended', context()))
  running.ecu.server.reset()
  await assert.rejects(running.wait(modes.set('commctrl', 'disableRxAndDisableTx', context())), {
    code: 'conflict',
    message: /it has left the session extended by itself/,
  })
  assert.equal(running.facet('uds').keptSession(), undefined)
  await running.wait(modes.set('session', 'extended', context()))
  await running.wait(modes.set('commctrl', 'disableRxAndDisableTx', context()))
})

const GUARDED = {
  sessions: [{ id: 'extended', session: 3 }],
  authentication: { certificate: '3082aabb', sessions: ['extended'], proof: { type: 'xor', constant: '5a17' } },
  data: [{ id: 'limit', did: 0x0100, encoding: { type: 'uint', bits: 8 }, write: { authenticated: true } }],
}

test('the gateway authenticates with certificate and proof, until the default session', async () => {
  await using running = await runBackend(GUARDED)
  const modes = running.facet('modes')
  const { write } = running.facet('data')
  assert.ok(write)
  const change = () => running.wait(write('limit', 5, context()))
  const value = async () => (await modes.list(context())).find(({ id }) => id === 'authentication')?.value
  await assert.rejects(change(), { code: 'forbidden', message: /needs the tester to authenticate first/ })
  await running.wait(modes.set('session', 'extended', context()))
  await running.wait(modes.set('authentication', 'authenticated', context()))
  assert.equal(await value(), 'authenticated')
  await change()
  await running.wait(modes.set('authentication', 'deauthenticated', context()))
  assert.equal(await value(), 'deauthenticated')
  await assert.rejects(change(), { code: 'forbidden' })
  await running.wait(modes.set('authentication', 'authenticated', context()))
  await running.wait(modes.set('session', 'default', context()))
  assert.equal(await value(), 'deauthenticated')
})

test('an ECU that does not trust the certificate refuses it', async () => {
  await using running = await runBackend(GUARDED)
  running.ecu.faults.arm({ id: 'no', request: '2901', skip: 0, probability: 1, effect: { type: 'nrc', code: 0x52 } })
  await running.wait(running.facet('modes').set('session', 'extended', context()))
  await assert.rejects(running.wait(running.facet('modes').set('authentication', 'authenticated', context())), {
    code: 'forbidden',
    message: /0x52 certificateVerificationFailedInvalidChainOfTrust/,
  })
})
