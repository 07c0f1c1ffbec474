import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ISO_API } from './iso/api.ts'
import { NATIVE_API } from './native/api.ts'
import { RESOURCE_COLLECTIONS } from './resource-collection.ts'
import type { RouteTable } from './route.ts'

const tables: Readonly<Record<string, RouteTable>> = { native: NATIVE_API, iso: ISO_API }

for (const [contract, table] of Object.entries(tables)) {
  for (const [name, { method, permission, mutates, path, errors }] of Object.entries(table)) {
    test(`the ${contract} row ${name} says what a lock is about that keeps others out, unless it only reads`, () => {
      assert.equal(mutates === undefined, permission.endsWith(':read'))
      if (method === 'GET') assert.equal(mutates, undefined)
      if (mutates) assert.ok(errors?.includes('conflict'))
    })

    test(`the ${contract} row ${name} changes the collection that is in its path`, () => {
      const segments = path.split('/')
      const collections = RESOURCE_COLLECTIONS.filter((collection) => segments.includes(collection))
      if (mutates && collections.length > 0) assert.ok(collections.includes(mutates))
    })
  }
}
