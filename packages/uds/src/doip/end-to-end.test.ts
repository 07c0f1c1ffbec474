import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import fc from 'fast-check'
import {
  type DiagnosticRequest,
  DoipError,
  DoipLinks,
  download,
  memoryRange,
  openDoipEntity,
  UdsError,
  unlock,
  xorKey,
} from '../index.ts'
import { MemoryNetwork } from '../testing/memory-network.ts'
import { sampleEcu } from '../testing/sample-ecu.ts'

const HOST = '10.0.0.1'
const identity = { vin: 'W0L000043MB541326', logicalAddress: 1, eid: '0a0000000001', gid: '0a0000000002' }
const image = Uint8Array.from({ length: 600 }, (_, at) => at % 251)
const memory = memoryRange(0, image.length)

/** A client and an entity whose ECU 1001 tells `onRequest` of each request; false means that it stays silent. */
async function setUp(onRequest: (request: string) => boolean = () => true) {
  const network = new MemoryNetwork()
  const clock = new FakeClock()
  const runtime = { network: network.host(HOST), clock, log: silentLogger }
  const ecu = sampleEcu(runtime, 0x1001)
  const requests: string[] = []
  const target = {
    logicalAddress: 0x1001,
    receive: (request: DiagnosticRequest, respond: (answer: Uint8Array) => void) => {
      const hex = toHex(request.data)
      requests.push(hex)
      if (onRequest(hex)) ecu.server.receive(request, respond)
    },
  }
  const entity = await openDoipEntity(runtime, { identity, announceCount: 0 }, [target])
  const links = new DoipLinks({ network: network.host('10.0.0.9'), clock, log: silentLogger })
  const link = links.link({ host: HOST, testerAddress: 0x0e80 })
  return { network, clock, entity, requests, ecu, link, client: link.tester.ecu(0x1001) }
}

type SetUp = Awaited<ReturnType<typeof setUp>>

async function prepare({ client }: SetUp): Promise<void> {
  await client.request('diagnosticSessionControl', { session: 2 })
  await unlock(client, { level: 1, provider: xorKey('fffe') })
}

const failsWith = (code: string) => (error: unknown) =>
  (error instanceof DoipError || error instanceof UdsError) && error.code === code

test('works in segments of any length', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (segmentLength) => {
      const all = await setUp()
      all.network.segmentLength = segmentLength
      await prepare(all)
      await download(all.client, image, { memory })
      assert.deepEqual(all.ecu.memory.slice(0, image.length), image)
    }),
    { numRuns: 20 },
  )
})

test('an ECU that vanishes in the middle of a transfer ends it', async () => {
  const all = await setUp((request) => !request.startsWith('3603'))
  await prepare(all)
  const loading = assert.rejects(download(all.client, image, { memory }), failsWith('UDS_TIMEOUT'))
  await all.clock.advance(1000)
  await loading
  assert.equal(all.requests.at(-1)?.slice(0, 4), '3603')
})

test('an ECU that its gateway no longer reaches ends a transfer', async () => {
  const all = await setUp((request) => {
    if (request.startsWith('3602')) all.entity.remove(0x1001)
    return true
  })
  await prepare(all)
  await assert.rejects(download(all.client, image, { memory }), failsWith('DOIP_REFUSED'))
  assert.equal(all.requests.at(-1)?.slice(0, 4), '3602')
})

test('a gateway that restarts in the middle of a transfer ends it, and nothing is sent twice', async () => {
  let restarting = true
  const all = await setUp((request) => {
    if (!request.startsWith('3602') || !restarting) return true
    all.network.reset(HOST)
    all.ecu.server.reset()
    return false
  })
  await prepare(all)
  await assert.rejects(download(all.client, image, { memory }), failsWith('DOIP_CONNECTION_LOST'))
  assert.deepEqual(all.client.state, { session: 1, securityLevel: undefined, authenticated: false, timing: undefined })
  await settle()
  assert.equal(all.requests.filter((request) => request.startsWith('36')).length, 2)
  restarting = false
  await prepare(all)
  await download(all.client, image, { memory })
  assert.deepEqual(all.ecu.memory.slice(0, image.length), image)
})

test('finds an ECU again that was told to restart', async () => {
  const all = await setUp()
  await all.client.request('diagnosticSessionControl', { session: 3 })
  await all.client.request('ecuReset', { resetType: 1 })
  all.network.reset(HOST, { unreachable: true })
  const returning = all.link.gateway.reconnect({ withinMs: 60_000, pauseMs: 1000 })
  await all.clock.advance(15_000)
  all.network.revive(HOST)
  await all.clock.advance(15_000)
  await returning
  const { data } = await all.client.request('readDataByIdentifier', { dids: [0xf18c] })
  assert.equal(toHex(data), '1001')
})

test('an answer that comes after its time is dropped and does not disturb the next request', async () => {
  const held: (() => void)[] = []
  const network = new MemoryNetwork()
  const clock = new FakeClock()
  const runtime = { network: network.host(HOST), clock, log: silentLogger }
  const target = {
    logicalAddress: 0x1001,
    receive: ({ data }: DiagnosticRequest, respond: (answer: Uint8Array) => void) => {
      const [, high = 0, low = 0] = data
      held.push(() => respond(Uint8Array.of(0x62, high, low, 0x01)))
    },
  }
  await openDoipEntity(runtime, { identity, announceCount: 0 }, [target])
  const links = new DoipLinks({ network: network.host('10.0.0.9'), clock, log: silentLogger })
  const { tester } = links.link({ host: HOST, testerAddress: 0x0e80 })
  const client = tester.ecu(0x1001)
  const late = assert.rejects(client.request('readDataByIdentifier', { dids: [0xf190] }), failsWith('UDS_TIMEOUT'))
  await clock.advance(300)
  await late
  const next = client.request('readDataByIdentifier', { dids: [0xf18c] })
  await settle()
  for (const answer of held) answer()
  assert.equal((await next).did, 0xf18c)
  assert.equal(tester.droppedMessages, 1)
})

test('a second tester with the address of the first is turned away while the first lives', async () => {
  const { network, clock, link } = await setUp()
  await link.gateway.connect()
  const rival = new DoipLinks({ network: network.host('10.0.0.8'), clock, log: silentLogger })
  const { gateway } = rival.link({ host: HOST, testerAddress: 0x0e80 })
  await assert.rejects(
    gateway.connect(),
    (error) => error instanceof DoipError && error.responseCode === 0x03 && /sourceAddressInUse/.test(error.message),
  )
  assert.equal(link.gateway.state.phase, 'connected')
})
