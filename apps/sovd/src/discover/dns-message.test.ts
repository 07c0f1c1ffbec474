import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { DNS_TYPE, decodeRecords, encodeQuery } from './dns-message.ts'
import { QUERY, RESPONSE } from './testing/recorded.ts'

const TYPE = ['_sovd', '_tcp', 'local']
const INSTANCE = ['Gate Way', ...TYPE]

test('the query is the one of RFC 1035', () => {
  assert.equal(toHex(encodeQuery(0x1234, TYPE, DNS_TYPE.PTR)), QUERY)
})

test('the records of a response of python-zeroconf are read, compressed names too', () => {
  assert.deepEqual(decodeRecords(fromHex(RESPONSE)), [
    { name: TYPE, type: 12, target: INSTANCE },
    { name: INSTANCE, type: 16, texts: ['path=/vehicle/v1', 'identification=W0L000043MB541326'] },
    { name: ['gateway', 'local'], type: 1, address: '10.99.0.1' },
    { name: INSTANCE, type: 33, target: ['gateway', 'local'], port: 7690 },
  ])
})

test('IPv6 addresses are written as RFC 5952 wants it', () => {
  const header = '000084000000000100000000'
  const aaaa = `${header}016100001c000100000078001020010db8000000000000000000000001`
  assert.deepEqual(decodeRecords(fromHex(aaaa)), [{ name: ['a'], type: 28, address: '2001:db8::1' }])
})

test('a query has no records for us', () => {
  assert.deepEqual(decodeRecords(fromHex(QUERY)), [])
})

test('every truncation is refused, and so is a name that points at itself', () => {
  const bytes = fromHex(RESPONSE)
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeRecords(bytes.subarray(0, length)), { code: 'DECODE' }, String(length))
  }
  assert.throws(() => decodeRecords(fromHex('000084000000000100000000c00c000c000100000000 0000')), /pointer to 12/)
})
