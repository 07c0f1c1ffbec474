import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import { systemClock } from '@opensovd/base/node'
import {
  DoipLinks,
  download,
  type EntitySettings,
  entityStatus,
  identify,
  listenForAnnouncements,
  memoryRange,
  openDoipEntity,
  powerMode,
  type TlsOptions,
  unlock,
  upload,
  xorKey,
} from '../index.ts'
import { sampleEcu } from '../testing/sample-ecu.ts'
import { selfSigned } from '../testing/self-signed.ts'
import { nodeNetwork } from './index.ts'

const HOST = '127.0.0.1'
const runtime = { network: nodeNetwork(), clock: systemClock, log: silentLogger }
const identity = { vin: 'W0L000043MB541326', logicalAddress: 0x0001, eid: '0a0000000001', gid: '0a0000000002' }
const timing = { announceWaitMs: 0, announceIntervalMs: 1 }

async function setUp(context: TestContext, settings: Partial<EntitySettings> = {}, tls?: TlsOptions) {
  const ecus = [sampleEcu(runtime, 0x1001), sampleEcu(runtime, 0x1002)]
  const entity = await openDoipEntity(
    runtime,
    { identity, host: HOST, tcpPort: 0, udpPort: 0, announceTo: [], timing, ...settings },
    ecus.map(({ server }) => server),
  )
  const links = new DoipLinks(runtime)
  context.after(async () => {
    await links[Symbol.asyncDispose]()
    await entity[Symbol.asyncDispose]()
    for (const { server } of ecus) server[Symbol.dispose]()
  })
  const { addresses } = entity
  assert(addresses)
  const port = (tls ? addresses.tls : addresses.tcp)?.port ?? 0
  const link = links.link({ host: HOST, port, testerAddress: 0x0e80, ...(tls && { tls }) })
  return { entity, addresses, ecus, link }
}

test('reads from several ECUs over one TCP connection', async (context) => {
  const { entity, link } = await setUp(context)
  const serials = await Promise.all(
    [0x1001, 0x1002].map((ecu) => link.tester.ecu(ecu).request('readDataByIdentifier', { dids: [0xf18c] })),
  )
  assert.deepEqual(
    serials.map(({ data }) => toHex(data)),
    ['1001', '1002'],
  )
  assert.equal(entity.openSockets, 1)
})

test('waits through response pending', async (context) => {
  const { link } = await setUp(context)
  const ecu = link.tester.ecu(0x1001)
  await ecu.request('diagnosticSessionControl', { session: 3 })
  const routine = { routineControlType: 1, routineId: 0x0203, data: new Uint8Array(0) }
  assert.equal(toHex((await ecu.request('routineControl', routine)).data), '00')
})

test('asks a group', async (context) => {
  const { link } = await setUp(context)
  const outcomes = await link.tester.group(0xe400).request('testerPresent', { zeroSubFunction: 0 })
  assert.deepEqual(
    outcomes.map(({ ecu }) => ecu),
    [0x1001, 0x1002],
  )
})

test('unlocks, downloads and uploads', async (context) => {
  const { link, ecus } = await setUp(context)
  const ecu = link.tester.ecu(0x1001)
  await ecu.request('diagnosticSessionControl', { session: 2 })
  await unlock(ecu, { level: 1, provider: xorKey('fffe') })
  const image = Uint8Array.from({ length: 1000 }, (_, at) => at % 251)
  const memory = memoryRange(16, image.length)
  await download(ecu, image, { memory })
  assert.deepEqual(ecus[0]?.memory.slice(16, 1016), image)
  const blocks: Uint8Array[] = []
  for await (const block of upload(ecu, { memory })) blocks.push(block)
  assert.deepEqual(Buffer.concat(blocks), Buffer.from(image))
})

test('connects again after the entity dropped the connection', async (context) => {
  const { entity, link } = await setUp(context)
  const ecu = link.tester.ecu(0x1001)
  await ecu.request('diagnosticSessionControl', { session: 3 })
  const lost = new Promise((resolve) => link.gateway.onState(resolve))
  await entity.dropConnections()
  await lost
  assert.equal(ecu.state.session, 1)
  await ecu.request('readDataByIdentifier', { dids: [0xf190] })
})

test('identifies, and tells status and power mode, over UDP', async (context) => {
  const { addresses } = await setUp(context)
  const { port } = addresses.udp
  const [entity] = await identify(runtime, { host: HOST, port })
  assert.equal(entity?.vin, identity.vin)
  assert.equal(entity?.host, HOST)
  assert.equal((await entityStatus(runtime, HOST, { port })).maxSockets, 4)
  assert.equal(await powerMode(runtime, HOST, { port }), 1)
})

test('answers a broadcast', async () => {
  await using entity = await openDoipEntity(runtime, {
    identity,
    tcpPort: 0,
    udpPort: 0,
    announceCount: 0,
    timing: { announceWaitMs: 0 },
  })
  const port = entity.addresses?.udp.port ?? 0
  const found = await identify(runtime, { host: '127.255.255.255', port, collectMs: 200 })
  assert.deepEqual(
    found.map(({ vin, host }) => [vin, host]),
    [[identity.vin, HOST]],
  )
})

test('hears announcements', async (context) => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const { network } = runtime
  await using probe = await network.openDatagram({ host: HOST, port: 0 })
  const { port } = probe.local
  await probe[Symbol.asyncDispose]()
  await using _listening = await listenForAnnouncements(runtime, { localHost: HOST, port }, (entity) =>
    resolve(entity.logicalAddress),
  )
  await setUp(context, { announceTo: [{ host: HOST, port }] })
  assert.equal(await promise, 1)
})

test('talks TLS, and with nobody whose certificate it does not trust', async (context) => {
  const own = selfSigned('entity.example')
  const { addresses, link } = await setUp(
    context,
    { tls: { ...own, port: 0 } },
    { authorities: own.certificate, serverName: 'entity.example' },
  )
  const { data } = await link.tester.ecu(0x1001).request('readDataByIdentifier', { dids: [0xf18c] })
  assert.equal(toHex(data), '1001')
  const port = addresses.tls?.port ?? 0
  await using links = new DoipLinks(runtime)
  const distrustful = links.link({ host: HOST, port, testerAddress: 0x0e81, tls: { serverName: 'entity.example' } })
  await assert.rejects(distrustful.gateway.connect(), /127\.0\.0\.1:\d+: self-signed certificate/)
})

test('lets in only testers with a trusted certificate where that is wanted', async (context) => {
  const [server, client] = [selfSigned('entity.example'), selfSigned('tester.example')]
  const { addresses, link } = await setUp(
    context,
    { tls: { ...server, port: 0, requestClientCertificate: true, authorities: client.certificate } },
    { ...client, authorities: server.certificate, serverName: 'entity.example' },
  )
  await link.gateway.connect()
  await using links = new DoipLinks(runtime)
  const nobody = links.link({
    host: HOST,
    port: addresses.tls?.port ?? 0,
    testerAddress: 0x0e81,
    tls: { authorities: server.certificate, serverName: 'entity.example' },
  })
  await assert.rejects(nobody.gateway.connect(), /DOIP_|certificate|lost|closed|reset/i)
})

test('says that a connection was refused, and gives up one when aborted', async () => {
  const { network } = runtime
  await using listener = await network.listen({ host: HOST, port: 0 }, () => {})
  const { port } = listener.local
  await listener[Symbol.asyncDispose]()
  await assert.rejects(network.connect({ host: HOST, port }), /ECONNREFUSED/)
  await assert.rejects(network.connect({ host: HOST, port }, AbortSignal.abort(new Error('enough'))), /enough/)
})

test('works over IPv6', async (context) => {
  const { addresses } = await setUp(context, { host: '::1' })
  const [entity] = await identify(runtime, { host: '::1', port: addresses.udp.port })
  assert.equal(entity?.host, '::1')
})

test('answers testers of both families where it listens for both', async (context) => {
  const { addresses } = await setUp(context, { host: '::' })
  const { port } = addresses.udp
  for (const host of ['::1', HOST]) {
    const [entity] = await identify(runtime, { host, port })
    assert.equal(entity?.host, host)
  }
})
