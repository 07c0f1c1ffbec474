import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeNrc, NRC, nrcName } from './nrc.ts'

test('names a code and says what it means', () => {
  assert.equal(nrcName(0x31), 'requestOutOfRange')
  assert.match(describeNrc(0x78), /^0x78 requestCorrectlyReceivedResponsePending: /)
})

test('places a code without name in its range', () => {
  assert.equal(describeNrc(0xf3), '0xf3: conditions of the vehicle maker not correct')
  assert.equal(describeNrc(0x96), '0x96: reserved for specific conditions not correct')
  assert.equal(describeNrc(0x4f), '0x4f: reserved for the extended data link security document')
  assert.equal(describeNrc(0x01), '0x01: reserved by ISO 14229-1')
})

test('has no code twice', () => {
  assert.equal(new Set(Object.values(NRC)).size, Object.values(NRC).length)
})
