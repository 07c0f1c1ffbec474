import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalAddress, endpointAddress, familyOf, isMulticast, isWildcard } from './endpoint-address.ts'

test('equal addresses have equal keys, however they are written', () => {
  assert.equal(endpointAddress('10.0.0.1', 30509).key, '10.0.0.1:30509')
  assert.equal(endpointAddress('FE80:0:0:0::1%eth0', 30509).key, '[fe80::1%eth0]:30509')
  assert.equal(endpointAddress('::1', 1).key, endpointAddress('0:0:0:0:0:0:0:1', 1).key)
  assert.equal(canonicalAddress('2001:DB8::0:1'), '2001:db8::1')
})

test('a name, a broken address and a port out of range are refused', () => {
  for (const address of ['localhost', '10.0.0', '10.0.0.256', ':::', '']) {
    assert.throws(() => endpointAddress(address, 1), { code: 'ENDPOINT_INVALID_ADDRESS' })
  }
  for (const port of [-1, 65536, 1.5, Number.NaN]) {
    assert.throws(() => endpointAddress('10.0.0.1', port), { code: 'ENDPOINT_INVALID_ADDRESS' })
  }
})

test('families, groups and wildcards are told apart', () => {
  assert.deepEqual(['10.0.0.1', '::1'].map(familyOf), ['ipv4', 'ipv6'])
  assert.deepEqual(
    ['223.255.255.255', '224.0.0.0', '239.255.255.255', '240.0.0.0', 'ff02::1', 'fe80::1'].map(isMulticast),
    [false, true, true, false, true, false],
  )
  assert.deepEqual(['0.0.0.0', '::', '::1'].map(isWildcard), [true, true, false])
})
