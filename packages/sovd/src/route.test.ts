import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SOVD_ERRORS } from './error.ts'
import { NATIVE_API } from './native/api.ts'
import type { Route, RouteTable } from './route.ts'

const table: RouteTable = NATIVE_API

function templatesOf(row: Route): readonly string[] {
  return [row.path, ...(row.aliases ?? [])]
}

function parametersOf(template: string): string[] {
  return [...template.matchAll(/\{(.*?)\}/g)].map(([, name = '']) => name)
}

for (const [key, row] of Object.entries(table)) {
  describe(`the row ${key}`, () => {
    it('has well formed paths', () => {
      for (const template of templatesOf(row)) {
        assert.match(template, /^(\/([a-z][a-z.-]*|\$metadata|\{[a-z][A-Za-z]*\}))*\/?$/)
        assert.equal(new Set(parametersOf(template)).size, parametersOf(template).length)
        assert.deepEqual(parametersOf(template), parametersOf(row.path))
      }
    })

    it('has a permission that fits its method', () => {
      assert.match(row.permission, /^[a-z]+:(read|write|execute|clear|flash|forward|security|raw)$/)
      if (row.method === 'GET') assert.match(row.permission, /:read$/)
      if (row.method === 'DELETE' || row.method === 'PUT' || row.method === 'PATCH')
        assert.doesNotMatch(row.permission, /:read$/)
    })

    it('can miss what its path names', () => {
      if (parametersOf(row.path).length > 0) assert.ok(row.errors?.includes('not-found'))
    })

    it('names each error once', () => {
      const errors = row.errors ?? []
      assert.equal(new Set(errors).size, errors.length)
      for (const code of errors) assert.ok(Object.hasOwn(SOVD_ERRORS, code))
    })

    it('has a body only where the method has one, and tells what it is for', () => {
      if (row.method === 'GET' || row.method === 'DELETE') assert.equal(row.body, undefined)
      if (row.bodyOptional) assert.notEqual(row.body, undefined)
      assert.match(row.summary, /^[A-Z].*[^.\s]$/)
      assert.match(row.tag, /^[a-z]+(-[a-z]+)*$/)
    })

    it('answers a creation with where it is', () => {
      const creates = row.reply.kind === 'json' && row.reply.status !== 200 && key !== 'reportFaults'
      if (creates) assert.equal(row.reply.location, true)
      if (row.reply.kind === 'collection') assert.match(row.reply.context, /^[a-z][A-Za-z-]*$/)
    })
  })
}

describe('the rows of a table', () => {
  it('are each in a place of their own', () => {
    const places = Object.values(table).flatMap((row) =>
      templatesOf(row).map((template) => `${row.method} ${row.mount ?? ''} ${template.replaceAll(/\{.*?\}/g, '{}')}`),
    )
    assert.deepEqual(
      places.filter((place, index) => places.indexOf(place) !== index),
      [],
    )
  })

  it('call the parameter of a place by one name', () => {
    const names = new Map<string, string>()
    for (const template of Object.values(table).flatMap(templatesOf)) {
      const segments = template.split('/')
      for (const [index, segment] of segments.entries()) {
        if (!segment.startsWith('{')) continue
        const place = segments.slice(0, index).join('/')
        assert.equal(names.get(place) ?? segment, segment, template)
        names.set(place, segment)
      }
    }
  })

  it('that change a resource need another permission than those that read it', () => {
    for (const { permission, method, path } of Object.values(table)) {
      if (method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') continue
      const reader = Object.values(table).find((row) => row.method === 'GET' && row.path === path)
      if (reader) assert.notEqual(reader.permission, permission)
    }
  })
})
