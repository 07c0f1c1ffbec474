import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { createApplication } from '@opensovd/someip'
import { parseConfiguration } from '@opensovd/someip/config'
import { SimulatedHosts } from '@opensovd/someip/testing'
import { watchService } from '../../docs/examples/someip/availability.ts'
import { describeDiscovery, encodeOffer } from '../../docs/examples/someip/discovery-messages.ts'
import { checkAll, protectAll } from '../../docs/examples/someip/end-to-end.ts'
import { describeDatagram, encodeLargeNotification, encodeRequest } from '../../docs/examples/someip/messages.ts'
import { readVehicle, writeVehicle } from '../../docs/examples/someip/payload.ts'
import { askForGreeting, greet } from '../../docs/examples/someip/request-response.ts'
import { offerSpeed, readSpeeds, showSpeed } from '../../docs/examples/someip/subscribe-notify.ts'
import { serveClimate, useClimate } from '../../docs/examples/someip/typed-service.ts'
import { greetWithoutNetwork } from '../../docs/examples/someip/without-network.ts'

const FOLDER = new URL('../../docs/examples/someip/', import.meta.url)
const MAX_LINES = 40
const SERVICES = [
  { service: '0x1111', instance: '0x2222', unreliable: '30509' },
  { service: '0x1234', instance: '0x5678', unreliable: '30509' },
]

/** A server and a client on simulated hosts. */
async function open() {
  const clock = new FakeClock()
  const hosts = new SimulatedHosts(clock)
  const start = (unicast: string, services: readonly object[]) => {
    const text = JSON.stringify({ unicast, services })
    const { configuration } = parseConfiguration({ files: [{ file: 'test.json', text }] })
    return createApplication({ name: 'test', configuration, clock, log: silentLogger, network: hosts.host(unicast) })
  }
  const server = await start('10.0.0.1', SERVICES)
  const client = await start('10.0.0.2', [])
  const close = async () => {
    const closed = Promise.all([client.close(), server.close()])
    await clock.advance(10_000)
    await closed
  }
  return { clock, server, client, [Symbol.asyncDispose]: close }
}

test('each example is short, and on the page', async () => {
  const page = await readFile(new URL('README.md', FOLDER), 'utf8')
  for (const file of (await readdir(FOLDER)).filter((name) => name.endsWith('.ts'))) {
    const lines = (await readFile(new URL(file, FOLDER), 'utf8')).trimEnd().split('\n').length
    assert.ok(lines <= MAX_LINES, `${file}: ${lines} lines`)
    assert.ok(page.includes(`[${file}](${file})`), file)
  }
})

test('a method is called', async () => {
  await using ends = await open()
  await greet(ends.server)
  const greeting = askForGreeting(ends.client, 'World')
  await ends.clock.advance(5000)
  assert.equal(await greeting, 'Hello World')
})

test('a service is watched as it comes and goes', async () => {
  await using ends = await open()
  const seen: string[] = []
  await using _service = watchService(ends.client, (text) => seen.push(text))
  const offered = await greet(ends.server)
  await ends.clock.advance(5000)
  const closed = offered.close()
  await ends.clock.advance(5000)
  await closed
  assert.deepEqual(seen, ['not available', 'available', 'not available'])
})

test('events are subscribed to', async () => {
  await using ends = await open()
  const service = await offerSpeed(ends.server)
  const speeds = readSpeeds(ends.client, 2)
  await ends.clock.advance(5000)
  showSpeed(service, 50)
  showSpeed(service, 51)
  await ends.clock.advance(1000)
  assert.deepEqual(await speeds, [50, 51])
})

test('a typed service adds, and keeps its field within bounds', async () => {
  await using ends = await open()
  await serveClimate(ends.server)
  const used = useClimate(ends.client)
  await ends.clock.advance(10_000)
  assert.deepEqual(await used, { sum: 300, seen: [210, 300] })
})

test('a payload has the bytes that its schema describes', () => {
  const vehicle = { speed: 50, name: 'car', doors: [1, 2] }
  // speed, then length, byte order mark, text and zero, then length and elements [PRS_SOMEIP_00087], [PRS_SOMEIP_00089].
  assert.equal(toHex(writeVehicle(vehicle)), '003207efbbbf63617200020102')
  assert.deepEqual(readVehicle(fromHex('003207efbbbf63617200020102')), vehicle)
  assert.throws(() => writeVehicle({ ...vehicle, doors: [1, 256] }), /vehicle\.doors\[1\]/)
  assert.throws(() => readVehicle(fromHex('0032ff')), /vehicle\.name/)
})

test('a request, a datagram and segments look as the standard has them', () => {
  const request = encodeRequest(fromHex('0102'))
  assert.equal(toHex(request), '123404210000000a1343000101000000' + '0102')
  assert.deepEqual(describeDatagram(request), ['4660.1057: 2 bytes'])
  assert.match(describeDatagram(request.subarray(0, 17)).join(), /18 byte\(s\) needed, 17 available/)
  const sizes = encodeLargeNotification(new Uint8Array(3000)).map(({ length }) => length)
  assert.deepEqual(sizes, [1412, 1412, 236])
})

test('protected areas are in order, and a changed or missing one is noticed', () => {
  const areas = Array.from({ length: 4 }, () => new Uint8Array(20))
  protectAll(areas)
  assert.deepEqual(checkAll(areas), ['OK', 'OK', 'OK', 'OK'])
  const [first, , third, fourth] = areas.map((area) => area.slice())
  if (first === undefined || third === undefined || fourth === undefined) assert.fail('four areas')
  fourth[19] = 1
  assert.deepEqual(checkAll([first, third, fourth]), ['OK', 'OK_SOME_LOST', 'WRONG_CRC'])
})

test('an offer is written as vsomeip writes it, and described', () => {
  const offer = encodeOffer(0x1234, 30509)
  const HEADER = 'ffff8100000000300000000101010200'
  const ENTRY = '01000010123400010100000300000000'
  const OPTION = '000904000a0000010011772d'
  assert.equal(toHex(offer), `${HEADER}c000000000000010${ENTRY}0000000c${OPTION}`)
  assert.deepEqual(describeDiscovery(offer.subarray(16)), ['offer 1234 for 3 s at 10.0.0.1:30509'])
})

test('applications run without a network', async () => {
  assert.equal(await greetWithoutNetwork(), 'Hello World')
})

test('the first application offers its service, and ends at Ctrl-C', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'someip-example-'))
  const given = JSON.parse(await readFile(new URL('first-application.json', FOLDER), 'utf8'))
  const file = join(folder, 'first-application.json')
  const unreliable = `${await freePort()}`
  const free = { services: [{ ...given.services[0], unreliable }], 'service-discovery': { enable: 'false' } }
  await writeFile(file, JSON.stringify({ ...given, ...free }))
  const program = join(FOLDER.pathname, 'first-application.ts')
  const child = spawn(process.execPath, [program], { env: { ...process.env, VSOMEIP_CONFIGURATION: file } })
  const [text] = await once(child.stdout, 'data')
  assert.equal(String(text), 'ready\n')
  child.kill('SIGINT')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  await rm(folder, { recursive: true })
})

/** A UDP port that nobody has at present. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
