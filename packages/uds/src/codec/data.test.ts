import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@opensovd/base/bytes'
import { splitDataRecords } from './data.ts'

// ISO 14229-1:2020 11.2.5.3: coolant temperature and more in 010A, battery voltage in 0110.
const answer = fromHex('010a a6660750201a00634a827e 0110 8c')

test('takes an answer with several identifiers apart by their lengths', () => {
  const records = splitDataRecords(answer, (did) => (did === 0x010a ? 11 : 1))
  assert.deepEqual(
    records.map(({ did, data }) => [did, Buffer.from(data).toString('hex')]),
    [
      [0x010a, 'a6660750201a00634a827e'],
      [0x0110, '8c'],
    ],
  )
})

test('gives the last identifier of unknown length the rest', () => {
  const records = splitDataRecords(answer, (did) => (did === 0x010a ? 11 : undefined))
  assert.equal(records.at(-1)?.data.length, 1)
})

test('says which identifier is too short', () => {
  assert.throws(() => splitDataRecords(answer, () => 11), /DID 0x0110: 11 byte\(s\) of data expected, 1 available/)
})
