import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAddress, isMulticast, isUnspecified, netmaskOf } from './address.ts'

test('addresses are spelled canonically [RFC 5952]', () => {
  assert.equal(formatAddress('10.0.0.1'), '10.0.0.1')
  assert.equal(formatAddress('FE80:0::0:1'), 'fe80::1')
  assert.equal(formatAddress('2001:db8:0:0:1:0:0:1'), '2001:db8::1:0:0:1')
  assert.equal(formatAddress('fe80::1%eth0'), 'fe80::1%eth0')
})

test('other texts are no addresses', () => {
  for (const text of [
    '',
    'local',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.1:80',
    '1',
    '::1::2',
    '10.0.0.1%eth0',
  ]) {
    assert.equal(formatAddress(text), undefined, text)
  }
})

test('netmasks have as many leading bits as the prefix is long', () => {
  const masks = [0, 1, 8, 20, 24, 25, 31, 32, 64].map(netmaskOf)
  assert.deepEqual(masks, [
    '0.0.0.0',
    '128.0.0.0',
    '255.0.0.0',
    '255.255.240.0',
    '255.255.255.0',
    '255.255.255.128',
    '255.255.255.254',
    '255.255.255.255',
    '255.255.255.255',
  ])
})

test('tells multicast groups and unspecified addresses from others', () => {
  const addresses = [
    '224.0.0.0',
    '239.255.255.255',
    'ff02::1',
    '223.255.255.255',
    '240.0.0.0',
    'fe80::1',
    '::',
    '0.0.0.0',
  ]
  assert.deepEqual(addresses.filter(isMulticast), ['224.0.0.0', '239.255.255.255', 'ff02::1'])
  assert.deepEqual(addresses.filter(isUnspecified), ['::', '0.0.0.0'])
})
