import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('no files are kept unless there is a folder for them', () => {
  assert.equal(configuredWell('').config.bulkData, undefined)
})

test('files are kept in a folder, of three categories, a gigabyte of them', () => {
  assert.deepEqual(configuredWell('[bulk_data]\ndir = "/var/lib/sovd"').config.bulkData, {
    path: '/var/lib/sovd',
    categories: ['documents', 'flash', 'logs'],
    quotaBytes: 1_024_000_000,
    maxFileBytes: 256_000_000,
  })
})

test('a category is part of a path, and a file no larger than all of them', () => {
  assert.deepEqual(configured('[bulk_data]\ncategories = ["a/b"]\nquota_mb = 10'), [
    'bulk_data.categories[0]: cannot be part of a path: "a/b"',
    'bulk_data.max_file_mb: must not be above bulk_data.quota_mb, which is 10, got 256',
  ])
})
