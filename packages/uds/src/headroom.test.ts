import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocateMessage, joinInPlace } from './headroom.ts'

const head = Uint8Array.of(1, 2, 3)

test('puts a header in front of a message, or of its beginning, without moving it', () => {
  const message = allocateMessage(4)
  message.set([10, 11, 12, 13])
  assert.deepEqual(joinInPlace(head, message), Uint8Array.of(1, 2, 3, 10, 11, 12, 13))
  assert.deepEqual(joinInPlace(Uint8Array.of(9), message.subarray(0, 2)), Uint8Array.of(9, 10, 11))
  message[0] = 20
  assert.equal(joinInPlace(head, message)?.[3], 20)
})

test('writes over nothing else: not over other memory, nor over the beginning of the message', () => {
  const other = Uint8Array.from({ length: 40 }, (_, at) => at)
  assert.equal(joinInPlace(head, other.subarray(16)), undefined)
  const message = allocateMessage(8).fill(7)
  assert.equal(joinInPlace(head, message.subarray(3)), undefined)
  assert.equal(joinInPlace(new Uint8Array(17), message), undefined)
  assert.deepEqual([...message], Array(8).fill(7))
  assert.deepEqual(other.subarray(13, 16), Uint8Array.of(13, 14, 15))
})
