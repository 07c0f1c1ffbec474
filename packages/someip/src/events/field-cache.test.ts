import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FieldCache } from './field-cache.ts'

const value = (eventId: number, text: string) => ({ eventId, text })

test('remembers the last value of a field that is followed, and of no other event', () => {
  const cache = new FieldCache<{ eventId: number; text: string }>()
  cache.follow(0x8001)
  cache.store(value(0x8001, 'first'))
  cache.store(value(0x8001, 'second'))
  cache.store(value(0x8002, 'not followed'))
  cache.follow(0x8001)
  assert.deepEqual([...cache.values()], [value(0x8001, 'second')])
})

test('forgets the values of a service that went away and still follows its fields', () => {
  const cache = new FieldCache<{ eventId: number; text: string }>()
  cache.follow(0x8001)
  cache.store(value(0x8001, 'old'))
  cache.clear()
  assert.deepEqual([...cache.values()], [])
  cache.store(value(0x8001, 'new'))
  assert.deepEqual([...cache.values()], [value(0x8001, 'new')])
})
