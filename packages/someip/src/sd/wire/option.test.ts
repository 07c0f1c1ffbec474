import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteReader, DecodeError, fromHex, toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { EncodeError } from '../../wire/encode-error.ts'
import { encodeOption, readOption, type SdOption, type SendableOption } from './option.ts'

function decode(hex: string): SdOption {
  const from = new ByteReader(fromHex(hex), 'options')
  const option = readOption(from)
  from.end()
  return option
}

const udp = { protocol: 0x11 }
const tcp = { protocol: 0x06 }
const IPV6 = '20010db8000000000000000000000a4d'
// The configuration string with two items is the example of the standard [feat_req_someipsd_147]; the other rows of
// this option, and those of unknown types, are rows of the tests of pysomeip.
const rows: [name: string, option: SendableOption, hex: string][] = [
  [
    'IPv4 endpoint over UDP',
    { kind: 'endpoint', address: '10.77.0.1', port: 30509, ...udp },
    '000904000a4d00010011772d',
  ],
  [
    'IPv4 endpoint over TCP',
    { kind: 'endpoint', address: '10.77.0.1', port: 30510, ...tcp },
    '000904000a4d00010006772e',
  ],
  [
    'endpoint of another protocol',
    { kind: 'endpoint', address: '1.2.254.255', port: 1023, protocol: 0x42 },
    '000904000102feff004203ff',
  ],
  [
    'IPv4 multicast',
    { kind: 'multicast', address: '224.225.226.233', port: 32344, ...udp },
    '00091400e0e1e2e900117e58',
  ],
  ['IPv4 SD endpoint', { kind: 'sd-endpoint', address: '10.77.0.1', port: 30490, ...udp }, '000924000a4d00010011771a'],
  ['IPv6 endpoint', { kind: 'endpoint', address: '2001:db8::a4d', port: 30509, ...udp }, `00150600${IPV6}0011772d`],
  [
    'IPv6 multicast',
    { kind: 'multicast', address: 'ff02::1', port: 30509, ...udp },
    '00151600ff0200000000000000000000000000010011772d',
  ],
  [
    'IPv6 SD endpoint',
    { kind: 'sd-endpoint', address: '2001:db8::a4d', port: 30490, ...udp },
    `00152600${IPV6}0011771a`,
  ],
  ['load balancing', { kind: 'load-balancing', priority: 0x1234, weight: 0x5678 }, '0005020012345678'],
  ['protection', { kind: 'protection', aliveCounter: 1, crc: 0xdeadbeef }, '0009030000000001deadbeef'],
  ['selective', { kind: 'selective', clientIds: [0x1343, 0x1344] }, '0005200013431344'],
  ['selective without clients', { kind: 'selective', clientIds: [] }, '00012000'],
  ['empty configuration', { kind: 'configuration', items: [] }, '0002010000'],
  [
    'configuration',
    {
      kind: 'configuration',
      items: [
        { key: 'abc', value: 'x' },
        { key: 'def', value: '1234' },
      ],
    },
    `00110100 05 ${toHex(Buffer.from('abc=x'))} 08 ${toHex(Buffer.from('def=1234'))} 00`,
  ],
  [
    'configuration of keys alone',
    { kind: 'configuration', items: [{ key: 'AB' }, { key: 'C' }] },
    '00070100 024142 0143 00',
  ],
  [
    'configuration with a key twice',
    { kind: 'configuration', items: [{ key: 'AB', value: 'X' }, { key: 'AB' }, { key: 'C', value: 'Y' }] },
    '000e0100 0441423d58 024142 03433d59 00',
  ],
  [
    'configuration with an empty value',
    { kind: 'configuration', items: [{ key: 'AB', value: '' }] },
    '00060100 0341423d 00',
  ],
  ['unknown', { kind: 'unknown', type: 0xff, isDiscardable: false, content: fromHex('4243') }, '0003ff004243'],
  ['unknown and discardable', { kind: 'unknown', type: 0x42, isDiscardable: true, content: fromHex('') }, '00014280'],
]
for (const [name, option, hex] of rows) {
  test(`reads and writes the option: ${name}`, () => {
    assert.deepEqual(decode(hex), option)
    assert.equal(toHex(encodeOption(option)), hex.replaceAll(' ', ''))
  })

  test(`refuses every truncation of the option: ${name}`, () => {
    const bytes = fromHex(hex)
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => readOption(new ByteReader(bytes.subarray(0, length), 'options')), DecodeError)
    }
  })
}

test('ignores the reserved bytes of options', () => {
  assert.deepEqual(decode('000904ff0a4d0001ff11772d'), decode('000904000a4d00010011772d'))
})

const malformed: [name: string, hex: string, problem: RegExp][] = [
  ['an endpoint that is too short', '000804000a4d0001001177', /2 byte\(s\) needed at offset 7, 1 available/],
  ['an endpoint that is too long', '000a04000a4d00010011772dff', /1 byte\(s\) too many/],
  ['an IPv4 address in an IPv6 option', '000906000a4d00010011772d', /16 byte\(s\) needed/],
  ['a load balancing option without weight', '000302001234', /2 byte\(s\) needed/],
  ['half a client id', '0004200013431f', /2 byte\(s\) needed/],
  ['an option without the byte of flags', '000004', /1 byte\(s\) needed/],
  ['a configuration without its end', '00010100', /1 byte\(s\) needed/],
  ['a configuration item beyond the option', '00030100ff00', /255 byte\(s\) needed/],
  ['bytes after the end of a configuration', '0003010000ff', /1 byte\(s\) too many/],
  ['a configuration item that begins with =', '00050100023d5800', /'=X' has no valid key/],
  ['a configuration item that is no text', '0004010001d600', /not valid UTF-8/],
]
for (const [name, hex, problem] of malformed) {
  test(`keeps the place of ${name}`, () => {
    const option = decode(hex)
    assert.ok(option.kind === 'malformed' && problem.test(option.problem), JSON.stringify(option))
    assert.equal(option.type, Number.parseInt(hex.slice(4, 6), 16))
  })
}

const unsendable: [name: string, option: SendableOption, error: typeof EncodeError | typeof RangeError][] = [
  ['an address that is none', { kind: 'endpoint', address: 'localhost', port: 1, ...udp }, EncodeError],
  ['a port beyond 16 bits', { kind: 'endpoint', address: '1.2.3.4', port: 0x10000, ...udp }, RangeError],
  ['a client id beyond 16 bits', { kind: 'selective', clientIds: [0x10000] }, RangeError],
  ['an empty key', { kind: 'configuration', items: [{ key: '' }] }, EncodeError],
  ['a key with =', { kind: 'configuration', items: [{ key: 'a=b' }] }, EncodeError],
  ['an item beyond 255 bytes', { kind: 'configuration', items: [{ key: 'a', value: 'x'.repeat(254) }] }, EncodeError],
  ['too many clients', { kind: 'selective', clientIds: Array(0x8000).fill(1) }, EncodeError],
]
for (const [name, option, error] of unsendable) {
  test(`refuses to write ${name}`, () => {
    assert.throws(() => encodeOption(option), error)
  })
}

test('reads any bytes as options or as the end of them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const from = new ByteReader(bytes, 'options')
      try {
        while (from.remaining > 0) readOption(from)
      } catch (error) {
        assert.ok(error instanceof DecodeError)
      }
    }),
  )
})
