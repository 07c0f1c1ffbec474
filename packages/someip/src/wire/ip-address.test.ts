import assert from 'node:assert/strict'
import { isIP, SocketAddress } from 'node:net'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { formatIpAddress, isMulticastAddress, isSameSubnet, parseIpAddress, prefixMask } from './ip-address.ts'

const rows: [text: string, hex: string][] = [
  ['10.77.0.1', '0a4d0001'],
  ['0.0.0.0', '00000000'],
  ['255.255.255.255', 'ffffffff'],
  ['::', '00000000000000000000000000000000'],
  ['::1', '00000000000000000000000000000001'],
  ['2001:db8::ff00:42:8329', '20010db8000000000000ff0000428329'],
  ['2001:db8:0:1:1:1:1:1', '20010db8000000010001000100010001'],
  ['2001:0:0:1::1', '20010000000000010000000000000001'],
  ['2001:db8::1:0:0:1', '20010db8000000000001000000000001'],
  ['fe80::', 'fe800000000000000000000000000000'],
  ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
]
for (const [text, hex] of rows) {
  test(`reads and writes the address ${text}`, () => {
    assert.equal(toHex(parseIpAddress(text) ?? new Uint8Array()), hex)
    assert.equal(formatIpAddress(fromHex(hex)), text)
  })
}

test('reads other spellings of an address, and leaves out its zone', () => {
  for (const text of ['2001:0DB8:0000::1', '2001:db8:0:0:0:0:0:1', '2001:db8::0.0.0.1', '2001:db8::1%eth0']) {
    assert.equal(toHex(parseIpAddress(text) ?? new Uint8Array()), '20010db8000000000000000000000001')
  }
})

const SHORT = [
  '',
  'host',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  ':',
  ':::',
  '1::2::3',
  '12345::',
  '::g',
  '::1.2.3',
]
const LONG = ['1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1.2.3.4::', '1:2:3:4:5:6:7:1.2.3.4']
for (const text of [...SHORT, ...LONG]) {
  test(`refuses '${text}', which Node does not take for an address either`, () => {
    assert.equal(isIP(text), 0)
    assert.equal(parseIpAddress(text), undefined)
  })
}

test('writes every address as Node does', () => {
  const sparse = fc.array(fc.constantFrom(0, 0, 1, 0xff), { minLength: 16, maxLength: 16 })
  const any = fc.uint8Array({ minLength: 16, maxLength: 16 })
  fc.assert(
    fc.property(fc.oneof(sparse, any), (values) => {
      const bytes = Uint8Array.from(values)
      // Node writes the deprecated IPv4-compatible addresses with dots [RFC 4291, 2.5.5.1].
      fc.pre(bytes.subarray(0, 12).some((byte) => byte !== 0))
      const text = formatIpAddress(bytes)
      assert.equal(new SocketAddress({ address: text, family: 'ipv6' }).address, text)
      assert.deepEqual(parseIpAddress(text), bytes)
    }),
  )
})

test('knows multicast groups', () => {
  const isGroup = (text: string) => isMulticastAddress(parseIpAddress(text) ?? assert.fail(text))
  assert.deepEqual(
    ['223.255.255.255', '224.0.0.0', '239.255.255.255', '240.0.0.0', 'feff::1', 'ff00::', 'ff02::1'].map(isGroup),
    [false, true, true, false, false, true, true],
  )
})

test('compares subnets by mask and family', () => {
  const same = (one: string, other: string, mask: Uint8Array) =>
    isSameSubnet(parseIpAddress(one) ?? assert.fail(), parseIpAddress(other) ?? assert.fail(), mask)
  assert.equal(toHex(prefixMask(22, 4)), 'fffffc00')
  assert.equal(toHex(prefixMask(65, 16)), 'ffffffffffffffff8000000000000000')
  assert.equal(same('10.77.0.1', '10.77.3.255', prefixMask(22, 4)), true)
  assert.equal(same('10.77.0.1', '10.77.4.0', prefixMask(22, 4)), false)
  assert.equal(same('fd00::1', 'fd00::ffff', prefixMask(64, 16)), true)
  assert.equal(same('fd00::1', 'fd00:0:0:1::1', prefixMask(64, 16)), false)
  assert.equal(same('10.77.0.1', '::ffff:10.77.0.1', prefixMask(0, 16)), false)
})

test('agrees with Node.js on what an IPv4 address is', () => {
  const part = fc.oneof(
    fc.integer({ min: 0, max: 300 }).map(String),
    fc.constantFrom('', '0', '00', '01', '255', '1e1', ' 1'),
  )
  fc.assert(
    fc.property(fc.array(part, { minLength: 3, maxLength: 5 }), (parts) => {
      const text = parts.join('.')
      assert.equal(parseIpAddress(text) !== undefined, isIP(text) === 4, text)
    }),
    { numRuns: 2000 },
  )
})
