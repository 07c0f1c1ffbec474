import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Type } from 'typebox'
import { SchemaCatalog } from './schema-catalog.ts'

const Leaf = Type.Object({ title: Type.String() }, { title: 'Leaf' })

describe('a catalogue of schemas', () => {
  it('refers to what has a title, wherever it is', () => {
    const catalog = new SchemaCatalog()
    const tree = Type.Object(
      { one: Leaf, maybe: Type.Optional(Leaf), many: Type.Array(Leaf), either: Type.Union([Leaf, Type.Null()]) },
      { title: 'Tree' },
    )
    const leaf = { $ref: '#/components/schemas/Leaf' }
    assert.deepEqual(catalog.refer(tree), { $ref: '#/components/schemas/Tree' })
    assert.deepEqual(catalog.schemas, {
      Tree: {
        type: 'object',
        required: ['one', 'many', 'either'],
        properties: {
          one: leaf,
          maybe: leaf,
          many: { type: 'array', items: leaf },
          either: { anyOf: [leaf, { type: 'null' }] },
        },
        title: 'Tree',
      },
      Leaf: { type: 'object', required: ['title'], properties: { title: { type: 'string' } }, title: 'Leaf' },
    })
  })

  it('leaves data alone that looks like a schema', () => {
    const schema = { type: 'object', default: { title: 'Data' }, enum: [{ title: 'Data' }], const: { title: 'Data' } }
    const catalog = new SchemaCatalog()
    assert.deepEqual(catalog.refer(schema), schema)
    assert.deepEqual(catalog.schemas, {})
  })

  it('refuses what is not JSON', () => {
    const catalog = new SchemaCatalog()
    for (const value of [() => 1, Number.NaN, undefined, 1n, Symbol('x')]) {
      assert.throws(() => catalog.refer({ default: value }), TypeError)
    }
  })
})
