import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { decodeResponseOf, encodeResponse } from './message.ts'
import {
  type DataRecord,
  joinDataRecords,
  splitDataRecords,
  splitExtendedDataRecords,
  splitSnapshotRecords,
} from './records.ts'

const text = (records: readonly DataRecord[]) => records.map(({ did, data }) => [did, toHex(data)])

// ISO 14229-1:2020 11.2.5.3: coolant temperature and more in 010A, battery voltage in 0110.
const MESSAGE = '62010aa6660750201a00634a827e01108c'
const RECORDS = [
  [0x010a, 'a6660750201a00634a827e'],
  [0x0110, '8c'],
]
const answer = decodeResponseOf('readDataByIdentifier', fromHex(MESSAGE))

test('takes an answer with several identifiers apart by their lengths, and joins it again', () => {
  const records = splitDataRecords(answer, (did) => (did === 0x010a ? 11 : 1))
  assert.deepEqual(text(records), RECORDS)
  assert.equal(toHex(encodeResponse('readDataByIdentifier', joinDataRecords(records))), MESSAGE)
})

test('gives the last identifier of unknown length the rest', () => {
  const records = splitDataRecords(answer, (did) => (did === 0x010a ? 11 : undefined))
  assert.deepEqual(text(records), RECORDS)
})

test('says which identifier is too short', () => {
  assert.throws(() => splitDataRecords(answer, () => 11), /DID 0x0110: 11 byte\(s\) of data expected, 1 available/)
  assert.throws(() => splitDataRecords(answer, () => 99), /DID 0x010a: 99 byte\(s\) of data expected, 14 available/)
  assert.throws(() => joinDataRecords([]), RangeError)
})

// ISO 14229-1:2020 table 355: record 2 of DTC 123456 has one DID, 4711.
test('takes snapshot records apart', () => {
  const [snapshot, ...others] = splitSnapshotRecords(fromHex('02 01 4711 a666075020'), () => 5)
  assert.equal(snapshot?.recordNumber, 2)
  assert.deepEqual(text(snapshot?.data ?? []), [[0x4711, 'a666075020']])
  assert.deepEqual(others, [])
  assert.throws(() => splitSnapshotRecords(fromHex('02 02 4711 a666075020'), () => 5), /snapshot records: 2 byte\(s\)/)
})

// ISO 14229-1:2020 table 362: warm-up cycle counter in record 05, fault detection counter in record 10.
test('takes extended data records apart', () => {
  const records = splitExtendedDataRecords(fromHex('05 17 10 79'), () => 1)
  assert.deepEqual(
    records.map(({ recordNumber, data }) => [recordNumber, toHex(data)]),
    [
      [0x05, '17'],
      [0x10, '79'],
    ],
  )
  assert.throws(
    () => splitExtendedDataRecords(fromHex('05 17 10'), () => 1),
    /record 0x10: 1 byte\(s\) of data expected/,
  )
})
