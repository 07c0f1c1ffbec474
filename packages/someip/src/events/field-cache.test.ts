import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@opensovd/base/bytes'
import { FieldCache } from './field-cache.ts'

test('remembers the last value of a field that is followed, and of no other event', () => {
  const cache = new FieldCache()
  cache.follow(0x8001)
  cache.store(0x8001, fromHex('01'))
  cache.store(0x8001, fromHex('02'))
  cache.store(0x8002, fromHex('03'))
  cache.follow(0x8001)
  assert.deepEqual(cache.get(0x8001), fromHex('02'))
  assert.equal(cache.get(0x8002), undefined)
})

test('forgets the values of a service that went away and still follows its fields', () => {
  const cache = new FieldCache()
  cache.follow(0x8001)
  cache.store(0x8001, fromHex('01'))
  cache.clear()
  assert.equal(cache.get(0x8001), undefined)
  cache.store(0x8001, fromHex('02'))
  assert.deepEqual(cache.get(0x8001), fromHex('02'))
})
