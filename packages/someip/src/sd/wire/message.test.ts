import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { DecodeError, fromHex, toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { EncodeError } from '../../wire/encode-error.ts'
import { decodeMessage } from '../../wire/message.ts'
import { type CapturedMessage, readCapturedMessages } from '../../wire/testing/capture.ts'
import type { FindEntry, OfferEntry, SdEntry, SubscribeEntry } from './entry.ts'
import { decodeSdPayload, MAX_SD_MESSAGE_BYTES, packEntries } from './message.ts'
import type { AddressOption, SdOption, SendableOption } from './option.ts'

/** An entry of a capture, as another implementation decoded it. */
interface CapturedEntry {
  readonly name: string
  readonly service: string
  readonly instance: string
  readonly major: number
  readonly ttl: number
  readonly minor?: number
  readonly eventgroup?: string
  readonly num1: number
}
interface CapturedSd extends CapturedMessage {
  readonly sd: {
    readonly reboot: boolean
    readonly unicast: boolean
    readonly entries: readonly CapturedEntry[]
    readonly options: readonly {
      readonly type: string
      readonly ip: string
      readonly proto: string
      readonly port: number
    }[]
  }
}

const FLAGS = { reboot: true, unicast: true }
const TYPES: Record<string, SdEntry['type']> = {
  FindService: 'find',
  OfferService: 'offer',
  StopOfferService: 'offer',
  SubscribeEventgroup: 'subscribe',
  StopSubscribeEventgroup: 'subscribe',
  SubscribeEventgroupAck: 'acknowledge',
  SubscribeEventgroupNack: 'acknowledge',
}
const VECTORS = new URL('../../../vectors/', import.meta.url)
const captures = readdirSync(VECTORS)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''))

function payloadOf(hex: string): Uint8Array {
  return decodeMessage(fromHex(hex)).payload
}

function encodeOne(entries: readonly SdEntry[], sessionId = 1): string {
  const messages = packEntries([entries])
  assert.equal(messages.length, 1)
  return toHex(messages[0]?.encode(sessionId, FLAGS) ?? assert.fail())
}

for (const name of captures) {
  test(`reads and writes the service discovery of capture ${name}`, () => {
    const messages = readCapturedMessages(name).filter((message): message is CapturedSd => 'sd' in message)
    assert.ok(messages.length > 0)
    for (const { hex, session, sd } of messages) {
      const payload = decodeSdPayload(payloadOf(hex))
      assert.deepEqual([payload.reboot, payload.unicast], [sd.reboot, sd.unicast])
      const options = sd.options.map((option) => ({
        kind: option.type === '14' ? 'multicast' : 'endpoint',
        address: option.ip,
        protocol: option.proto === 'UDP' ? 0x11 : 0x06,
        port: option.port,
      }))
      assert.partialDeepStrictEqual(
        payload.entries,
        sd.entries.map((entry) => ({
          type: TYPES[entry.name],
          serviceId: Number.parseInt(entry.service, 16),
          instanceId: Number.parseInt(entry.instance, 16),
          majorVersion: entry.major,
          ttlSeconds: entry.ttl,
          ...(entry.minor === undefined ? {} : { minorVersion: entry.minor }),
          ...(entry.eventgroup === undefined ? {} : { eventgroupId: Number.parseInt(entry.eventgroup, 16) }),
          options: entry.num1 > 0 ? options : [],
        })),
      )
      assert.equal(encodeOne(payload.entries, Number.parseInt(session, 16)), hex)
    }
  })
}

const find: FindEntry = {
  type: 'find',
  serviceId: 0x1234,
  instanceId: 0x5678,
  majorVersion: 0xff,
  minorVersion: 0xffffffff,
  ttlSeconds: 0xffffff,
  options: [],
}
const udpEndpoint = (port: number): AddressOption => ({ kind: 'endpoint', address: '10.77.0.1', protocol: 0x11, port })
const tcpEndpoint = (port: number): AddressOption => ({ ...udpEndpoint(port), protocol: 0x06 })
const offer = (serviceId: number, options: readonly SdOption[]): OfferEntry => ({
  type: 'offer',
  serviceId,
  instanceId: 1,
  majorVersion: 1,
  minorVersion: 0,
  ttlSeconds: 3,
  options,
})
const subscribe: SubscribeEntry = {
  type: 'subscribe',
  serviceId: 0x8899,
  instanceId: 0x6677,
  majorVersion: 0xee,
  ttlSeconds: 0x202122,
  eventgroupId: 0x10,
  isInitialDataRequested: false,
  counter: 0,
  options: [],
}

test('resolves both runs of options in order', () => {
  // A row of the tests of pysomeip.
  const hex =
    '40000000 00000020 06000021 8899 6677 ee202122 00000010 01010101 5566 7788 99aaabac deadbeef 00000020' +
    '00090400010203040011 07ff 00090400fefdfcfb0011ffff 0005020022223333'
  const first: AddressOption = { kind: 'endpoint', address: '1.2.3.4', protocol: 0x11, port: 2047 }
  const second: AddressOption = { kind: 'endpoint', address: '254.253.252.251', protocol: 0x11, port: 65535 }
  assert.deepEqual(decodeSdPayload(fromHex(hex)), {
    reboot: false,
    unicast: true,
    entries: [
      { ...subscribe, options: [first, second, first] },
      {
        ...offer(0x5566, [second]),
        instanceId: 0x7788,
        majorVersion: 0x99,
        ttlSeconds: 0xaaabac,
        minorVersion: 0xdeadbeef,
      },
    ],
    sdEndpoint: undefined,
  })
})

test('reads the counter and the flag of an eventgroup entry', () => {
  const entries = '06000000 8899 6677 ee202122 00 89 1111'
  const [entry] = decodeSdPayload(fromHex(`c0000000 00000010 ${entries} 00000000`)).entries
  assert.deepEqual(entry, { ...subscribe, eventgroupId: 0x1111, counter: 9, isInitialDataRequested: true })
  assert.equal(
    encodeOne([{ ...subscribe, eventgroupId: 0x1111, counter: 9, isInitialDataRequested: true }]),
    `ffff81000000002400000001010102 00 c0000000 00000010 ${entries} 00000000`.replaceAll(' ', ''),
  )
})

test('writes nothing for the reserved bytes and ignores what stands there [feat_req_someipsd_1180]', () => {
  const clean = decodeSdPayload(payloadOf(encodeOne([subscribe])))
  const dirty = decodeSdPayload(fromHex('dfffffff 00000010 06000000 8899 6677 ee202122 ff70 0010 00000000'))
  assert.deepEqual(dirty, clean)
})

test('ignores bytes after the options', () => {
  const { entries } = decodeSdPayload(fromHex('c0000000 00000000 00000000 0102030405'))
  assert.deepEqual(entries, [])
})

test('leaves out entries of unknown types and keeps the others', () => {
  const unknown = '77000000 1234 5678 01000003 00000000'
  const { entries } = decodeSdPayload(
    fromHex(`c0000000 00000020 ${unknown} 00000000 1234 5678 ff ffffff ffffffff 00000000`),
  )
  assert.deepEqual(entries, [find])
})

test('takes an SD endpoint option only where it is the first one [feat_req_someipsd_1151]', () => {
  const sd = '00092400 0a4d0009 0011 771a'
  const other = '00090400 0a4d0001 0011 772d'
  const first = decodeSdPayload(fromHex(`c0000000 00000000 00000018 ${sd} ${other}`))
  assert.deepEqual(first.sdEndpoint, { kind: 'sd-endpoint', address: '10.77.0.9', protocol: 0x11, port: 30490 })
  assert.equal(decodeSdPayload(fromHex(`c0000000 00000000 00000018 ${other} ${sd}`)).sdEndpoint, undefined)
})

const HEAD = 'c0000000 00000010'
const entryWith = (indexAndCounts: string) => `06 ${indexAndCounts} 1234 5678 01000003 0000 4465`
const OPTION = '000904000a4d0002 0011a3e5'
const flawed: [name: string, hex: string, problem: string][] = [
  [
    'more options than there are',
    `${HEAD} ${entryWith('000020')} 0000000c ${OPTION}`,
    '2 option(s) referenced, 1 of them present',
  ],
  [
    'an index beyond the options',
    `${HEAD} ${entryWith('010010')} 0000000c ${OPTION}`,
    '1 option(s) referenced, 0 of them present',
  ],
  [
    'a second run beyond the options',
    `${HEAD} ${entryWith('00ff1f')} 0000000c ${OPTION}`,
    '16 option(s) referenced, 1 of them present',
  ],
  [
    'options of a message without any',
    `${HEAD} ${entryWith('000010')} 00000000`,
    '1 option(s) referenced, 0 of them present',
  ],
  [
    'options of a message that ends after its entries',
    `${HEAD} ${entryWith('000010')}`,
    '1 option(s) referenced, 0 of them present',
  ],
  [
    'an option that is cut off',
    `${HEAD} ${entryWith('000010')} 0000000c ${OPTION.slice(0, -2)}`,
    '1 option(s) referenced, 0 of them present',
  ],
]
for (const [name, hex, problem] of flawed) {
  test(`reports an entry that references ${name}`, () => {
    assert.equal(decodeSdPayload(fromHex(hex)).entries[0]?.problem, problem)
  })
}

test('gives a malformed option to the entry that references it, and the next option to its own', () => {
  const entries = `${entryWith('000010')} ${entryWith('010010')}`
  const payload = decodeSdPayload(fromHex(`c0000000 00000020 ${entries} 00000017 000804000a4d0002 0011a3 ${OPTION}`))
  const kinds = payload.entries.map((entry) => [entry.problem, entry.options.map((option) => option.kind)])
  assert.deepEqual(kinds, [
    [undefined, ['malformed']],
    [undefined, ['endpoint']],
  ])
})

test('refuses every truncation before the end of the entries, and reads every later one', () => {
  const bytes = fromHex(`${HEAD} ${entryWith('000010')} 0000000c ${OPTION}`)
  for (let length = 0; length < bytes.length; length++) {
    const truncated = bytes.subarray(0, length)
    if (length < 24) assert.throws(() => decodeSdPayload(truncated), DecodeError)
    else assert.equal(decodeSdPayload(truncated).entries[0]?.problem, '1 option(s) referenced, 0 of them present')
  }
})

test('refuses an array of entries that ends within one', () => {
  assert.throws(() => decodeSdPayload(fromHex('c0000000 0000000c 0000000012345678ffffffff 00000000')), {
    message: 'SD message: 12 byte(s) of entries, a multiple of 16 expected',
  })
})

const sharing: [name: string, lists: SendableOption[][], optionBytes: number, runs: string[]][] = [
  [
    'the same options',
    [
      [tcpEndpoint(1), udpEndpoint(2)],
      [tcpEndpoint(1), udpEndpoint(2)],
    ],
    24,
    ['000020', '000020'],
  ],
  ['one of two options', [[tcpEndpoint(1), udpEndpoint(2)], [udpEndpoint(2)]], 24, ['000020', '010010']],
  [
    'the first option',
    [
      [tcpEndpoint(1), udpEndpoint(2)],
      [tcpEndpoint(1), udpEndpoint(3)],
    ],
    36,
    ['000020', '000211'],
  ],
  [
    'the second option',
    [
      [tcpEndpoint(1), udpEndpoint(2)],
      [tcpEndpoint(3), udpEndpoint(2)],
    ],
    36,
    ['000020', '020111'],
  ],
  ['an option at the end', [[udpEndpoint(2)], [udpEndpoint(2), tcpEndpoint(1)]], 24, ['000010', '000020']],
  [
    'options in another order',
    [
      [tcpEndpoint(1), udpEndpoint(2)],
      [udpEndpoint(2), tcpEndpoint(1)],
    ],
    24,
    ['000020', '010011'],
  ],
  ['nothing', [[udpEndpoint(1)], [udpEndpoint(2)], []], 24, ['000010', '010010', '000000']],
]
for (const [name, lists, optionBytes, runs] of sharing) {
  test(`writes options once where entries share ${name} [feat_req_someipsd_900]`, () => {
    const entries = lists.map((options, index) => offer(index, options))
    const hex = encodeOne(entries)
    const at = (index: number) => hex.slice(2 * (24 + 16 * index + 1), 2 * (24 + 16 * index + 4))
    assert.deepEqual(
      lists.map((_, index) => at(index)),
      runs,
    )
    assert.equal(Number.parseInt(hex.slice(2 * (24 + 16 * lists.length)).slice(0, 8), 16), optionBytes)
    assert.deepEqual(decodeSdPayload(payloadOf(hex)).entries, entries)
  })
}

test('starts a new message before one gets larger than 1380 bytes', () => {
  // 28 bytes of headers and lengths; each offer with an option of its own takes 28, a last one 16.
  const offers = Array.from({ length: 49 }, (_, index) => [offer(index, [udpEndpoint(index + 1)])])
  const sizes = (groups: SdEntry[][]) => packEntries(groups).map((message) => message.encode(1, FLAGS).length)
  assert.deepEqual(sizes(offers.slice(0, 48)), [1372])
  assert.deepEqual(sizes(offers), [1372, 56])
  assert.deepEqual(sizes(offers.map(([one = find]) => [{ ...one, options: [udpEndpoint(1)] }])), [28 + 49 * 16 + 12])
  const finds = Array.from({ length: 85 }, () => [find])
  assert.deepEqual(sizes(finds), [28 + 84 * 16, 28 + 16])
  assert.ok(28 + 84 * 16 <= MAX_SD_MESSAGE_BYTES && 28 + 85 * 16 > MAX_SD_MESSAGE_BYTES)
})

test('never splits entries that belong together', () => {
  const finds = Array.from({ length: 83 }, () => [find])
  const messages = packEntries([...finds, [find, { ...find, serviceId: 1 }], [find]])
  const entries = messages.map((message) => decodeSdPayload(payloadOf(toHex(message.encode(1, FLAGS)))).entries)
  assert.deepEqual(
    entries.map((list) => list.length),
    [83, 3],
  )
  assert.throws(() => packEntries([Array.from({ length: 85 }, () => find)]), EncodeError)
})

test('refuses an entry that cannot be written', () => {
  const options = (length: number) => Array.from({ length }, (_, index) => udpEndpoint(index + 1))
  assert.throws(() => packEntries([[offer(1, options(31))]]), EncodeError)
  assert.throws(() => encodeOne([{ ...subscribe, counter: 16 }]), EncodeError)
  assert.throws(() => encodeOne([{ ...subscribe, ttlSeconds: 0x1000000 }]), RangeError)
  assert.throws(() => encodeOne([offer(1, [{ kind: 'malformed', type: 4, problem: 'x' }])]), EncodeError)
  assert.equal(decodeSdPayload(payloadOf(encodeOne([offer(1, options(30))]))).entries[0]?.options.length, 30)
})

const PLAIN = { noNullPrototype: true }
const id = (max: number) => fc.integer({ min: 0, max })
const anyOption: fc.Arbitrary<SendableOption> = fc.oneof(
  fc.record({ port: id(3), tcp: fc.boolean() }).map(({ port, tcp }) => (tcp ? tcpEndpoint(port) : udpEndpoint(port))),
  fc.record({ kind: fc.constant('selective' as const), clientIds: fc.array(id(3), { maxLength: 3 }) }, PLAIN),
  fc.record({ kind: fc.constant('load-balancing' as const), priority: id(1), weight: id(1) }, PLAIN),
)
const options = fc.array(anyOption, { maxLength: 6 })
const ids = { serviceId: id(0xffff), instanceId: id(0xffff), majorVersion: id(0xff), ttlSeconds: id(0xffffff), options }
const anyEntry: fc.Arbitrary<SdEntry> = fc.oneof(
  fc.record({ type: fc.constantFrom('find' as const, 'offer' as const), ...ids, minorVersion: id(0xffffffff) }, PLAIN),
  fc.record(
    {
      type: fc.constantFrom('subscribe' as const, 'acknowledge' as const),
      ...ids,
      eventgroupId: id(0xffff),
      isInitialDataRequested: fc.boolean(),
      counter: id(15),
    },
    PLAIN,
  ),
)

test('reads back all entries that were written, in their order, from messages within the limit', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyEntry, { minLength: 1, maxLength: 2 }), { maxLength: 120 }), (groups) => {
      const messages = packEntries(groups).map((message) => message.encode(1, FLAGS))
      assert.ok(messages.every((bytes) => bytes.length <= MAX_SD_MESSAGE_BYTES))
      const entries = messages.flatMap((bytes) => decodeSdPayload(decodeMessage(bytes).payload).entries)
      assert.deepEqual(entries, groups.flat())
    }),
  )
})

test('reads any bytes as a message or refuses them', () => {
  const arrays = fc.record({ entries: fc.uint8Array({ maxLength: 64 }), options: fc.uint8Array({ maxLength: 40 }) })
  const shaped = arrays.map(({ entries, options }) => {
    const whole = entries.subarray(0, entries.length - (entries.length % 16))
    const length = (bytes: Uint8Array) => Buffer.from([0, 0, 0, bytes.length])
    return Uint8Array.from(
      Buffer.concat([Buffer.from('c0000000', 'hex'), length(whole), whole, length(options), options]),
    )
  })
  fc.assert(
    fc.property(fc.oneof(shaped, fc.uint8Array({ maxLength: 100 })), (bytes) => {
      try {
        decodeSdPayload(bytes)
      } catch (error) {
        assert.ok(error instanceof DecodeError)
      }
    }),
    { numRuns: 500 },
  )
})
