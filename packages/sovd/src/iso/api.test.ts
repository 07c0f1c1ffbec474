import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RouteTable } from '../route.ts'
import { ISO_API } from './api.ts'
import { OPERATIONS } from './testing/operations.ts'

const table: RouteTable = ISO_API
const rows = Object.entries(table)

function place(method: string, path: string): string {
  return `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`
}

const served = new Set(
  rows.flatMap(([, { method, path, aliases = [] }]) => [path, ...aliases].map((each) => place(method, each))),
)

describe('the contract of the standard', () => {
  for (const { method, path } of OPERATIONS) {
    it(`serves ${method} ${path}`, () => {
      assert.ok(served.has(place(method, path)))
    })
  }

  it('serves nothing of its own but version-info, the root, and relations of release 1.1 [17978-3 7.6.2.4]', () => {
    const known = new Set(OPERATIONS.map(({ method, path }) => place(method, path)))
    const others = [...served].filter((each) => !known.has(each))
    assert.deepEqual(others, [
      'GET /version-info',
      'GET /',
      'GET ',
      'GET /areas/{}/contains',
      'GET /components/{}/hosts',
      'GET /components/{}/depends-on',
      'GET /apps/{}/depends-on',
      'GET /{}/{}/communication-logs/{}/log',
      'GET /{}/{}/communication-logs/{}/events',
      'GET /{}/{}/cyclic-subscriptions/{}/events',
      'GET /{}/{}/triggers/{}/events',
    ])
  })

  it('offers the query parameters of the standard, and others in kebab-case', () => {
    for (const { method, path, query } of OPERATIONS) {
      const [, row] = rows.find(([, each]) => place(each.method, each.path) === place(method, path)) ?? []
      if (!row) continue
      const offered = Object.keys(row.query?.properties ?? {})
      for (const name of query) assert.ok(offered.includes(name), `${name} of ${method} ${path}`)
      const own = offered.filter((name) => !query.includes(name))
      for (const name of own) assert.match(name, /^[a-z]+(-[a-z]+)*$/)
    }
  })
})

for (const [name, row] of rows) {
  describe(`the row ${name}`, () => {
    it('can miss what its path names', () => {
      if (row.path.includes('{')) assert.ok(row.errors?.includes('not-found'))
    })

    it('has a permission that fits its method', () => {
      assert.match(row.permission, row.method === 'GET' ? /^[a-z]+:read$/ : /^[a-z]+:(write|execute|clear)$/)
    })

    it('has attributes in snake_case, links in kebab-case, and extensions with their prefix', () => {
      const schemas = [row.body, row.reply.kind === 'json' ? row.reply.schema : undefined]
      for (const attribute of schemas.flatMap(propertiesOf)) {
        assert.match(attribute, /^([a-z]+(_[a-z]+)*|x-opensovd-[a-z-]+)$/)
      }
      for (const link of schemas.flatMap(linksOf)) assert.match(link, /^[a-z]+([-_][a-z]+)*$/)
    })

    it('has a kebab-case path', () => {
      for (const segment of row.path.split('/')) assert.match(segment, /^([a-z]+(-[a-z]+)*|\{[a-z][A-Za-z]*\})?$/)
    })
  })
}

function propertiesOf(schema: unknown): string[] {
  return namesOf(schema, (property) => !isLink(property))
}

function linksOf(schema: unknown): string[] {
  return namesOf(schema, isLink)
}

function namesOf(schema: unknown, isWanted: (property: unknown) => boolean): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const properties = 'properties' in schema ? Object.entries(Object(schema.properties)) : []
  const own = properties.filter(([, property]) => isWanted(property)).map(([name]) => name)
  return [...own, ...Object.values(schema).flatMap((inner) => namesOf(inner, isWanted))]
}

function isLink(property: unknown): boolean {
  return Object(property).format === 'uri-reference'
}
