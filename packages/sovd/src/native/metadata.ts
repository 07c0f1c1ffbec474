import type { Static } from 'typebox'
import type { RouteTable } from '../route.ts'
import { NATIVE_API, SOVD_VERSION } from './api.ts'
import type { Metadata } from './resources/discovery.ts'

/** Entity types that the contract calls otherwise than their schema. */
const TYPE_NAMES: Readonly<Record<string, string>> = { DataItem: 'Data' }
/** What identifies an entity of a type, where it is not its `id`; nothing does with some. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Execution: ['executionId'],
  LogEntry: [],
  FeatureFlag: ['name'],
  AuditEntry: ['seq'],
}

const TABLE: RouteTable = NATIVE_API

/**
 * The `$metadata` document of the native contract: the types of the items of all collections, and which collection,
 * by the name that its `@odata.context` has, is of which type.
 */
export function metadataDocument(): Static<typeof Metadata> {
  const types = new Map<string, { properties: Record<string, unknown>; key: string[] }>()
  const collections = new Map<string, string>()
  for (const { reply } of Object.values(TABLE)) {
    if (reply.kind !== 'collection') continue
    const { title, properties } = objectSchema(reply.item)
    const name = TYPE_NAMES[title] ?? title
    types.set(name, { properties, key: [...(KEYS[title] ?? ['id'])] })
    collections.set(reply.context, name)
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    sovdVersion: SOVD_VERSION,
    entityTypes: Object.fromEntries(types),
    collections: Object.fromEntries(collections),
  }
}

function objectSchema(schema: object): { title: string; properties: Record<string, unknown> } {
  if (!('title' in schema) || typeof schema.title !== 'string') throw new TypeError('an item type has no title')
  if (!('properties' in schema) || typeof schema.properties !== 'object')
    throw new TypeError(`${schema.title} is no object`)
  return { title: schema.title, properties: { ...schema.properties } }
}
