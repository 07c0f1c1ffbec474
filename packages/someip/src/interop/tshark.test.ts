import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@opensovd/base/bytes'
import { segmentMessage } from '../tp/segment.ts'
import { encodeMessage } from '../wire/message.ts'
import { askTshark, missingTshark } from './testing/judge.ts'
import { pcapOf } from './testing/pcap.ts'
import { DISCOVERY, encodeDiscovery, FOREIGN_OPTIONS, LARGE, MESSAGES } from './testing/samples.ts'
import {
  DISCOVERY_FIELDS,
  type Fields,
  FLAWS,
  FOREIGN_FIELDS,
  MESSAGE_FIELDS,
  SEGMENT_FIELDS,
} from './testing/tshark-fields.ts'

const PAYLOAD = 'someip.payload'
const EXPECTED = [...Object.values(MESSAGE_FIELDS), ...SEGMENT_FIELDS, ...Object.values(DISCOVERY_FIELDS)]
const NAMES = [...new Set([...FLAWS, ...EXPECTED.flatMap(Object.keys)])]
const PORT = 30_509

const skip = missingTshark()

/** What tshark shows of the fields, a packet each. */
function dissect(datagrams: readonly Uint8Array[]): readonly Fields[] {
  const capture = pcapOf(datagrams.map((bytes) => ({ from: '10.77.0.1', to: '10.77.0.2', port: PORT, bytes })))
  const packets = askTshark(capture, '-d', `udp.port==${PORT},someip`, ...NAMES.flatMap((name) => ['-e', name]))
  assert(Array.isArray(packets))
  return packets.map(({ _source: { layers } }) => withNumbers(layers))
}

/** Some versions show flags as words. */
function withNumbers(fields: Fields): Fields {
  const flags: Record<string, string> = { True: '1', False: '0' }
  return Object.fromEntries(
    Object.entries(fields).map(([name, values]) => [name, values.map((value) => flags[value] ?? value)]),
  )
}

test('tshark reads the messages that we write', { skip }, () => {
  const packets = dissect(Object.values(MESSAGES).map(encodeMessage))
  assert.deepEqual(packets, Object.values(MESSAGE_FIELDS))
})

test('tshark puts together the segments that we cut', { skip }, () => {
  const packets = dissect(segmentMessage(LARGE))
  const payloads = packets.map(({ [PAYLOAD]: payload }) => payload ?? [])
  assert.deepEqual(
    packets.map(({ [PAYLOAD]: _, ...fields }) => fields),
    SEGMENT_FIELDS,
  )
  assert.equal(payloads.map(([data]) => data).join(''), toHex(LARGE.payload))
  assert.equal(payloads[2]?.[1], toHex(LARGE.payload))
})

test('tshark reads the entries and options of service discovery that we write', { skip }, () => {
  const packets = dissect(Object.values(DISCOVERY).map(encodeDiscovery))
  for (const [index, [name, fields]] of Object.entries(DISCOVERY_FIELDS).entries()) {
    assert.deepEqual(packets[index], fields, name)
  }
})

test('tshark finds its way past options that it does not know', { skip }, () => {
  assert.deepEqual(dissect([encodeDiscovery(FOREIGN_OPTIONS)]), [FOREIGN_FIELDS])
})
