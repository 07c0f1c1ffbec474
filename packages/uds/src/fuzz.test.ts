import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { DecodeError, fromHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import fc from 'fast-check'
import { DoipHeaderError } from './doip/header.ts'
import { decodeDatagram, decodePayload, encodeDoip } from './doip/message.ts'
import { decodeRequest, decodeResponse, openDoipEntity, SERVICES, UdsTester } from './index.ts'
import { MemoryNetwork } from './testing/memory-network.ts'
import { RawTester } from './testing/raw-tester.ts'
import { sampleEcu } from './testing/sample-ecu.ts'
import { ScriptedChannel } from './testing/scripted-channel.ts'

const sids = Object.values(SERVICES).map(({ sid }) => sid)
const body = fc.uint8Array({ maxLength: 40 })
/** Messages that begin like one of a known service, and ones that do not. */
const udsMessage = fc
  .tuple(fc.oneof(fc.constantFrom(...sids), fc.constantFrom(...sids.map((sid) => sid + 0x40)), fc.nat(255)), body)
  .map(([sid, rest]) => Uint8Array.of(sid, ...rest))

test('whatever bytes come, UDS messages are read or refused with a DecodeError', () => {
  fc.assert(
    fc.property(fc.oneof(udsMessage, body), (message) => {
      for (const decode of [decodeRequest, decodeResponse]) {
        try {
          decode(message)
        } catch (error) {
          assert(error instanceof DecodeError, String(error))
        }
      }
    }),
    { numRuns: 3000 },
  )
})

test('whatever bytes come, DoIP messages are read or refused with a DoipHeaderError', () => {
  const payloadType = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 0x4001, 0x4002, 0x4003, 0x4004, 0x8001, 0x8002, 0x8003)
  fc.assert(
    fc.property(payloadType, body, (type, payload) => {
      for (const decode of [() => decodePayload(type, payload), () => decodeDatagram(payload)]) {
        try {
          decode()
        } catch (error) {
          assert(error instanceof DoipHeaderError, String(error))
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('whatever testers send, the entity and its ECU live on', async () => {
  const network = new MemoryNetwork()
  const runtime = { network: network.host('10.0.0.1'), clock: new FakeClock(), log: silentLogger }
  const { server } = sampleEcu(runtime, 0x1001)
  const identity = { vin: '', logicalAddress: 1, eid: '0a0000000001', gid: '000000000000' }
  await using _entity = await openDoipEntity(runtime, { identity, announceCount: 0 }, [server])
  const tester = network.host('10.0.0.9')
  const to = { host: '10.0.0.1', port: 13400 }
  const activate = encodeDoip({ type: 'routingActivationRequest', source: 0x0e00, activationType: 0 })
  await using socket = await tester.openDatagram({ port: 0 })
  await fc.assert(
    fc.asyncProperty(fc.array(udsMessage), fc.array(body), async (messages, garbage) => {
      const stream = await tester.connect(to)
      stream.write(activate)
      for (const data of messages) {
        stream.write(encodeDoip({ type: 'diagnosticMessage', source: 0x0e00, target: 0x1001, data }))
      }
      for (const bytes of garbage) {
        await socket.send(bytes, to)
        stream.write(bytes)
      }
      await settle()
      await stream[Symbol.asyncDispose]()
      await settle()
    }),
    { numRuns: 60 },
  )
  server.reset()
  const probe = await RawTester.connect(tester, to)
  await probe.say('02fd 0005 00000007 0e00 00 00000000')
  assert.deepEqual(await probe.say('02fd 8001 00000006 0e00 1001 3e00'), ['8002 10010e0000', '8001 10010e007e00'])
})

test('whatever ECUs send, the client takes only the answer it waits for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(0xffff), udsMessage), { maxLength: 20 }), async (noise) => {
      const clock = new FakeClock()
      const channel = new ScriptedChannel()
      using tester = new UdsTester(channel, { clock, log: silentLogger })
      const asking = tester.ecu(0x1234).requestRaw(fromHex('22f190'))
      await settle()
      const others = noise.filter(([source, [first]]) => source !== 0x1234 || (first !== 0x62 && first !== 0x7f))
      for (const [source, message] of others) channel.emit({ kind: 'received', source, message })
      channel.say(0x1234, '62f190aa')
      assert.deepEqual(await asking, new Uint8Array([0x62, 0xf1, 0x90, 0xaa]))
      assert.equal(tester.droppedMessages, others.length)
    }),
    { numRuns: 100 },
  )
})
