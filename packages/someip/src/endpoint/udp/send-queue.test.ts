import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpointAddress } from '../endpoint-address.ts'
import { UdpCounters } from './counters.ts'
import { SendQueue } from './send-queue.ts'

const TO = endpointAddress('10.0.0.1', 1)

test('what was put in first is taken first, also after many thousands', () => {
  const queue = new SendQueue(new UdpCounters(), Number.POSITIVE_INFINITY)
  const taken: number[] = []
  const take = () => {
    const entry = queue.take()
    if (entry !== undefined) taken.push(entry.bytes.length)
  }
  for (let length = 0; length < 5000; length++) {
    queue.push(new Uint8Array(length), TO)
    if (length % 3 === 0) take()
  }
  assert.equal(queue.peek(0)?.bytes.length, taken.length)
  while (queue.length > 0) take()
  assert.deepEqual(
    taken,
    Array.from({ length: 5000 }, (_, length) => length),
  )
  assert.equal(queue.take(), undefined)
})

test('bytes count as waiting until they are settled, and then as sent or failed', () => {
  const counters = new UdpCounters()
  const queue = new SendQueue(counters, 100)
  assert.equal(queue.push(new Uint8Array(60), TO), true)
  assert.equal(queue.push(new Uint8Array(40), TO), true)
  const [first, second] = [queue.take(), queue.take()]
  assert.equal(queue.push(new Uint8Array(1), TO), false)
  if (first) queue.settle(first, true)
  if (second) queue.settle(second, false)
  assert.deepEqual(
    { ...counters },
    {
      ...new UdpCounters(),
      sentDatagrams: 1,
      sentBytes: 60,
      failedDatagrams: 1,
      droppedDatagrams: 1,
      droppedBytes: 1,
    },
  )
})
