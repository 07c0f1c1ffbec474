import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { RouteTable } from '../route.ts'
import { NATIVE_API } from './api.ts'
import { metadataDocument } from './metadata.ts'
import { Metadata } from './resources/discovery.ts'

const metadata = metadataDocument()
const table: RouteTable = NATIVE_API

describe('$metadata', () => {
  it('is what the contract says it is', () => {
    const validate = new Ajv2020({ strict: true }).compile(Metadata)
    assert.ok(validate(JSON.parse(JSON.stringify(metadata))), JSON.stringify(validate.errors))
    assert.equal(metadata.$schema, 'https://json-schema.org/draft/2020-12/schema')
    assert.equal(metadata.sovdVersion, '1.1.0')
  })

  it('names the types of the collections', () => {
    assert.deepEqual(metadata.collections, {
      components: 'Component',
      data: 'Data',
      bulkData: 'BulkOutcome',
      faults: 'Fault',
      operations: 'Operation',
      securityLevels: 'SecurityLevel',
      executions: 'Execution',
      groups: 'Group',
      audit: 'AuditEntry',
      'bridge-sessions': 'BridgeSession',
      logs: 'LogEntry',
      'feature-flags': 'FeatureFlag',
      apps: 'App',
      funcs: 'Func',
      areas: 'Area',
      softwarePackages: 'SoftwarePackage',
    })
  })

  it('has every collection of the table, with a type that has the key', () => {
    for (const { reply } of Object.values(table)) {
      if (reply.kind !== 'collection') continue
      const type = metadata.entityTypes[metadata.collections[reply.context] ?? '']
      assert.ok(type, reply.context)
      for (const key of type.key) assert.ok(Object.hasOwn(type.properties, key), `${reply.context} ${key}`)
    }
    assert.deepEqual(metadata.entityTypes.Execution?.key, ['executionId'])
    assert.deepEqual(metadata.entityTypes.Component?.key, ['id'])
  })

  it('describes the properties by schemas', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(metadata.entityTypes.Group?.properties)), {
      id: { type: 'string', minLength: 1 },
      name: { type: 'string' },
      description: { type: 'string' },
      componentIds: { type: 'array', items: { type: 'string', minLength: 1 } },
    })
  })
})
