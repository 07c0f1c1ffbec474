import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventReader } from '@opensovd/sovd'
import { ReaderLimit } from '../events/reader-limit.ts'
import { limitedReader } from './limited-reader.ts'

class Reader implements EventReader {
  isOver = false
  closed = 0
  readonly waiting = [new Uint8Array([1])]

  take() {
    return this.waiting.shift()
  }

  beat() {
    return new Uint8Array([2])
  }

  close() {
    this.closed++
  }
}

test('a reader of a foreign stream is one of all that there may be, until it goes', () => {
  const limit = new ReaderLimit(1)
  const own = new Reader()
  const reader = limitedReader(limit, () => own)
  assert.throws(() => limitedReader(limit, () => new Reader()), { code: 'unavailable' })
  assert.deepEqual([reader.take(), reader.take(), reader.beat()], [new Uint8Array([1]), undefined, new Uint8Array([2])])
  own.isOver = true
  assert.equal(reader.isOver, true)
  reader.close()
  reader.close()
  assert.deepEqual([limit.count, own.closed], [0, 2])
})

test('a stream that cannot be opened takes no place', () => {
  const limit = new ReaderLimit(1)
  const open = () => {
    throw new Error('no')
  }
  assert.throws(() => limitedReader(limit, open), /no/)
  assert.equal(limit.count, 0)
})
