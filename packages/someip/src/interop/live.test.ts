import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { namespaceObstacle, runInNamespace } from '../endpoint/testing/network-namespace.ts'
import { skipFor } from '../endpoint/testing/skip.ts'
import { missingTshark, readCapture } from './testing/judge.ts'
import { type Fields, FLAWS } from './testing/tshark-fields.ts'

const PORTS = ['udp.port==30490', 'udp.port==30509', 'tcp.port==30510', 'udp.port==30511']
const NAMES = {
  protocols: 'frame.protocols',
  types: 'someip.messagetype',
  methods: 'someip.messageid',
  entries: 'someipsd.entry.type',
  lifetimes: 'someipsd.entry.ttl',
  wholes: 'someip.tp.reassembled.length',
} as const

const skip = missingTshark() || skipFor(await namespaceObstacle())

async function capture(): Promise<readonly Fields[]> {
  const folder = await mkdtemp(join(tmpdir(), 'someip-'))
  try {
    const file = join(folder, 'live.pcapng')
    await runInNamespace(fileURLToPath(new URL('./testing/live-probe.ts', import.meta.url)), file)
    const asSomeIp = PORTS.flatMap((port) => ['-d', `${port},someip`])
    const shown = [...FLAWS, ...Object.values(NAMES)].flatMap((name) => ['-e', name])
    const carriesData = 'udp || tcp.len > 0'
    const packets = readCapture(file, ...asSomeIp, '-Y', carriesData, ...shown)
    assert(Array.isArray(packets))
    return packets.map(({ _source: { layers } }) => layers)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('tshark reads all that two applications send each other, and finds no flaw', { skip }, async () => {
  const packets = await capture()
  const valuesOf = (name: string) => [...new Set(packets.flatMap((packet) => packet[name] ?? []))].sort()
  for (const packet of packets) {
    assert.match(packet[NAMES.protocols]?.[0] ?? '', /:someip/)
    for (const flaw of FLAWS) assert.equal(packet[flaw], undefined, JSON.stringify(packet))
  }
  // A request, one without a response, a notification, a response, an error; those with 0x20 are segments.
  assert.deepEqual(valuesOf(NAMES.types), ['0x00', '0x01', '0x02', '0x20', '0x22', '0x80', '0x81', '0xa0'])
  // Find, Offer, Subscribe and their acknowledgement; a TTL of 0 stops them.
  assert.deepEqual(valuesOf(NAMES.entries), ['0x00', '0x01', '0x06', '0x07'])
  assert.deepEqual(valuesOf(NAMES.lifetimes), ['0', '16777215'])
  const messages = ['0x12340001', '0x12340421', '0x12348778', '0x12348779', '0x1234877b', '0xffff8100']
  assert.deepEqual(valuesOf(NAMES.methods), messages)
  assert.deepEqual(
    packets.flatMap((packet) => packet[NAMES.wholes] ?? []),
    ['5000', '5000', '5000'],
  )
})
