import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import type { ChannelEvent } from '../client/channel.ts'
import { DoipError } from '../errors.ts'
import type { ByteStream, Network } from '../network.ts'
import { MemoryNetwork } from '../testing/memory-network.ts'
import { ScriptedPeer } from '../testing/scripted-peer.ts'
import { openDoipConnection } from './connection.ts'
import { type ConnectionSettings, connectionOptions } from './connection-options.ts'

// Bytes of the doipclient test suite: tester 0e00, entity 0001.
const ACTIVATED = '02fd 0006 00000009 0e00 0001 10 00000000'
const ALIVE_CHECK = '02fd 0007 00000000'
const ENTITY = '10.0.0.1'

/** A connection whose peer, from the activation on, answers but does not read: what is sent stays here. */
async function connectToDeaf(settings: Partial<ConnectionSettings> = {}) {
  const network = new MemoryNetwork()
  const clock = new FakeClock()
  const peer = new ScriptedPeer()
  peer.answers.set('0005', [ACTIVATED])
  await peer.listen(network.host(ENTITY), 13400)
  const dropped: unknown[] = []
  const log = { ...silentLogger, debug: (_: string, fields?: object) => dropped.push(fields) }
  const near = deafAfterFirst(network.host('10.0.0.9'))
  const options = connectionOptions({ host: ENTITY, testerAddress: 0x0e00, ...settings })
  const events: ChannelEvent[] = []
  const connection = await openDoipConnection({ network: near, clock, log }, options, (event) => events.push(event))
  return { connection, peer, clock, events, dropped }
}

function deafAfterFirst(network: Network): Network {
  const deaf = (stream: ByteStream): ByteStream => {
    let unsentBytes = 0
    let isFirst = true
    return {
      remote: stream.remote,
      secure: stream.secure,
      incoming: stream.incoming,
      get unsentBytes() {
        return unsentBytes
      },
      write: (...parts) => {
        if (isFirst) stream.write(...parts)
        else for (const part of parts) unsentBytes += part.length
        isFirst = false
      },
      flush: () => new Promise(() => {}),
      [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose](),
    }
  }
  return { ...network, connect: async (options, signal) => deaf(await network.connect(options, signal)) }
}

const wasLost = (message: RegExp) => (error: unknown) =>
  error instanceof DoipError && error.code === 'DOIP_CONNECTION_LOST' && message.test(error.message)

test('a second activation that nobody asked for is dropped', async () => {
  const { peer, dropped } = await connectToDeaf()
  await peer.say(ACTIVATED, ACTIVATED)
  await settle()
  const fields = { peer: '10.0.0.1:13400', type: 'routingActivationResponse' }
  assert.deepEqual(dropped, [fields, fields])
})

test('an entity that asks whether we are alive and does not read the answers loses the connection', async () => {
  const { connection, peer, events } = await connectToDeaf()
  const checks = new Array<string>(1000).fill(ALIVE_CHECK)
  for (let asked = 0; asked < 2_000_000 && !connection.ended; asked += checks.length) {
    await peer.say(checks.join('')).catch(() => {})
    await settle()
  }
  assert.match(connection.ended?.message ?? '', /10.0.0.1:13400: the connection was lost: the entity does not read/)
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['lost'],
  )
})

test('requests to an entity that does not read pile up to a bound, and lose the connection', async () => {
  const { connection, events } = await connectToDeaf()
  const outcomes: Promise<unknown>[] = []
  for (let request = 0; request < 100 && !connection.ended; request++) {
    outcomes.push(connection.send(0x1234, new Uint8Array(0x10000)).catch((error: unknown) => error))
  }
  const errors = await Promise.all(outcomes)
  assert.ok(errors.length < 100 && errors.every(wasLost(/the entity does not read/)), String(errors[0]))
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['lost'],
  )
})

test('an entity that gives no acknowledgements has to read what is sent in the same time', async () => {
  const { connection, clock } = await connectToDeaf({ acknowledge: 'ignore' })
  const sending = assert.rejects(connection.send(0x1234, fromHex('22f190')), wasLost(/does not read/))
  await clock.advance(2000)
  await sending
  assert.equal(clock.pending, 0)
})
