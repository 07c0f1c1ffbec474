import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { bodySchema } from './body-schema.ts'
import { ModeDetail } from './resources/mode.ts'

test('the schema of a body names its dialect and is plain JSON', () => {
  const schema = bodySchema(ModeDetail)
  assert.deepEqual(JSON.parse(JSON.stringify(schema)), schema)
  assert.equal(Reflect.get(schema, '$schema'), 'https://json-schema.org/draft/2020-12/schema')
})

test('a body fits its schema while it has it inside', () => {
  const schema = bodySchema(ModeDetail, { value: { type: 'string', enum: ['default', 'extended'] } })
  const validate = new Ajv2020({ strict: true, formats: { 'uri-reference': true } }).compile(schema)
  assert.ok(validate({ value: 'extended', schema }))
  assert.ok(!validate({ value: 'sporty', schema }))
  assert.ok(!validate({ name: 'Session', schema }))
})
